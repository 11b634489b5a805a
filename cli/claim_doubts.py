from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text as Styled

from cli.database import DbOption
from cli.rulebooks import ShelfOption
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen, wrapped
from facts.doubt_case import Deed, DoubtCase, Stage
from facts.errors import InputError
from facts.money import Fen
from facts.span import local
from pipeline.doubts.doubt_stages import stage
from runtime.claims.doubt_command import DoubtAction, doubt_book_at, record_action

app = typer.Typer(no_args_is_help=True, help="疑点的后续：说明、采信、维持 | what becomes of doubts")

DoubtArgument = Annotated[str, typer.Argument(metavar="DOUBT", help="疑点编号 | a doubt's id")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="谁 | who does it")]
TextOption = Annotated[str, typer.Option("--text", metavar="WORDS", help="说明或理由 | the words, the reason")]
_STYLES = {
    Stage.OPEN: "yellow",
    Stage.EXPLAINED: "yellow",
    Stage.SECOND_SIGNER: "yellow",
    Stage.ACCEPTED: "blue",
    Stage.UPHELD: "bold red",
}


@app.command("list", epilog=examples("xueshi claim doubts list", "xueshi claim doubts list --claim 2025-Q2-001 --json"))
def list_doubts(
    claim: Annotated[str, typer.Option("--claim", metavar="ID", help="只看这一申领 | of this claim only")] = "",
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """列出疑点及其经过 | the doubts, and everything that happened to them."""
    book = doubt_book_at(db)
    book.check()
    cases = book.cases(*filter(None, (claim,)))
    if as_json:
        print_json({"schema": "xueshi.doubts/1", "doubts": [{"stage": stage(case), "case": case} for case in cases]})
        return
    zh = lang is Lang.ZH
    table = grid(
        *(("编号", "申领", "状态", "疑点", "最近") if zh else ("id", "claim", "stage", "doubt", "last")), fold=(3,)
    )
    for case in cases:
        at = stage(case)
        last = case.events[-1]
        when = f"{local(last.at):%Y-%m-%d} {last.by}"
        table.add_row(
            case.id,
            escape(case.claim),
            Styled(at.text.say(lang.value), style=_STYLES[at]),
            escape(case.text.say(lang.value)),
            escape(when),
        )
    screen().print(table)


@app.command("show", epilog=examples("xueshi claim doubts show D0123456789"))
def show_doubt(doubt: DoubtArgument, db: DbOption = "", lang: LangOption = Lang.ZH) -> None:
    """一个疑点从提出到现在 | one doubt from the beginning."""
    _show(doubt_book_at(db).case(doubt), lang)


@app.command(
    "explain",
    epilog=examples(
        'xueshi claim doubts explain D0123456789 --by 学校 --text "见附件" --file 说明.pdf --store ./evidence'
    ),
)
def explain(
    doubt: DoubtArgument,
    by: ByOption,
    text: TextOption,
    file: Annotated[
        list[Path] | None, typer.Option("--file", metavar="FILE", help="附件，可多次 | a file, may repeat")
    ] = None,
    store: Annotated[
        str, typer.Option("--store", metavar="URL", help="附件存入证据库 | the store that keeps the files")
    ] = "",
    rulebooks: ShelfOption = None,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
) -> None:
    """培训机构说明（文字与附件，封存）| the institution explains, in words and sealed files."""
    _show(record_action(DoubtAction(doubt, Deed.EXPLAIN, by, text, tuple(file or ()), store), db, rulebooks), lang)


@app.command("accept", epilog=examples('xueshi claim doubts accept D0123456789 --by 张三 --text "已核对原件"'))
def accept(doubt: DoubtArgument, by: ByOption, text: TextOption, db: DbOption = "", lang: LangOption = Lang.ZH) -> None:
    """复核人采信说明，疑点了结 | a reviewer accepts the explanation."""
    _show(record_action(DoubtAction(doubt, Deed.ACCEPT, by, text), db), lang)


@app.command(
    "uphold", epilog=examples('xueshi claim doubts uphold D0123456789 --by 张三 --text "未提供合同" --refuse 1700')
)
def uphold(
    doubt: DoubtArgument,
    by: ByOption,
    text: TextOption,
    refuse: Annotated[
        str, typer.Option("--refuse", metavar="YUAN", help="不予拨付的金额，须第二人再签 | the sum refused")
    ] = "",
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
) -> None:
    """复核人维持疑点；不予拨付须两人先后签字 | a reviewer upholds it; refusing money takes two different people."""
    _show(record_action(DoubtAction(doubt, Deed.UPHOLD, by, text, refused=_money(refuse)), db), lang)


def _money(text: str) -> Fen | None:
    if not text:
        return None
    try:
        return Fen.yuan(Fraction(text))
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(f"--refuse: got {text!r}, expected yuan such as 1700 or 1700.50") from error


def _show(case: DoubtCase, lang: Lang) -> None:
    out, at = screen(), stage(case)
    out.print(Styled(f"◆ {case.id} {at.text.say(lang.value)}", style=_STYLES[at]))
    out.print(escape(wrapped(f"{case.rule} {case.text.say(lang.value)}", out.width)))
    for event in case.events:
        refused = f" {event.refused}" if event.refused else ""
        line = f"{local(event.at):%Y-%m-%d %H:%M} {event.deed.text.say(lang.value)} {event.by}{refused} {event.words}"
        out.print(escape(wrapped(line.rstrip(), out.width)))
        for file in event.files:
            out.print(escape(f"  {file.name} {file.size_bytes} B sha256:{file.digest.short}"))
