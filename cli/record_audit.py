import sys
from typing import Annotated

import typer
from rich.text import Text as Styled

from cli.database import DbOption
from cli.progress import ProgressDisplay, ProgressMode
from cli.terminal import JsonOption, Lang, LangOption, print_json, screen, wrapped
from facts.counting import counted
from runtime.platform.clock import now
from runtime.platform.database import open_db
from runtime.platform.environment import environment
from storage.evidence_log.record_audit import RecordAudit, audit_records

BROKEN = 30


def audit_log(
    db: DbOption = "",
    anew: Annotated[
        bool, typer.Option("--anew", help="从头开始，不接着上次中断处 | begin again, not where the last one stopped")
    ] = False,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """把每条记录与它在日志里的印记比对；中断后接着做 | hold every record against the log; stopped, it goes on.

    退出码 exit codes: 0 一致 all agree · 30 有记录被改动 some were changed
    """
    engine = open_db(environment(), db, must_exist=True)
    shown_how = ProgressMode.AUTO if sys.stderr.isatty() else ProgressMode.NONE
    try:
        with ProgressDisplay(shown_how, lang) as teller:
            heard = teller.stage("比对记录", "compare records")
            done = audit_records(engine, now, lambda step, read, total: heard(read, total, step), anew=anew)
    finally:
        engine.dispose()
    if as_json:
        print_json(done)
    else:
        _tell(done, lang)
    raise typer.Exit(0 if done.sound else BROKEN)


def _tell(done: RecordAudit, lang: Lang) -> None:
    out, zh = screen(), lang is Lang.ZH
    for fault in done.faults:
        out.print(Styled(wrapped(f"✗ {fault.text.say(lang)}", out.width), style="bold red"))
    if (more := done.fault_count - len(done.faults)) > 0:
        out.print(f"✗ 另有 {more} 处" if zh else f"✗ and {more} more", style="bold red")
    records, leaves = done.records, done.leaves
    many = f"{counted(records, 'record')}, {counted(leaves, 'leaf')} of imprints"
    good = ("✓ 全部相符：" if zh else "✓ all agree: ") if done.sound else ("共比对 " if zh else "compared ")
    out.print(good + (f"{records} 条记录，{leaves} 条印记" if zh else many), style="blue" if done.sound else "")
