"""Signs that a console's code page lacks (GBK has no ✓) are written as the nearest that it has; no command ends over one."""

import codecs
import sys
from io import TextIOWrapper

_NAME = "xueshi.nearest"
_NEAREST = {
    "✓": "√",
    "✔": "√",
    "✗": "×",
    "✘": "×",
    "•": "·",
    "–": "-",
    "—": "-",
    "−": "-",
    "⚠": "!",
    "▶": ">",
    "▸": ">",
    "○": "o",
    "◆": "*",
    "√": "v",
    "×": "x",
    "·": "*",
    "→": "->",
    "←": "<-",
    "≥": ">=",
    "≤": "<=",
    "¥": "Y",
    "\xa0": " ",
}


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """The nearest sign that the code page has; failing that a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wanted = error.object[error.start : error.end]
    return "".join(_writable(sign, error.encoding) for sign in wanted), error.end


def _writable(sign: str, encoding: str) -> str:
    for _ in range(2):
        sign = _NEAREST.get(sign, "?")
        try:
            sign.encode(encoding)
        except UnicodeEncodeError:
            continue
        return sign
    return "?"


def write_every_sign() -> None:
    """Whatever is written from now on fits the console."""
    codecs.register_error(_NAME, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_NAME)
