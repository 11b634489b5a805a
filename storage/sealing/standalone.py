"""Makes the one file that travels in a package out of the modules that it consists of."""

import re
from importlib.resources import files

_JOINT = re.compile(r"^from storage\.evidence_log\.(\w+) import [^\n]*\n", re.MULTILINE)
_HEADER = re.compile(r'\A""".*?"""\n+(?:from __future__ [^\n]*\n+)?', re.DOTALL)


def verify_py() -> str:
    """``verify.py``: proofs, stamps, what openssl checks, then the examination, and no import of this program."""
    checks = (files("storage") / "sealing" / "verifier.py").read_text("utf-8")
    return _JOINT.sub(lambda joint: _body(joint.group(1)), checks)


def _body(module: str) -> str:
    text = (files("storage") / "evidence_log" / f"{module}.py").read_text("utf-8")
    header = _HEADER.match(text)
    assert header is not None  # noqa: S101 - our own file
    return "\n" + text[header.end() :].strip("\n") + "\n\n"
