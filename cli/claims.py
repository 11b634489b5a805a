from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text as Styled
from sqlalchemy import Engine

from cli import claim_doubts
from cli.rulebooks import ShelfOption, open_shelf
from cli.terminal import DayOption, Lang, LangOption, day_of, examples, grid, print_json, screen, wrapped
from cli.verdict_view import STYLES
from cli.verification import notes
from facts.counting import counted
from facts.errors import InputError
from facts.verdict import Status
from ingest.claims.fault import ClaimFileError
from ingest.claims.template import template
from pipeline.verification.outcome import FailOn, exit_code
from report.claims.money import yuan
from report.claims.schema import ClaimDocument, MoneyEntry
from runtime.claims.command import ScreenedClaim, ScreeningRequest, screen_claim, write, write_whole
from runtime.claims.diff import diff_files
from runtime.claims.doubt_command import raise_doubts
from runtime.claims.history_source import opened_history
from runtime.claims.notice import notice_files
from runtime.claims.vocabulary import known_programme, vocabulary
from runtime.platform.clock import today
from runtime.platform.database import open_db
from runtime.platform.environment import environment

app = typer.Typer(no_args_is_help=True, help="补贴申领：模板、核查、比对、公示、疑点 | subsidy claims")
app.add_typer(claim_doubts.app, name="doubts")

ClaimArgument = Annotated[Path, typer.Argument(metavar="CLAIM", help="申领文件 .xlsx .json .toml | the claim")]
ClaimJson = Annotated[
    str, typer.Option("--json", metavar="FILE|-", help="另存 JSON | write JSON here too; - is standard output")
]


@app.command(
    "template", epilog=examples("xueshi claim template 项目制培训", "xueshi claim template 取证 --out 申领.xlsx")
)
def make_template(
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="项目类别，如 项目制培训 | a programme")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="写到哪里 | where to write it")] = None,
    rulebooks: ShelfOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """生成申领模板（带下拉、说明和示例行）| an empty workbook for claims of the programme."""
    shelf = open_shelf(rulebooks)
    known = known_programme(shelf, programme)
    where = out or Path(f"申领模板-{known}.xlsx")
    if where.exists():
        raise InputError(f"{where}: got a file that is there already, expected a new one; name another with --out")
    write_whole(where, template(known, vocabulary(shelf, known)))
    screen().print(f"{'模板' if lang is Lang.ZH else 'template'}: {escape(str(where))}", soft_wrap=True)


ReportsOption = Annotated[
    Path | None,
    typer.Option("--reports", metavar="DIR", help="证据包或核验报告所在文件夹 | packages or reports of the class"),
]
ReportsDbOption = Annotated[
    str,
    typer.Option(
        "--reports-db",
        metavar="URL",
        help="核验结论另取自此服务数据库 | verdicts also from this service's database",
    ),
]
HistoryOption = Annotated[
    str,
    typer.Option(
        "--history",
        metavar="FILE|DIR|URL",
        help="历史：台账数据库，或登记导出文件（夹），只供本次 | a history's database, or exports for this run alone",
    ),
]
DbOption = Annotated[
    str,
    typer.Option(
        "--db",
        metavar="URL",
        help="一个数据库兼作三用：其中的核验结论、历史台账，并记入疑点；--reports、--history 优先"
        " | one database for verdicts, history and the doubts found; --reports and --history come first",
    ),
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="核查结果放到哪里 | where the page goes")]
WorkbookOption = Annotated[
    Path | None, typer.Option("--xlsx", metavar="FILE", help="另存工作簿 | write a workbook too")
]
KeyOption = Annotated[
    str,
    typer.Option("--key", metavar="FINGERPRINT", help="只认此密钥签名的证据包 | only packages signed by this key"),
]
FailOnOption = Annotated[
    FailOn, typer.Option("--fail-on", help="从哪种结果起以非零码退出 | from which outcome on to exit non-zero")
]


@app.command(
    "screen",
    epilog=examples(
        "xueshi claim screen 申领.xlsx --reports ./证据包",
        "xueshi claim screen 申领.xlsx --db sqlite:////srv/xueshi.db",
        "xueshi claim screen 申领.xlsx --reports ./证据包 --history ./登记导出 --xlsx 核查.xlsx",
        "xueshi claim screen claim.json --json -",
    ),
)
def screen_one(
    claim: ClaimArgument,
    reports: ReportsOption = None,
    reports_db: ReportsDbOption = "",
    history: HistoryOption = "",
    db: DbOption = "",
    out: OutOption = None,
    workbook: WorkbookOption = None,
    key: KeyOption = "",
    policy: Annotated[str, typer.Option("--policy", metavar="ID", help="政策编号 | a rulebook's id")] = "",
    as_of: DayOption = None,
    as_json: ClaimJson = "",
    fail_on: FailOnOption = FailOn.DOUBT,
    rulebooks: ShelfOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """核查一份申领：核定可支持多少、差额、核验项、疑点 | what may be paid for one claim, and what to look at.

    退出码 exit codes: 0 全部可支持 all supported · 10 有疑点或待核 doubts or open · 20 没有核验结论 no verdicts · 30 有不达标 fails ·
    2 申领文件有误 the claim cannot be read
    """
    day = day_of(as_of) if as_of else None
    service = _service(reports, reports_db, db)
    request = ScreeningRequest(claim, reports, out, policy, lang.value, workbook, key, day, service)
    try:
        with opened_history(history, db, day or today()) as past:
            made = write(request, screen_claim(request, open_shelf(rulebooks), past))
    except ClaimFileError as error:
        for note in error.notes:
            notes().print(escape(f"· {note.say(lang.value)}"), style="yellow")
        raise
    if db:
        raise_doubts(made.document, db)
    if as_json != "-":
        show(made, lang)
    if as_json:
        print_json(made.document, None if as_json == "-" else Path(as_json))
    raise typer.Exit(exit_code(made.outcome, fail_on))


def _service(reports: Path | None, reports_db: str, db: str) -> Engine | None:
    """The database that verdicts are read from beside packages; one that was named for them must be there."""
    if reports_db:
        return open_db(environment(), reports_db, must_exist=True)
    return open_db(environment(), db) if db and reports is None else None


@app.command("notice", epilog=examples("xueshi claim notice 申领.xlsx --from 2025-05-12"))
def make_notice(
    claim: ClaimArgument,
    start: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="公示起始日期 | the first day")],
    reports: Annotated[
        Path | None, typer.Option("--reports", metavar="DIR", help="可支持金额按核验结论 | sums by verdicts")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="写到哪里 | where to write it")] = None,
    rulebooks: ShelfOption = None,
    lang: LangOption = Lang.ZH,
    as_json: ClaimJson = "",
) -> None:
    """公示名单（姓名证号遮盖）与工作日倒计时 | the masked public notice and its countdown in working days."""
    request = ScreeningRequest(claim, reports, out, lang=lang.value)
    made = notice_files(request, open_shelf(rulebooks), start)
    if as_json != "-":
        zh = lang is Lang.ZH
        line = (
            f"公示 {made.notice['first']} 起，{made.notice['needed']} 个工作日，至 {made.notice['enough_on'] or '？'}；还剩 {made.notice['left']} 个工作日"
            if zh
            else f"notice from {made.notice['first']}, {counted(made.notice['needed'], 'working day')}, until {made.notice['enough_on'] or '?'}; {made.notice['left']} to go"
        )
        screen().print(escape(line))
        for path in made.files:
            screen().print(f"{'公示' if zh else 'notice'}: {escape(str(path))}", soft_wrap=True)
    if as_json:
        print_json(made.notice, None if as_json == "-" else Path(as_json))


@app.command("diff", epilog=examples("xueshi claim diff 申领-旧.xlsx 申领-新.xlsx"))
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="旧版 | the earlier version")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="新版 | the later version")],
    rulebooks: ShelfOption = None,
    lang: LangOption = Lang.ZH,
    as_json: ClaimJson = "",
) -> None:
    """两版申领改了什么：表头、人员、金额、材料 | what changed between two versions of a claim."""
    changes = diff_files(old, new, open_shelf(rulebooks))
    if as_json != "-":
        out = screen()
        for change in changes:
            out.print(escape(wrapped(f"{change.sign} {change.text.say(lang.value)}", out.width)))
        if not changes:
            out.print("没有变化" if lang is Lang.ZH else "nothing changed")
    if as_json:
        body = {
            "schema": "xueshi.claim-diff/1",
            "old": old.name,
            "new": new.name,
            "changes": [one.plain() for one in changes],
        }
        print_json(body, None if as_json == "-" else Path(as_json))


def show(made: ScreenedClaim, lang: Lang) -> None:
    """The sums, what is not met, the doubts, and where the page lies."""
    out, body, zh = screen(), made.document, lang is Lang.ZH
    out.print(
        f"[bold]{escape(body['claim']['class_name'])}[/bold]  {escape(body['policy']['title'])}  {body['policy']['valid_from'] or '…'} – {body['policy']['valid_to'] or '…'}"
    )
    if body["policy"]["provisional"]:
        mark = (
            "暂按已失效文件：只是试算，任何金额都不能支付"
            if zh
            else "tried under a lapsed document: nothing can be paid by this"
        )
        out.print(mark, style="bold red")
    _show_people(body, zh=zh)
    for finding in body["findings"]:
        status = Status(finding["status"])
        if status in {Status.FAIL, Status.UNPROVEN}:
            text = f"{status.glyph} {finding['rule']} {finding['text'][lang.value]}"
            out.print(Styled(wrapped(text, out.width), style=STYLES[status]))
            if finding["remedy"]:
                out.print(Styled(wrapped(f"  → {finding['remedy'][lang.value]}", out.width), style="cyan"))
    for doubt in body["doubts"]:
        text = f"◆ {'疑点' if zh else 'doubt'} {doubt['id']} {doubt['text'][lang.value]}"
        out.print(Styled(wrapped(text, out.width), style="yellow"))
    for path in made.files[:1]:
        out.print(f"{'核查页' if zh else 'page'}: {escape(str(path))}", soft_wrap=True)


def _show_people(body: ClaimDocument, *, zh: bool) -> None:
    heads = (
        ("学员", "天", "申领", "核定可支持", "存疑", "差额")
        if zh
        else ("trainee", "days", "claimed", "supported", "unproven", "difference")
    )
    table = grid(*heads)
    for person in body["people"]:
        days = str(person["time"]["days"]) if person["time"] else "?"
        who = f"{person['no']}. {person['name_masked']} {person['id_masked'][-4:]}"
        table.add_row(
            escape(who),
            days,
            *map(_amount, (person["claimed"], person["supported"], person["unproven"], person["difference"])),
        )
    totals = body["totals"]
    more = "+" if totals["open_ended"] else ""
    table.add_row(
        "[bold]合计[/bold]" if zh else "[bold]total[/bold]",
        "",
        _amount(totals["claimed"]),
        _amount(totals["supported"]),
        _amount(totals["unproven"]) + more,
        _amount(totals["difference"]),
    )
    for purse in body["purses"][1:]:
        who, fund = purse["recipient"]["zh" if zh else "en"], f"（{purse['fund']}）" if purse["fund"] else ""
        table.add_row(
            escape(f"{'另发' if zh else 'apart, to'} {who}{fund}"),
            "",
            *map(_amount, (purse["claimed"], purse["supported"], purse["unproven"], purse["difference"])),
        )
    out = screen()
    out.print(table)
    if hours := body["summary"]["reviewed_hours"]:
        amount = _amount(totals["by_review"])
        out.print(
            f"其中复核认定 {hours} 学时 / {amount} 元"
            if zh
            else f"of it by two people's review: {counted(hours, 'class hour')} / {amount} yuan"
        )


def _amount(money: MoneyEntry | None) -> str:
    return yuan(money) if money else "–"
