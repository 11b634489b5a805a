import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn

from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen, wrapped
from facts.digest import Digest
from facts.errors import InputError
from facts.span import SHANGHAI
from runtime.clock import now
from storage.evidence.audit import Audited, Condition, Throttle, audit
from storage.evidence.doctor import examine
from storage.evidence.local import LocalStore
from storage.evidence.opening import make_store, open_store
from storage.evidence.port import Enforcement, EvidenceStore, Ref
from storage.evidence.trials import Outcome, Trial

DOUBT = 30
_MARKS = {Outcome.KEPT: "[blue]✓[/blue]", Outcome.BROKEN: "[bold red]✗[/bold red]", Outcome.NOTE: "[yellow]![/yellow]"}
_SAVE_EVERY_S = 1.0

app = typer.Typer(no_args_is_help=True, help="证据库：检验与审计 | evidence stores: trials and audits")
UrlArgument = Annotated[
    str, typer.Argument(metavar="URL", help="文件夹、file:///… 或 s3+https://主机/桶 | a folder or a bucket")
]


@app.command("init", epilog=examples("xueshi store init s3+https://HOST/BUCKET", "xueshi store init"))
def init(
    url: Annotated[
        str,
        typer.Argument(metavar="URL", envvar="XUESHI_STORE", help="文件夹或 s3+https://主机/桶 | a folder or a bucket"),
    ],
    lang: LangOption = Lang.ZH,
) -> None:
    """建好证据库：没有桶就建一个带对象锁的 | make the bucket with Object Lock where there is none."""
    made = make_store(url, os.environ, now)
    words = ("已建好", "已存在，可用") if lang is Lang.ZH else ("made", "was there and can keep evidence")
    screen().print(escape(f"✓ {url}: {words[not made]}"), style="blue", soft_wrap=True)


@app.command("doctor", epilog=examples("xueshi store doctor ./evidence", "xueshi store doctor s3+https://HOST/BUCKET"))
def doctor(url: UrlArgument, lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """用一次性对象实测证据库是否真的拒绝删除与篡改 | prove by trying that the store really refuses."""
    store = open_store(url, os.environ, now)
    zh = lang is Lang.ZH
    waiting = (
        "实测中，需等待一次性对象到期（约半分钟）……" if zh else "trying; waits for a throw-away object to expire …"
    )
    with Console(stderr=True).status(waiting):
        trials = list(examine(store, now, _wait_until))
    sound = all(trial.outcome is not Outcome.BROKEN for trial in trials)
    if as_json:
        print_json({"url": store.url, "enforcement": store.enforcement, "sound": sound, "trials": trials})
    else:
        _show_trials(store, trials, lang)
    raise typer.Exit(0 if sound else DOUBT)


@app.command("audit", epilog=examples("xueshi store audit ./evidence", "xueshi store audit ./evidence --rate-mb 50"))
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
    lang: LangOption = Lang.ZH,
    as_json: JsonOption = False,
) -> None:
    """重读并重算全部证据的摘要，报告缺失、改变与未锁定 | re-read and re-hash everything."""
    store = open_store(url, os.environ, now)
    wanted = _read_expected(expected) if expected else ()
    throttle = Throttle(rate_mb * 1_000_000 or None)
    found = _told(_saved(audit(store, expected=wanted, after=_resumed(state), throttle=throttle), state), lang)
    counts, faulty = dict.fromkeys(Condition, 0), []
    for item in found:
        counts[item.condition] += 1
        faulty += [item] if item.condition is not Condition.SOUND else []
    if as_json:
        print_json({"url": store.url, "enforcement": store.enforcement, "counts": counts, "faults": faulty})
    else:
        _show_audit(store, counts, faulty, lang)
    raise typer.Exit(DOUBT if faulty else 0)


@app.command("clock", epilog=examples("xueshi store clock ./evidence --confirm"))
def clock(
    url: UrlArgument,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="确认本机时钟正确 | this machine's clock is right")
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """停用多年或校时之后，由人确认时钟，删除才恢复 | vouch for the clock after years of rest or a repair."""
    store = open_store(url, os.environ, now)
    if not isinstance(store, LocalStore):
        raise InputError(f"{url}: got a server, which has its own clock, expected a folder; nothing is to be confirmed")
    shown = now().astimezone(SHANGHAI).isoformat(timespec="seconds")
    if not confirm:
        hint = "核对无误后加 --confirm" if lang is Lang.ZH else "compare, then add --confirm"
        screen().print(f"{shown}\n{hint}")
        return
    store.confirm_clock()
    screen().print(f"{'已确认' if lang is Lang.ZH else 'confirmed'} {shown}")


def _show_trials(store: EvidenceStore, trials: list[Trial], lang: Lang) -> None:
    out, zh = screen(), lang is Lang.ZH
    table = grid(*(("", "试验", "所见") if zh else ("", "trial", "seen")), fold=(1, 2))
    for trial in trials:
        table.add_row(_MARKS[trial.outcome], trial.name.say(lang), escape(trial.seen.say(lang)))
    out.print(table)
    _show_level(store, lang)
    broken = sum(trial.outcome is Outcome.BROKEN for trial in trials)
    if broken:
        out.print(
            f"[bold red]{broken} 项未守住，不要把证据只存在这里[/bold red]"
            if zh
            else f"[bold red]{broken} promises broken: do not keep evidence here alone[/bold red]"
        )


def _show_audit(store: EvidenceStore, counts: dict[Condition, int], faulty: list[Audited], lang: Lang) -> None:
    out = screen()
    if faulty:
        table = grid(*(("结果", "SHA-256", "说明") if lang is Lang.ZH else ("found", "SHA-256", "note")), fold=(2,))
        for item in faulty:
            table.add_row(item.condition.text.say(lang), item.ref.digest.short, escape(item.note))
        out.print(table)
    out.print("  ".join(f"{condition.text.say(lang)} {count}" for condition, count in counts.items()))
    _show_level(store, lang)


def _show_level(store: EvidenceStore, lang: Lang) -> None:
    """Loud where only our own program stands between a person and the files."""
    out = screen()
    style = "bold yellow" if store.enforcement is Enforcement.APPLICATION else "bold"
    title = "约束级别" if lang is Lang.ZH else "enforcement"
    text = wrapped(f"{title} {store.enforcement.value} — {store.enforcement.text.say(lang)}", out.width)
    out.print(f"[{style}]{escape(text)}[/{style}]")


def _wait_until(moment: datetime) -> None:
    """Wait for it, and a little more for a server that counts whole seconds."""
    time.sleep(max(0.0, (moment - now() + timedelta(seconds=1.5)).total_seconds()))


def _read_expected(path: Path) -> tuple[Ref, ...]:
    try:
        lines = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got a file that cannot be read ({error}), expected one SHA-256 a line") from error
    return tuple(Ref(Digest(words[0]), words[1] if len(words) > 1 else "") for words in lines)


def _resumed(state: Path | None) -> Digest | None:
    if state is None or not state.exists():
        return None
    try:
        return Digest(json.loads(state.read_text("utf-8"))["after"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{state}: got no state of an audit ({error}); remove it to begin anew") from error


def _saved(found: Iterator[Audited], state: Path | None) -> Iterator[Audited]:
    """Note now and then how far the audit is; the note goes when the audit has ended."""
    saved_at = time.monotonic()
    for item in found:
        yield item
        if state and item.done and time.monotonic() - saved_at > _SAVE_EVERY_S:
            state.write_text(json.dumps({"after": item.done.sha256}), "utf-8")
            saved_at = time.monotonic()
    if state:
        state.unlink(missing_ok=True)


def _told(found: Iterator[Audited], lang: Lang) -> Iterator[Audited]:
    """The same, with a live line on a terminal."""
    with _line() as tell:
        passed_bytes = 0
        for count, item in enumerate(found, 1):
            passed_bytes += item.size_bytes
            done = f"已核 {count} 个" if lang is Lang.ZH else f"{count} checked"
            tell.update(tell.task_ids[0], description=f"{done}  {passed_bytes / 1e6:,.0f} MB  {item.ref.digest.short}")
            yield item


@contextmanager
def _line() -> Iterator[Progress]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        progress.add_task("")
        yield progress
