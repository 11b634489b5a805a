from collections.abc import Mapping, Sequence
from itertools import pairwise

from cli.terminal import Lang


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
