import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text as Styled

from attendance.law import NO_LAW
from attendance.times import clock
from cli.columns import learn
from cli.progress import ProgressDisplay, ProgressMode
from cli.rulebooks import ShelfOption, open_shelf
from cli.terminal import Lang, LangOption, grid, print_json, screen, wrapped
from facts.course import ClassHour
from facts.report import ClassReport
from facts.span import local_day
from facts.verdict import Finding, HourVerdict, Status
from pipeline.verification.outcome import FailOn, exit_code
from report.document import days_left
from runtime.verification.command import (
    Verification,
    VerificationRequest,
    VerificationResult,
    begin_verification,
    finish_verification,
    hash_inputs,
)

STYLES = {
    Status.PASS: "blue",
    Status.FAIL: "bold red",
    Status.UNPROVEN: "yellow",
    Status.EXEMPT: "dim",
    Status.NOT_APPLICABLE: "dim",
}

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="一个班期的文件夹 | the folder of one class")]
ReportJson = Annotated[
    str,
    typer.Option(
        "--json", metavar="FILE|-", help="另存 JSON 报告 | write the JSON report here too; - is standard output"
    ),
]
ProvisionalOption = Annotated[
    bool,
    typer.Option(
        "--provisional",
        help="暂按 --policy 所指的已失效文件试判，不能作为付款依据 | try the lapsed document of --policy; pays nothing",
    ),
]
ProgressOption = Annotated[ProgressMode, typer.Option("--progress", help="进度显示 | how progress is shown")]


def verify(
    folder: FolderArgument,
    policy: Annotated[
        str, typer.Option("--policy", metavar="ID", help="政策编号或 TOML 文件 | a rulebook's id or file")
    ] = "",
    provisional: ProvisionalOption = False,
    rulebooks: ShelfOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="报告放到哪里（默认 FOLDER/核验报告）| where the report goes"),
    ] = None,
    as_json: ReportJson = "",
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="从哪种结果起以非零码退出 | from which outcome on to exit non-zero")
    ] = FailOn.DOUBT,
    lang: LangOption = Lang.ZH,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", min=0, help="并行进程数（0 = 每个处理器一个）| processes; 0 is one for each processor"
        ),
    ] = 0,
    show_faces: Annotated[
        bool, typer.Option("--show-faces", help="报告中不遮挡人脸（须有合法依据）| leave faces unblurred")
    ] = False,
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="CARD.toml", help="换用另一检测模型 | another detector, by its card"),
    ] = None,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="沿用上次未变的结果 | reuse earlier results")
    ] = True,
    progress: ProgressOption = ProgressMode.AUTO,
) -> None:
    """核验一个班期文件夹：逐学时给出结论、原因和办法 | judge a class folder hour by hour.

    退出码 exit codes: 0 全部达标或免验 all pass or exempt · 10 有疑点 doubts · 20 材料不足 inputs insufficient · 30 有不达标 fails ·
    2 用法 usage · 70 内部错误 internal · 130 中断 interrupted
    """
    card, shelf = str(model or ""), open_shelf(rulebooks)
    request = VerificationRequest(
        folder, policy, out, lang.value, workers, show_faces, cache, card, provisional=provisional, shelf=shelf
    )
    with ProgressDisplay(progress, lang) as teller:
        session = begin_verification(request, teller.stage("读取", "read"))
        if session.folder.questions and sys.stdin.isatty() and learn(folder, session.folder.questions, lang):
            session = begin_verification(request, teller.stage("读取", "read"))
        _first_look(session, lang)
        session = hash_inputs(session, teller.stage("计算摘要", "hash"))
        made = finish_verification(session, teller)
    if as_json != "-":
        show(made, lang)
    if as_json:
        print_json(made.document, None if as_json == "-" else Path(as_json))
    raise typer.Exit(exit_code(made.outcome, fail_on))


def _first_look(session: Verification, lang: Lang) -> None:
    """What is wrong with the inputs is said before the long work begins."""
    out = notes()
    for question in session.folder.questions:
        out.print(escape(question.text.say(lang.value)), style="yellow")
    for file in session.folder.inputs.files:
        for fault in file.faults:
            out.print(escape(f"· {file.path}：{fault.say(lang.value)}"), style="yellow")


def notes() -> Console:
    """Where things are said that are not the answer."""
    return Console(stderr=True, highlight=False)


def show(made: VerificationResult, lang: Lang) -> None:
    """The table by class hour, the doubts, and where the report lies."""
    out = screen()
    hours = {hour.id: hour for hour in made.report.hours}
    policy = made.report.policy
    if policy:
        out.print(
            f"[bold]{escape(policy.title)}[/bold]  {escape(policy.id)}  {policy.valid_from or '…'} – {policy.valid_to or '…'}"
        )
    told = show_law(made.report, lang)
    if not made.report.verdicts:
        out.print(
            "没有找到课表，无法逐学时核验"
            if lang is Lang.ZH
            else "no timetable was found: nothing to judge hour by hour",
            style="yellow",
        )
    for verdict in made.report.verdicts:
        _show_hour(hours[verdict.hour_id], verdict, lang, told)
    for doubt in made.report.doubts:
        out.print(
            Styled(
                wrapped(f"◆ {'疑点' if lang is Lang.ZH else 'doubt'} {doubt.text.say(lang.value)}", out.width),
                style="yellow",
            )
        )
    _show_totals(made, lang)


def show_law(report: ClassReport, lang: Lang) -> Finding | None:
    """Why no document in force judges the class, or that one lapses soon; said once for all hours."""
    out, zh = screen(), lang is Lang.ZH
    found = (finding for verdict in report.verdicts for finding in verdict.findings if finding.reason in NO_LAW)
    finding = next(found, None)
    if finding is None:
        left = days_left(report.policy.valid_to, local_day(report.made_at)) if report.policy else None
        if left is not None:
            soon = f"! 政策文件将在 {left} 天后失效" if zh else f"! the document lapses in {left} days"
            out.print(soon, style="yellow")
        return None
    if report.policy:
        mark = (
            "! 暂按已失效文件（试判，不能作为付款依据）"
            if zh
            else "! tried under a lapsed document; nothing can be paid by it"
        )
    else:
        mark = (
            "✗ 没有现行政策文件，所有学时都不能判定" if zh else "✗ no document is in force: no class hour can be judged"
        )
    out.print(Styled(mark, style="bold red"))
    show_finding(finding, lang)
    return finding


def show_finding(finding: Finding, lang: Lang) -> None:
    """The finding and what to do about it."""
    out = screen()
    out.print(_indented(f"{finding.rule} {finding.status.glyph} {finding.text.say(lang.value)}".strip(), 2))
    if finding.remedy:
        out.print(Styled(_indented(f"→ {finding.remedy.say(lang.value)}", 4).plain, style="cyan"))


def _show_hour(hour: ClassHour, verdict: HourVerdict, lang: Lang, told: Finding | None) -> None:
    out = screen()
    word = verdict.status.zh if lang is Lang.ZH else verdict.status.en
    head = f"{verdict.status.glyph} {word}  {local_day(hour.span.start)} {clock(hour.span)}  {hour.label}  {hour.room}"
    out.print(Styled(head, style=STYLES[verdict.status]))
    for finding in verdict.findings:
        if finding != told and (told or verdict.status is Status.PASS or finding.status is not Status.PASS):
            show_finding(finding, lang)


def _indented(text: str, cells: int) -> Styled:
    lines = wrapped(text, max(screen().width - cells, 20)).split("\n")
    return Styled("\n".join(" " * cells + line for line in lines))


def _show_totals(made: VerificationResult, lang: Lang) -> None:
    out = screen()
    table = grid(*(("结论", "学时") if lang is Lang.ZH else ("verdict", "hours")))
    for status in Status:
        count = sum(verdict.status is status for verdict in made.report.verdicts)
        if count:
            word = status.zh if lang is Lang.ZH else status.en
            table.add_row(Styled(f"{status.glyph} {word}", style=STYLES[status]), str(count))
    if made.report.verdicts:
        out.print(table)
    for path in made.files[:1]:
        out.print(f"{'报告' if lang is Lang.ZH else 'report'}: {escape(str(path))}", soft_wrap=True)
