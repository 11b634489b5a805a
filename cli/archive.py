from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.database import DbOption
from cli.terminal import JsonOption, Lang, LangOption, grid, print_json, screen
from facts.counting import counted
from facts.money import Fen
from facts.text import Text
from runtime.claims.archive_sums import ClaimDifference, PurseDifference, by_purse
from runtime.platform.clock import now
from runtime.platform.database import open_db
from runtime.platform.environment import environment
from runtime.platform.settings import settings_from
from runtime.verification.archive import ArchiveChange, ArchivePlan, ArchiveRequest, ArchiveWalk
from runtime.verification.job import ClassVerifier

_HOUR_S = 3600
CHANGED = 10
_HEADS = ("claim", "institution", "paid to", "supported", "would be", "difference", "open (was → would be)", "decided")


def reverify(
    since: Annotated[
        datetime,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="从哪天的学时起 | hours of that day or later"
        ),
    ],
    policy: Annotated[
        str, typer.Option("--policy", metavar="ID", help="按哪份政策（默认各班期所在地的）| by which rulebook")
    ] = "",
    look: Annotated[
        bool,
        typer.Option(
            "--look", help="重新看录像（换了检测模型时）| look at the recordings again, with today's networks"
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="要多少工作量、规则会改变什么，不看录像、不写文件 | what it takes and what the rulebook changes; nothing is written",
        ),
    ] = False,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="进度和结果放到哪里 | where progress and results go")
    ] = Path("复验"),
    claims: Annotated[
        Path | None,
        typer.Option(
            "--claims",
            metavar="DIR",
            help="申领文件（当初提交的原文件）所在文件夹，用来算金额差 | the claims' own files, for the difference in money",
        ),
    ] = None,
    db: DbOption = "",
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """按新政策或新模型重走档案：哪些学时的结论会变；已作出的结论一律不动 | what would change in the archive; nothing does.

    中断后用同样的选项再运行即可接着做 | stopped, it goes on when run again with the same options.

    退出码 exit codes: 0 无变化 nothing would change · 10 有变化 something would
    """
    engine = open_db(environment(), db, must_exist=True)
    try:
        request = ArchiveRequest(since.date(), policy, look)
        walk = ArchiveWalk(ClassVerifier(engine, settings_from(environment()), now), request, out, claims)
        plan = walk.plan()
        found = list(walk.weigh() if dry_run else walk.walk())
    finally:
        engine.dispose()
    if as_json:
        print_json({"plan": plan, "classes": found, "sums": list(_sums(found))})
    else:
        if dry_run:
            _say_plan(plan, lang, look=look)
        _say(found, lang)
    raise typer.Exit(CHANGED if _changed(found) and not dry_run else 0)


def _changed(found: list[ArchiveChange]) -> bool:
    return any(one.changes for one in found) or any(purse.fen for claim in _claims(found) for purse in claim.purses)


def _claims(found: list[ArchiveChange]) -> list[ClaimDifference]:
    return [claim for one in found for claim in one.claims]


def _sums(found: list[ArchiveChange]) -> Iterator[dict[str, object]]:
    """Each institution's recipients and funds."""
    for (institution, _, _), purse in by_purse(_claims(found)).items():
        yield {"institution": institution, **asdict(purse)}


def _say_plan(plan: ArchivePlan, lang: Lang, *, look: bool) -> None:
    hours, lost, won = plan.core_s / _HOUR_S, Fen(plan.supported_fen), Fen(plan.unproven_fen)
    told = {
        "zh": f"{plan.classes} 个班期、{plan.hours} 个学时；看录像约需 {hours:.1f} 核时；涉及 {plan.claims} 份申领，"
        f"其中 {plan.files} 份有原文件；按已有核查，至多减少 {lost}，存疑部分至多增加 {won}",
        "en": f"{counted(plan.classes, 'class')}, {counted(plan.hours, 'class hour')}; looking takes about {hours:.1f}"
        f" core-hours; {counted(plan.claims, 'claim rests', 'claims rest')} on them, with the files of {plan.files} here; by the"
        f" screenings on record at most {lost} would be lost and {won} of what is open be won",
    }
    screen().print(told[lang.value])
    if look:
        text = Text(
            "以下只是规则本身的影响，看录像会改变什么要看了才知道：",
            "below is what the rulebook alone would change; what looking would change is known only after looking:",
        )
        screen().print(text.zh if lang is Lang.ZH else text.en)


def _say(found: list[ArchiveChange], lang: Lang) -> None:
    zh, out = lang is Lang.ZH, screen()
    table = grid(*(("班期", "日期", "学时", "原结论", "现结论") if zh else ("class", "day", "hour", "was", "would be")))
    for one in found:
        for change in one.changes:
            table.add_row(one.code, change.day, change.hour_id, change.before, change.after)
    if table.row_count:
        out.print(table)
    changed, hours = [one for one in found if one.changes], sum(len(one.changes) for one in found)
    out.print(
        f"{len(found)} 个班期中 {len(changed)} 个会变，共 {hours} 个学时"
        if zh
        else f"{len(changed)} of {counted(len(found), 'class')} would change, {counted(hours, 'class hour')}"
    )
    if claims := _claims(found):
        _say_money(claims, lang)
    for one in found:
        if one.fault:
            out.print(f"✗ {one.code}: {one.fault}", markup=False)


def _say_money(claims: list[ClaimDifference], lang: Lang) -> None:
    """Each claim's purses under both verdicts, each institution's, and the claims whose difference is not known."""
    zh, out = lang is Lang.ZH, screen()
    heads = ("申领", "培训机构", "发给", "原可支持", "现可支持", "差额", "存疑（原→现）", "办理") if zh else _HEADS
    table = grid(*heads)
    for claim in claims:
        for one in claim.purses:
            table.add_row(claim.code, claim.institution, *_sums_of(one), claim.stage or "–")
    for (institution, _, _), one in by_purse(claims).items():
        table.add_row("合计" if zh else "in all", institution, *_sums_of(one), "")
    if table.row_count:
        out.print(table)
    unknown = [claim for claim in claims if claim.fault]
    for claim in unknown:
        out.print(f"? {claim.code}（{claim.institution}）: {claim.fault}", markup=False)
    if unknown:
        money, count = Fen(sum(claim.recorded_fen for claim in unknown)), len(unknown)
        out.print(
            f"{count} 份申领的差额不知道；按已有核查，其可支持金额为 {money}"
            if zh
            else f"the difference of {counted(count, 'claim')} is not known; on record {money} is supported"
        )
    out.print(
        "以上只是重新计算：报告、核查、办理决定和已付款项一律不动"
        if zh
        else "computed only: no report, screening, decision or payment was changed"
    )


def _sums_of(one: PurseDifference) -> tuple[str, ...]:
    to = " · ".join(part for part in (one.recipient, one.fund) if part)
    sums = (str(Fen(fen)) for fen in (one.supported_fen, one.supported_after_fen, one.fen))
    return (to or "–", *sums, f"{Fen(one.unproven_fen)} → {Fen(one.unproven_after_fen)}")
