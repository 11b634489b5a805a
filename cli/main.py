import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import typer
from typer._click.exceptions import ClickException  # see cli/usage.py

from cli.commands import CommandGroup
from cli.error_lines import ABORTED, NO_UNIX, defect_text, error_lines, of_the_name, system_text, usage_lines
from cli.language import error_language
from cli.terminal_signs import write_every_sign
from facts.errors import InputError, InternalError, RulebookError, SetupError, XueshiError
from runtime.platform.environment import environment

BAD_INPUT, MISSING_SETUP, DEFECT = 2, 69, 70  # the last two as in sysexits.h
_OF_UNIX = frozenset({"fcntl", "resource", "pwd", "grp"})  # what Python has on Unix alone

app = typer.Typer(
    name="xueshi",
    cls=CommandGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="学时证：逐学时核验补贴性职业技能培训的证据 | for every subsidised class hour: "
    "does the evidence show what the rule demands?",
)


def _version(wanted: bool) -> None:
    if wanted:
        from runtime.platform.version import TOOL, commit, schema  # noqa: PLC0415 - reading the metadata takes a tenth of a start

        typer.echo(f"{TOOL} · schema {schema()}" + (f" · commit {found}" if (found := commit()) else ""))
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 version")] = False,
) -> None:
    """Take the options that stand before every command; its help is the app's own."""


def run(arguments: Sequence[str] | None = None) -> None:
    """The entry point: run the command and end with its exit code, whatever goes wrong said in plain lines."""
    write_every_sign()
    words = list(sys.argv[1:] if arguments is None else arguments)
    environ = environment()
    lang = error_language(words, environ)
    try:
        code = app(args=words, prog_name="xueshi", standalone_mode=False)
    except ClickException as error:
        _say(usage_lines(error, lang))
        sys.exit(error.exit_code)
    except typer.Abort:
        _say([ABORTED.say(lang)])
        sys.exit(1)
    except XueshiError as error:
        _say(error_lines(error, lang))
        sys.exit(_code(error))
    except (ModuleNotFoundError, AttributeError) as error:
        if not _lacks_unix(error):
            _say([_defect(error, environ, lang)])
            sys.exit(DEFECT)
        _say([NO_UNIX.say(lang)])
        sys.exit(MISSING_SETUP)
    except OSError as error:
        if error.filename is None:
            _say([_defect(error, environ, lang)])
            sys.exit(DEFECT)
        _traced(environ)
        _say([system_text(error).say(lang)])
        sys.exit(BAD_INPUT if of_the_name(error) else MISSING_SETUP)
    except Exception as error:  # noqa: BLE001 - the last stop: a defect ends in one line and its own exit code
        _say([_defect(error, environ, lang)])
        sys.exit(DEFECT)
    sys.exit(code)


def _lacks_unix(error: ModuleNotFoundError | AttributeError) -> bool:
    """Whether the system has no such module, or no such call of the system's own modules."""
    if isinstance(error, ModuleNotFoundError):
        return error.name in _OF_UNIX
    return any(error.obj is module for module in (os, signal, socket))


def _defect(error: Exception, environ: Mapping[str, str], lang: str) -> str:
    _traced(environ)
    return defect_text(error).say(lang)


def _traced(environ: Mapping[str, str]) -> None:
    if environ.get("XUESHI_DEBUG"):
        traceback.print_exc()


def _say(lines: Iterable[str]) -> None:
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def _code(error: XueshiError) -> int:
    if isinstance(error, InputError | RulebookError):
        return BAD_INPUT
    if isinstance(error, SetupError):
        return MISSING_SETUP
    return DEFECT if isinstance(error, InternalError) else BAD_INPUT


if __name__ == "__main__":
    run()
