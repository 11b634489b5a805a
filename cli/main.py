import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from cli import backup, db, draw, keys, log, models, money, policy, retention, store
from cli.check import check_package
from cli.demo import demo
from cli.doctor import doctor
from cli.explain import explain
from cli.seal import seal_folder
from cli.serve import serve
from cli.terminal import examples
from cli.verify import verify
from cli.worker import worker
from facts.errors import FaultsError, InputError, InternalError, RulebookError, SetupError, XueshiError

BAD_INPUT, MISSING_SETUP, DEFECT = 2, 69, 70  # the last two as in sysexits.h

app = typer.Typer(
    name="xueshi",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="学时证：逐学时核验补贴性职业技能培训的证据 | for every subsidised class hour: "
    "does the evidence show what the rule demands?",
)
policy.app.registered_commands.extend(money.app.registered_commands)
app.add_typer(policy.app, name="policy")
app.add_typer(models.app, name="models")
app.add_typer(store.app, name="store")
app.add_typer(keys.app, name="keys")
app.add_typer(log.app, name="log")
app.add_typer(retention.app, name="retention")
app.add_typer(draw.app, name="draw")
db.app.command("backup", epilog=examples("xueshi db backup /备份/xueshi-2026-11-25.backup"))(backup.backup_database)
db.app.command("restore", epilog=examples("xueshi db restore 备份文件 --db postgresql://xueshi@主机/新库"))(
    backup.restore_database
)
app.add_typer(db.app, name="db")
app.command("verify", epilog=examples("xueshi verify ./2025-04家政1班", "xueshi verify 班 --json - --fail-on fail"))(
    verify
)
app.command(
    "seal",
    epilog=examples(
        "xueshi seal ./2025-04家政1班",
        "xueshi seal 班/核验报告/report.json",
        "xueshi seal 班 --store ./evidence --identified",
    ),
)(seal_folder)
app.command("check", epilog=examples("xueshi check 证据包", "xueshi check 证据包 --heads 树头.json --recompute"))(
    check_package
)
app.command("doctor", epilog=examples("xueshi doctor ./2025-04家政1班"))(doctor)
app.command("demo", epilog=examples("xueshi demo", "xueshi demo ./示范班 --lang en"))(demo)
app.command("serve", epilog=examples("xueshi serve", "xueshi serve --host 0.0.0.0 --port 8443 --db postgresql://…"))(
    serve
)
app.command("worker", epilog=examples("xueshi worker", "xueshi worker --db postgresql://… --once"))(worker)
app.command("explain", epilog=examples("xueshi explain YQ-V1", "xueshi explain YQ-M1 --lang en"))(explain)


def _version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"xueshi {version('xueshi')}")
        except PackageNotFoundError:
            typer.echo("xueshi (not installed)")
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 version")] = False,
) -> None:
    """Take the options that stand before every command; its help is the app's own."""


def run(arguments: Sequence[str] | None = None) -> None:
    """The entry point: run the command and end with its exit code, whatever goes wrong said in plain lines."""
    try:
        app(args=arguments, prog_name="xueshi")
    except XueshiError as error:
        _say(error)
        sys.exit(_code(error))
    except Exception as error:  # noqa: BLE001 - the last stop: a defect ends in one line and its own exit code
        if os.environ.get("XUESHI_DEBUG"):
            traceback.print_exc()
        hint = "set XUESHI_DEBUG=1 for details"
        sys.stderr.write(f"内部错误 internal error: {type(error).__name__}: {error}; {hint}\n")
        sys.exit(DEFECT)


def _say(error: XueshiError) -> None:
    lines = [str(fault) for fault in error.faults] if isinstance(error, FaultsError) else [str(error)]
    for line in lines:
        sys.stderr.write(f"✗ {line}\n")


def _code(error: XueshiError) -> int:
    if isinstance(error, InputError | RulebookError):
        return BAD_INPUT
    if isinstance(error, SetupError):
        return MISSING_SETUP
    return DEFECT if isinstance(error, InternalError) else BAD_INPUT


if __name__ == "__main__":
    run()
