import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from cli.commands import Rooms
from facts.errors import FaultsError, InputError, InternalError, RulebookError, SetupError, XueshiError
from runtime.platform.environment import environment

BAD_INPUT, MISSING_SETUP, DEFECT = 2, 69, 70  # the last two as in sysexits.h

app = typer.Typer(
    name="xueshi",
    cls=Rooms,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="学时证：逐学时核验补贴性职业技能培训的证据 | for every subsidised class hour: "
    "does the evidence show what the rule demands?",
)


def _version(wanted: bool) -> None:
    if wanted:
        from runtime.platform.version import TOOL  # noqa: PLC0415 - reading the metadata takes a tenth of a start

        typer.echo(TOOL)
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
        if environment().get("XUESHI_DEBUG"):
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
