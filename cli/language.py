"""The language of errors and of help; help stands in the code in both, Chinese first and English behind a bar."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from cli.terminal import Lang
from facts.text import Text
from runtime.platform.environment import environment

_CHINESE = r"[\u4e00-\u9fff]"
_BAR = re.compile(r"\s*\| ")
_TWO_WORDS = re.compile(rf"({_CHINESE}+) ([a-z][a-z ]*)(:?)")
_TYPERS = {
    "OPTIONS_PANEL_TITLE": Text("选项", "Options"),
    "ARGUMENTS_PANEL_TITLE": Text("参数", "Arguments"),
    "COMMANDS_PANEL_TITLE": Text("命令", "Commands"),
    "DEFAULT_STRING": Text("[默认：{}]", "[default: {}]"),
    "ENVVAR_STRING": Text("[环境变量：{}]", "[env var: {}]"),
    "REQUIRED_LONG_STRING": Text("[必填]", "[required]"),
}
_CODES = Text("退出码：", "exit codes: ")
_MEANING = re.compile(rf"(?<=\d )(.*{_CHINESE}) ([a-z].*)")  # of one exit code, in both languages


def error_language(arguments: Sequence[str], environ: Mapping[str, str]) -> Lang:
    """The language that an error is told in: of ``--lang``, else XUESHI_LANG, else the locale's; Chinese unless English."""
    for word in (_lang_option(arguments), environ.get("XUESHI_LANG", "")):
        if word in tuple(Lang):
            return Lang(word)
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    return Lang.EN if locale.casefold().startswith("en") else Lang.ZH


def _lang_option(arguments: Sequence[str]) -> str:
    """The last ``--lang`` on the line, which is the one that counts."""
    found = ""
    for word, following in pairwise([*arguments, ""]):
        if word == "--":
            break
        if word == "--lang":
            found = following
        elif word.startswith("--lang="):
            found = word.removeprefix("--lang=")
    return found


def help_language() -> Lang:
    """As errors are told: by ``--lang``, ``XUESHI_LANG`` or the locale."""
    return error_language(sys.argv[1:], environment())


def spoken(text: str, lang: Lang) -> str:
    """Each paragraph in the language, where it has both."""
    return "\n\n".join(_paragraph(one, lang) for one in text.split("\n\n"))


def _paragraph(text: str, lang: Lang) -> str:
    if text.startswith("退出码 exit codes:"):
        return _CODES.say(lang) + _codes(text.partition(":")[2], lang)
    parts = _BAR.split(text, maxsplit=1)
    if len(parts) > 1 and re.search(_CHINESE, parts[0]):
        return parts[0] if lang is Lang.ZH else parts[1]
    if len(parts) == 1 and (words := _TWO_WORDS.match(text)):
        said = words[1] + words[3].replace(":", "：") if lang is Lang.ZH else words[2] + words[3]
        return said + text[words.end() :]
    return text


def _codes(text: str, lang: Lang) -> str:
    meaning = r"\1" if lang is Lang.ZH else r"\2"
    return " · ".join(_MEANING.sub(meaning, one) for one in " ".join(text.split()).split(" · "))


def _format_help(own: Callable[[Any, Any], None], lang: Lang, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as below
    """A page of help; what Typer says by itself it keeps as constants, which only such a page reads."""
    from typer import rich_utils  # noqa: PLC0415 - costs time, and only help needs it

    for name, words in _TYPERS.items():
        setattr(rich_utils, name, words.say(lang))
    own(ctx, formatter)


def _help_option(own: Callable[[Any], Any], ctx: Any) -> Any:  # noqa: ANN401 - as below
    option = own(ctx)
    if option is not None:
        option.help = "显示本页后退出"
    return option


def _usage(own: Callable[[Any], str], ctx: Any) -> str:  # noqa: ANN401 - as below
    said = own(ctx).replace("Usage:", "用法：", 1)
    return said.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]…")


def speak(command: Any, lang: Lang) -> None:  # noqa: ANN401 - Typer keeps click's own types to itself
    """The command, its parameters and its own commands in the language; examples come before the options."""
    told = [part for part in (command.help, command.epilog) if part]
    command.help, command.epilog = spoken("\n\n".join(told), lang) if told else None, None
    if command.short_help:
        command.short_help = spoken(command.short_help, lang)
    for param in command.params:
        if getattr(param, "help", None):
            param.help = spoken(param.help, lang)
    command.format_help = partial(_format_help, command.format_help, lang)
    if lang is Lang.ZH:
        command.get_help_option = partial(_help_option, command.get_help_option)
        command.get_usage = partial(_usage, command.get_usage)
    for one in getattr(command, "commands", {}).values():
        speak(one, lang)
