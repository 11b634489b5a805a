"""Verdicts on the screen: the document, each class hour with its findings, the doubts, the totals."""

from collections.abc import Collection

from rich.markup import escape
from rich.text import Text as Styled

from attendance.law import NO_LAW
from attendance.law_gaps import HEADLINES
from attendance.times import clock
from cli.terminal import Lang, grid, screen, wrapped
from facts.counting import counted
from facts.course import ClassHour
from facts.report import ClassReport
from facts.span import local_day
from facts.text import Text
from facts.verdict import Doubt, Finding, HourVerdict, Status
from report.document import days_left
from runtime.verification.command import VerificationResult

STYLES = {
    Status.PASS: "blue",
    Status.FAIL: "bold red",
    Status.UNPROVEN: "yellow",
    Status.EXEMPT: "dim",
    Status.NOT_APPLICABLE: "dim",
}


def _looked_for(files: int) -> Text:
    """What a folder without a timetable lacks, and where to begin."""
    return Text(
        f"读了 {files} 个文件；找的是课表（列：日期、开始、结束、教室）、花名册、打卡表（XLSX、XLS、CSV）和录像（MP4、MKV、DAV 等）。"
        "照样填一份：xueshi example 新文件夹",
        f"{counted(files, 'file was read; looked for', 'files were read; looked for')}: a timetable (columns 日期, 开始, 结束, 教室), a roster, check-ins (XLSX, XLS, CSV)"
        " and recordings (MP4, MKV, DAV and others). A folder to fill in: xueshi example DIR",
    )


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
        out.print(wrapped(_looked_for(len(made.report.inputs)).say(lang.value), out.width))
    for verdict in made.report.verdicts:
        _show_hour(hours[verdict.hour_id], verdict, lang, told)
    for doubt in made.report.doubts:
        out.print(
            Styled(
                wrapped(f"◆ {'疑点' if lang is Lang.ZH else 'doubt'} {doubt.text.say(lang.value)}", out.width),
                style="yellow",
            )
        )
        if doubt.source:
            out.print(Styled(_how_settled(doubt, made.report.settled, lang), style="dim"))
    _show_totals(made, lang)


def _how_settled(doubt: Doubt, settled: Collection[str], lang: Lang) -> str:
    """What to write in ``class.toml`` once two people saw both sides; or that it is written."""
    zh = lang is Lang.ZH
    if f"{doubt.kind}:{doubt.source}" in settled:
        return "  class.toml 已写明两人看过" if zh else "  settled in class.toml by two people"
    ask = (
        "  两人看过两边、可以说明的，写入 class.toml："
        if zh
        else "  if two people saw both sides and can explain it, in class.toml:"
    )
    return f'{ask}\n  [[settled]]\n  kind = "{doubt.kind}"\n  source = "{doubt.source}"\n  by = ""\n  second = ""\n  reason = ""'


def show_law(report: ClassReport, lang: Lang) -> Finding | None:
    """Why no document in force judges the class, or that one lapses soon; said once for all hours."""
    out, zh = screen(), lang is Lang.ZH
    found = (finding for verdict in report.verdicts for finding in verdict.findings if finding.reason in NO_LAW)
    finding = next(found, None)
    if finding is None:
        left = days_left(report.policy.valid_to, local_day(report.made_at)) if report.policy else None
        if left is not None:
            soon = f"! 政策文件将在 {left} 天后失效" if zh else f"! the document lapses in {counted(left, 'day')}"
            out.print(soon, style="yellow")
        return None
    if report.policy:
        mark = (
            "! 暂按已失效文件（试判，不能作为付款依据）"
            if zh
            else "! tried under a lapsed document; nothing can be paid by it"
        )
    else:
        why = HEADLINES[finding.reason]
        mark = f"✗ {why.zh}，所有学时都不能判定" if zh else f"✗ {why.en}: no class hour can be judged"
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
