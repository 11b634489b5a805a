import time
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cli.store_audit import DOUBT, UrlArgument, audit_store, show_level
from cli.store_move import move_store
from cli.terminal import JsonOption, Lang, LangOption, examples, grid, print_json, screen
from facts.counting import counted
from facts.errors import InputError
from facts.span import SHANGHAI
from runtime.platform.clock import now
from runtime.platform.environment import environment
from storage.blobs.address import make_blobs
from storage.evidence.address import make_store, open_store
from storage.evidence.doctor import examine
from storage.evidence.local import LocalStore
from storage.evidence.port import EvidenceStore
from storage.evidence.trials import Trial, TrialOutcome

_MARKS = {
    TrialOutcome.KEPT: "[blue]✓[/blue]",
    TrialOutcome.BROKEN: "[bold red]✗[/bold red]",
    TrialOutcome.NOTE: "[yellow]![/yellow]",
}

app = typer.Typer(no_args_is_help=True, help="证据库：检验与审计 | evidence stores: trials and audits")


@app.command("init", epilog=examples("xueshi store init s3+https://HOST/BUCKET", "xueshi store init"))
def init(
    url: Annotated[
        str,
        typer.Argument(metavar="URL", envvar="XUESHI_STORE", help="文件夹或 s3+https://主机/桶 | a folder or a bucket"),
    ],
    blobs: Annotated[
        str,
        typer.Option(
            "--blobs",
            metavar="URL",
            envvar="XUESHI_BLOBS",
            help="另建一个不带锁的桶，放上传、图片、证据包 | also a bucket without lock for uploads, pictures, packages",
        ),
    ] = "",
    lang: LangOption = Lang.ZH,
) -> None:
    """建好证据库：没有桶就建一个带对象锁的 | make the bucket with Object Lock where there is none."""
    if blobs and blobs.rstrip("/") == url.rstrip("/"):
        raise InputError(
            f"{blobs}: got one address for evidence and blobs, expected two: a lock would keep what is no evidence"
        )
    made = make_store(url, environment(), now)
    words = ("已建好", "已存在，可用") if lang is Lang.ZH else ("made", "was there and can keep evidence")
    if blobs:
        fresh = make_blobs(blobs, environment())
        told = ("已建好", "已存在") if lang is Lang.ZH else ("made", "was there")
        screen().print(escape(f"✓ {blobs}: {told[not fresh]}"), style="blue", soft_wrap=True)
    screen().print(escape(f"✓ {url}: {words[not made]}"), style="blue", soft_wrap=True)


@app.command("doctor", epilog=examples("xueshi store doctor ./evidence", "xueshi store doctor s3+https://HOST/BUCKET"))
def doctor(url: UrlArgument, lang: LangOption = Lang.ZH, as_json: JsonOption = False) -> None:
    """用一次性对象实测证据库是否真的拒绝删除与篡改 | prove by trying that the store really refuses."""
    store = open_store(url, environment(), now)
    zh = lang is Lang.ZH
    waiting = (
        "实测中，需等待一次性对象到期（约半分钟）……" if zh else "trying; waits for a throw-away object to expire …"
    )
    with Console(stderr=True).status(waiting):
        trials = list(examine(store, now, _wait_until))
    sound = all(trial.outcome is not TrialOutcome.BROKEN for trial in trials)
    if as_json:
        print_json({"url": store.url, "enforcement": store.enforcement, "sound": sound, "trials": trials})
    else:
        _show_trials(store, trials, lang)
    raise typer.Exit(0 if sound else DOUBT)


app.command(
    "audit",
    epilog=examples(
        "xueshi store audit ./evidence", "xueshi store audit ./evidence --db sqlite:///xueshi.db --report 审计.json"
    ),
)(audit_store)


app.command(
    "move",
    epilog=examples(
        "xueshi store move HOME s3+https://HOST/BUCKET --dry-run", "xueshi store move s3+https://HOST/BUCKET HOME"
    ),
)(move_store)


@app.command("clock", epilog=examples("xueshi store clock ./evidence --confirm"))
def clock(
    url: UrlArgument,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="确认本机时钟正确 | this machine's clock is right")
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """停用多年或校时之后，由人确认时钟，删除才恢复 | vouch for the clock after years of rest or a repair."""
    store = open_store(url, environment(), now)
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
    show_level(store, lang)
    broken = sum(trial.outcome is TrialOutcome.BROKEN for trial in trials)
    if broken:
        out.print(
            f"[bold red]{broken} 项未守住，不要把证据只存在这里[/bold red]"
            if zh
            else f"[bold red]{counted(broken, 'promise')} broken: do not keep evidence here alone[/bold red]"
        )


def _wait_until(moment: datetime) -> None:
    """Wait for it, and a little more for a server that counts whole seconds."""
    time.sleep(max(0.0, (moment - now() + timedelta(seconds=1.5)).total_seconds()))
