import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn

from cli.terminal import JsonOption, Lang, LangOption, grid, print_json, screen, wrapped
from facts.digest import Digest
from facts.errors import InputError
from facts.span import local
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.retention.command import open_register, request_of
from storage.evidence.address import open_store
from storage.evidence.audit import AuditEntry, Condition, Throttle, audit
from storage.evidence.audit_progress import Tally, audit_report, counted_and_saved, resumed_tally
from storage.evidence.port import Enforcement, EvidenceStore, Ref

DOUBT, NOTHING = 30, 20

UrlArgument = Annotated[
    str, typer.Argument(metavar="URL", help="文件夹、file:///… 或 s3+https://主机/桶 | a folder or a bucket")
]


def audit_store(
    url: UrlArgument,
    rate_mb: Annotated[
        float, typer.Option("--rate-mb", min=0, help="每秒至多读取多少 MB（0 = 不限）| at most so many MB a second")
    ] = 0,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="FILE", help="进度文件，中断后从此继续 | resumes from this file")
    ] = None,
    expected: Annotated[
        Path | None,
        typer.Option(
            "--expected", metavar="FILE", help="应有的 SHA-256（每行一个，可带版本号）| digests that must be there"
        ),
    ] = None,
    database: Annotated[
        str,
        typer.Option(
            "--db",
            metavar="URL",
            help="按登记核对应有的证据及锁定期 | the register says what must be there, and until when",
        ),
    ] = "",
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="审计报告（JSON，含可读行）| write a report")
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """重读并重算全部证据的摘要，报告缺失、改变与未锁定 | re-read and re-hash everything.

    退出码 exit codes: 0 全部完好 all sound · 20 空库，无可核 nothing to look at · 30 有缺失、改变或未锁定 missing, altered or unlocked
    """
    store = open_store(url, environment(), now)
    locked = _registered(database, store) if database else {}
    wanted = {*(_read_expected(expected) if expected else ()), *locked}
    tally, throttle = resumed_tally(state, store.url), Throttle(rate_mb * 1_000_000 or None)
    items = audit(store, expected=wanted, locked=locked, after=tally.after, throttle=throttle)
    for _ in _told(counted_and_saved(items, tally, state), len(wanted), lang):
        pass
    made = audit_report(tally, store.enforcement.value, len(wanted), local(now()).isoformat(timespec="seconds"))
    if report_file:
        print_json(made, report_file)
    if as_json:
        print_json(made)
    else:
        _show_audit(store, tally, lang)
    looked = sum(tally.count(condition) for condition in Condition)
    raise typer.Exit(DOUBT if tally.faults else 0 if looked else NOTHING)


def _registered(database: str, store: EvidenceStore) -> dict[Ref, datetime]:
    """What must be in this store, and until when it must be locked."""
    kept = [one for one in open_register(request_of(database)).live() if one.store == store.url]
    if not kept:
        raise InputError(
            f"{store.url}: got a register that knows nothing in this store, expected the one it was filled by;"
            " check --db and the store's address"
        )
    return {Ref(one.digest, one.version_id): one.retain_until or one.keep_until for one in kept}


def _show_audit(store: EvidenceStore, tally: Tally, lang: Lang) -> None:
    out = screen()
    if tally.faults:
        table = grid(*(("结果", "SHA-256", "说明") if lang is Lang.ZH else ("found", "SHA-256", "note")), fold=(2,))
        for item in tally.faults:
            table.add_row(item.condition.text.say(lang), item.ref.digest.short, escape(item.note))
        out.print(table)
    if not any(tally.count(condition) for condition in Condition):
        words = (
            "证据库是空的：没有可核的证据，不等于完好" if lang is Lang.ZH else "the store is empty: nothing was shown"
        )
        out.print(words, style="bold yellow")
    out.print("  ".join(f"{condition.text.say(lang)} {tally.count(condition)}" for condition in Condition))
    show_level(store, lang)


def show_level(store: EvidenceStore, lang: Lang) -> None:
    """Loud where only our own program stands between a person and the files."""
    out = screen()
    style = "bold yellow" if store.enforcement is Enforcement.APPLICATION else "bold"
    title = "约束级别" if lang is Lang.ZH else "enforcement"
    text = wrapped(f"{title} {store.enforcement.value} — {store.enforcement.text.say(lang)}", out.width)
    out.print(f"[{style}]{escape(text)}[/{style}]")


def _read_expected(path: Path) -> tuple[Ref, ...]:
    try:
        lines = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got a file that cannot be read ({error}), expected one SHA-256 a line") from error
    return tuple(Ref(Digest(words[0]), words[1] if len(words) > 1 else "") for words in lines)


def _told(found: Iterator[AuditEntry], wanted: int, lang: Lang) -> Iterator[AuditEntry]:
    """The same, with a live line on a terminal."""
    with _line() as tell:
        passed_bytes = 0
        for count, item in enumerate(found, 1):
            passed_bytes += item.size_bytes
            of = f" / {wanted}" if wanted else ""
            done = f"已核 {count}{of} 个" if lang is Lang.ZH else f"{count}{of} checked"
            tell.update(tell.task_ids[0], description=f"{done}  {passed_bytes / 1e6:,.0f} MB  {item.ref.digest.short}")
            yield item


@contextmanager
def _line() -> Iterator[Progress]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        progress.add_task("")
        yield progress
