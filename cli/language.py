"""The language of errors and of help; help stands in the code in both, Chinese first and English behind a bar."""

import re
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cli.terminal import Lang
from facts.text import Text
from runtime.platform.environment import environment

_CHINESE = r"[\u4e00-\u9fff]"
_BAR = re.compile(r"\s*\| ")
_TWO_WORDS = re.compile(rf"({_CHINESE}+) ([a-z][a-z ]*)(:?)")
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


def speak(command: Any, lang: Lang) -> None:  # noqa: ANN401 - Typer keeps click's own types to itself
    """The command, its parameters and its own commands in the language; examples come before the options."""
    told = [part for part in (command.help, command.epilog) if part]
    command.help, command.epilog = spoken("\n\n".join(told), lang) if told else None, None
    if command.short_help:
        command.short_help = spoken(command.short_help, lang)
    for param in command.params:
        if getattr(param, "help", None):
            param.help = spoken(param.help, lang)
    for one in getattr(command, "commands", {}).values():
        speak(one, lang)
