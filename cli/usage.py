"""What is wrong with how a command was called: in both languages, with what was probably meant."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from typer._click.exceptions import (  # Typer carries its own copy of click and exports no other name for these
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperArgument, TyperGroup

from facts.text import Text

_EXTRA = re.compile(r"^Got unexpected extra argument\(s\) \((.*)\)$", re.DOTALL)
_NO_VALUE = re.compile(r" requires (an argument|\d+ arguments)\.$")
_DAY_FORMAT = "%Y-%m-%d"


class UnknownCommandError(UsageError):
    """A word that is the name of none of a group's commands."""

    def __init__(self, name: str, close: Sequence[str], ctx: Any) -> None:  # noqa: ANN401 - Typer keeps click's own types to itself
        super().__init__(f"No such command {name!r}.", ctx)
        self.name, self.close = name, tuple(close)


class Subcommands(TyperGroup):
    """A group that knows which of its commands a mistyped word probably meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as above
        """As click does it; a word that is neither a command nor an option is refused here."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            raise UnknownCommandError(name, get_close_matches(name, known), ctx)
        return super().resolve_command(ctx, args)


def usage_text(error: ClickException) -> Text:
    """One line on what is wrong, and what was expected or probably meant."""
    if isinstance(error, UnknownCommandError):
        return _unknown(Text(f"没有命令 {error.name}", f"no command {error.name}"), error.close)
    if isinstance(error, NoSuchOption):
        close = sorted(error.possibilities or ())
        return _unknown(Text(f"没有选项 {error.option_name}", f"no option {error.option_name}"), close)
    if isinstance(error, MissingParameter):
        return _missing(error.param)
    if isinstance(error, BadParameter):
        return _bad_value(error)
    return _parser_text(error)


def _parser_text(error: ClickException) -> Text:
    """What click's parser refuses by a bare message."""
    if isinstance(error, BadOptionUsage) and _NO_VALUE.search(error.message):
        return Text(f"选项 {error.option_name} 后面缺少值", f"option {error.option_name} needs a value after it")
    if extra := _EXTRA.match(error.message):
        return Text(f"多余的参数：{extra[1]}", f"more arguments than expected: {extra[1]}")
    if error.message == "Missing command.":
        return Text("缺少命令", "no command was given")
    return Text(f"用法有误：{error.format_message()}", error.format_message())


def help_text(error: ClickException) -> Text | None:
    """Where the right way to call it is shown."""
    ctx = error.ctx if isinstance(error, UsageError) else None
    if ctx is None:
        return None
    line = f"{ctx.command_path} --help"
    return Text(f"用法见 {line}", f"see {line}")


def _unknown(text: Text, close: Sequence[str]) -> Text:
    if not close:
        return text
    return Text(f"{text.zh}；是不是 {' 或 '.join(close)}？", f"{text.en}; did you mean {' or '.join(close)}?")


def _missing(param: Any) -> Text:  # noqa: ANN401 - as above
    name, expected = _name(param), _expected(param)
    what = ("参数", "argument") if isinstance(param, TyperArgument) else ("选项", "option")
    told = Text(f"，应为 {expected.zh}", f", expected {expected.en}") if expected else Text("", "")
    return Text(f"缺少{what[0]} {name}{told.zh}", f"{what[1]} {name} is missing{told.en}")


def _bad_value(error: BadParameter) -> Text:
    name, expected, got = _name(error.param), _expected(error.param), _got(error)
    if expected is None:
        return Text(f"{name} 的值不对：{error.message}", f"{name}: {error.message}")
    if not got:
        return Text(f"{name} 的值不对，应为 {expected.zh}", f"{name}: expected {expected.en}")
    return Text(f"{name}：收到 {got}，应为 {expected.zh}", f"{name}: got {got}, expected {expected.en}")


def _name(param: Any) -> str:  # noqa: ANN401 - as above
    """As people write it: the long form of an option, the word that the help shows for an argument."""
    if param is None:
        return ""
    return str(param.display_name_raw) if isinstance(param, TyperArgument) else max(param.opts, key=len)


def _expected(param: Any) -> Text | None:  # noqa: ANN401 - as above
    """What values the parameter takes; nothing where only its own message can tell."""
    if param is None:
        return None
    kind = param.type_descriptor
    if kind.is_choice:
        choices = [str(getattr(choice, "value", choice)) for choice in kind.choices]
        return Text("、".join(choices[:-1]) + " 或 " + choices[-1], ", ".join(choices[:-1]) + " or " + choices[-1])
    if kind.is_datetime:
        formats = [form.replace(_DAY_FORMAT, "YYYY-MM-DD") for form in kind.parameter_info.formats or ()]
        return Text(" 或 ".join(formats) + " 形式的日期", "a date such as " + " or ".join(formats)) if formats else None
    return _whole_number(kind.parameter_info.min, kind.parameter_info.max) if kind.annotation is int else None


def _whole_number(least: float | None, most: float | None) -> Text:
    if least is not None and most is not None:
        return Text(f"{least} 到 {most} 的整数", f"a whole number from {least} to {most}")
    if least is not None:
        return Text(f"不小于 {least} 的整数", f"a whole number of at least {least}")
    return Text("整数", "a whole number")


def _got(error: BadParameter) -> str:
    """The value itself, which only pydantic's own error behind this one still knows."""
    faults = getattr(error.__cause__, "errors", None)
    found = faults() if callable(faults) else []
    value = found[0].get("input") if found else None
    return str(value)[:80] if isinstance(value, str | int | float) else ""
