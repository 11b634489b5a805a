from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.text import Text as Styled
from rich.tree import Tree

from cli.database import DbOption
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen, wrapped
from cli.usage import Subcommands
from facts.counting import counted
from facts.span import local
from runtime.platform.environment import environment
from runtime.platform.home import home
from runtime.spot_checks.command import announced_draws, check_draw, commit_draw, draw_again, reveal_draw
from runtime.spot_checks.draw_folder import PUBLISHED
from storage.spot_checks.draw_verifier import BAD, NOTE, OK

BROKEN = 30
_STYLES = {OK: "blue", BAD: "bold red", NOTE: "yellow"}


class _AgainByDefault(Subcommands):
    """``xueshi draw --seed … LIST`` is ``xueshi draw again --seed … LIST``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer vendors its own context
        """Take what names no command as the arguments of ``again``."""
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["again", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_AgainByDefault,
    no_args_is_help=True,
    help="双随机抽查：承诺、揭示、重抽、核验 | spot checks by lot: commit, reveal, draw again, check",
)
ListArgument = Annotated[
    Path, typer.Argument(metavar="LIST", help="班期名单 XLSX/CSV/JSON，或已公布的文件 | classes, or the published file")
]


@app.command(
    "commit",
    epilog=examples("xueshi draw commit 班期.xlsx --inspectors 抽查员.xlsx --rules 规则.toml --out 2026年第四季度"),
)
def commit(
    classes: ListArgument,
    inspectors: Annotated[Path, typer.Option("--inspectors", metavar="FILE", help="抽查员名单 | the inspectors")],
    rules: Annotated[Path, typer.Option("--rules", metavar="FILE", help="规则 TOML/JSON | the declared rules")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="放到哪里 | where to")] = Path("draw"),
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """先公布：锁定名单、规则与秘密随机数 | publish first: bind lists, rules and a secret nonce."""
    made = commit_draw(classes, inspectors, rules, out, home(environment()), db)
    if as_json:
        print_json({"commitment": made.commitment, "published": str(made.published), "secret": str(made.secret)})
        return
    screen_, zh = screen(), lang is Lang.ZH
    for note in made.notes:
        screen_.print(escape(wrapped(f"! {note.say(lang)}", screen_.width)), style="yellow")
    counts = (
        f"{made.classes} 个班期、{made.inspectors} 名抽查员"
        if zh
        else f"{counted(made.classes, 'class')}, {counted(made.inspectors, 'inspector')}"
    )
    screen_.print(f"✓ {'承诺' if zh else 'commitment'}: {made.commitment}（{counts}）", soft_wrap=True)
    screen_.print(f"{'现在公布' if zh else 'publish now'}: {escape(str(made.published))}", soft_wrap=True)
    keep = "揭示前妥善保管，丢失则无法揭示" if zh else "keep it until the reveal; nobody can draw without it"
    screen_.print(f"{escape(str(made.secret))}: {keep}", soft_wrap=True, style="bold yellow")


@app.command("reveal", epilog=examples("xueshi draw reveal 2026年第四季度 --beacon '02 07 13 19 25 31 + 08'"))
def reveal(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="commit 写出的文件夹 | the folder that commit wrote")],
    beacon: Annotated[
        str, typer.Option("--beacon", metavar="TEXT", help="规则预告的公共信标 | the public text that was announced")
    ] = "",
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """后揭示：抽取班期与抽查员，写出公示表与任务单 | reveal later: draw, and write the sheet and the worklists."""
    made = reveal_draw(folder, beacon, home(environment()), lang.value, db)
    if as_json:
        print_json(made.sheet)
        return
    _show_drawn(made.sheet["drawn"], lang)
    out, zh = screen(), lang is Lang.ZH
    out.print(f"{'种子' if zh else 'seed'}: {made.sheet['seed']}", soft_wrap=True)
    for path in made.public:
        out.print(f"✓ {'可公示' if zh else 'to publish'}: {escape(str(path))}", soft_wrap=True)
    for path in made.internal:
        out.print(f"– {'内部' if zh else 'internal'}: {escape(str(path))}", soft_wrap=True)


@app.command(
    "again",
    epilog=examples(
        f"xueshi draw --seed 3f9a… {PUBLISHED}",
        "xueshi draw --seed 3f9a… 班期.csv --inspectors 抽查员.csv --rules 规则.toml --json",
    ),
)
def again(
    classes: ListArgument,
    seed: Annotated[str, typer.Option("--seed", metavar="HEX", help="公布的种子（64 位十六进制）| the published seed")],
    inspectors: Annotated[
        Path | None, typer.Option("--inspectors", metavar="FILE", help="抽查员名单 | the inspectors")
    ] = None,
    rules: Annotated[Path | None, typer.Option("--rules", metavar="FILE", help="规则 | the declared rules")] = None,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """按种子重抽一遍，结果必然相同 | draw again by the seed: always the same."""
    drawn = draw_again(classes, inspectors, rules, seed)
    if as_json:
        print_json(drawn)
    else:
        _show_drawn(drawn, lang)


@app.command("check", epilog=examples("xueshi draw check draw.json --kept commitment.json"))
def check(
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="公示的 draw.json | the published draw.json")],
    kept: Annotated[
        Path | None, typer.Option("--kept", metavar="FILE", help="抽查前留存的承诺 | the commitment that you kept")
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """由任何人重算公示的抽查 | anybody recomputes a published draw.

    退出码 exit codes: 0 全部成立 all holds · 30 有一项不成立 something does not
    """
    lines, zh = check_draw(sheet, kept), lang is Lang.ZH
    sound = all(line.mark != BAD for line in lines)
    if as_json:
        print_json({"sound": sound, "lines": lines})
        raise typer.Exit(0 if sound else BROKEN)
    tree, branches = Tree(Styled(sheet.name, style="bold")), dict[str, Tree]()
    for line in lines:
        words = line.part.partition(" ")
        branch = (
            branches.setdefault(line.part, tree.add(words[0 if zh else 2]))
            if line.part not in branches
            else branches[line.part]
        )
        branch.add(Styled(f"{line.mark} {line.zh if zh else line.en}", style=_STYLES[line.mark]))
    screen().print(tree)
    good, bad = ("✓ 抽查可复现", "✗ 抽查不可信") if zh else ("✓ the draw holds", "✗ do not believe the draw")
    screen().print(good if sound else bad, style="bold blue" if sound else "bold red")
    raise typer.Exit(0 if sound else BROKEN)


@app.command("list", epilog=examples("xueshi draw list", "xueshi draw list --json"))
def list_draws(db: DbOption = "", lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """列出公布过的每一次抽查，未揭示的也在内 | every draw that was ever announced, also those never revealed."""
    found, zh = announced_draws(home(environment()), db), lang is Lang.ZH
    if as_json:
        names = ("commitment", "title", "committed_at", "revealed_at")
        print_json([{name: getattr(one, name) for name in names} for one in found])
        return
    heads = ("承诺", "名称", "公布", "揭示") if zh else ("commitment", "title", "announced", "revealed")
    table = grid(*heads, fold=(1,))
    for one in found:
        made, shown = (
            local(at).isoformat(timespec="minutes") if at else "" for at in (one.committed_at, one.revealed_at)
        )
        table.add_row(one.commitment[:16], escape(one.title), made, shown or ("? 未揭示" if zh else "? not revealed"))
    screen().print(table)


def _show_drawn(drawn: list[dict[str, Any]], lang: Lang) -> None:
    heads = ("序", "班期", "层", "抽查员") if lang is Lang.ZH else ("no.", "class", "stratum", "inspectors")
    table = grid(*heads, fold=(1, 3))
    for number, entry in enumerate(drawn, start=1):
        table.add_row(
            str(number), escape(entry["class"]), escape(entry["stratum"] or "–"), escape("、".join(entry["inspectors"]))
        )
    screen().print(table)
