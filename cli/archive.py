from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.database import DbOption
from cli.terminal import JsonOption, Lang, LangOption, grid, print_json, screen
from facts.counting import counted
from facts.money import Fen
from runtime.platform.clock import now
from runtime.platform.database import open_db
from runtime.platform.environment import environment
from runtime.platform.settings import settings_from
from runtime.verification.archive import ArchiveChange, ArchivePlan, ArchiveRequest, ArchiveWalk
from runtime.verification.job import ClassVerifier

_HOUR_S = 3600
CHANGED = 10


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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说要多少工作量 | only say what it would take")] = False,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="进度和结果放到哪里 | where progress and results go")
    ] = Path("复验"),
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
        walk = ArchiveWalk(ClassVerifier(engine, settings_from(environment()), now), request, out)
        plan = walk.plan()
        if dry_run:
            print_json(plan) if as_json else _say_plan(plan, lang)
            return
        found = list(walk.walk())
    finally:
        engine.dispose()
    print_json({"plan": plan, "classes": found}) if as_json else _say(found, lang)
    raise typer.Exit(CHANGED if any(one.changes for one in found) else 0)


def _say_plan(plan: ArchivePlan, lang: Lang) -> None:
    hours, money = plan.core_s / _HOUR_S, Fen(plan.supported_fen)
    told = {
        "zh": f"{plan.classes} 个班期、{plan.hours} 个学时；看录像约需 {hours:.1f} 核时；涉及 {plan.claims} 份申领，已支持 {money}",
        "en": f"{counted(plan.classes, 'class')}, {counted(plan.hours, 'class hour')}; looking takes about {hours:.1f}"
        f" core-hours; {counted(plan.claims, 'claim')} rest on them, {money} supported",
    }
    screen().print(told[lang.value])


def _say(found: list[ArchiveChange], lang: Lang) -> None:
    zh = lang is Lang.ZH
    table = grid(*(("班期", "日期", "学时", "原结论", "现结论") if zh else ("class", "day", "hour", "was", "would be")))
    for one in found:
        for change in one.changes:
            table.add_row(one.code, change.day, change.hour_id, change.before, change.after)
    out = screen()
    if table.row_count:
        out.print(table)
    changed = [one for one in found if one.changes]
    hours, money = sum(len(one.changes) for one in changed), Fen(sum(one.supported_fen for one in changed))
    faults = [one for one in found if one.fault]
    out.print(
        f"{len(found)} 个班期中 {len(changed)} 个会变，共 {hours} 个学时；其申领已支持 {money}，须重新核查才知差额"
        if zh
        else f"{len(changed)} of {counted(len(found), 'class')} would change, {counted(hours, 'class hour')}; their claims"
        f" support {money} now, and screening them again tells the difference"
    )
    for one in faults:
        out.print(f"✗ {one.code}: {one.fault}", markup=False)
