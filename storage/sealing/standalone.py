"""Makes the one file that travels in a package out of the modules that it consists of."""

import re
from importlib.resources import files

_JOINT = re.compile(r"^from storage\.(\w+)\.(\w+) import (?:\([^)]*\)|[^\n]*)\n", re.MULTILINE)
_HEADER = re.compile(r'\A""".*?"""\n+(?:from __future__ [^\n]*\n+)?', re.DOTALL)


def verify_py() -> str:
    """``verify.py``: proofs, stamps, what openssl checks, then the examination, and no import of this program."""
    checks = (files("storage") / "sealing" / "verifier.py").read_text("utf-8")
    return _joined(checks, set())


def _joined(text: str, taken: set[tuple[str, str]]) -> str:
    """The text with each module in place of the first import of it; every later import falls away."""
    return _JOINT.sub(lambda joint: _body((joint.group(1), joint.group(2)), taken), text)


def _body(module: tuple[str, str], taken: set[tuple[str, str]]) -> str:
    if module in taken:
        return ""
    taken.add(module)
    text = (files("storage") / module[0] / f"{module[1]}.py").read_text("utf-8")
    header = _HEADER.match(text)
    assert header is not None  # noqa: S101 - our own file
    return "\n" + _joined(text[header.end() :], taken).strip("\n") + "\n\n"
