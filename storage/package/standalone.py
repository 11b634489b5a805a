"""Makes the one file that travels in a package out of the two modules that it consists of."""

import re
from importlib.resources import files

_JOINT = re.compile(r"^from storage\.log\.proofs import [^\n]*\n", re.MULTILINE)
_HEADER = re.compile(r'\A""".*?"""\n+(?:from __future__ [^\n]*\n+)?(?:(?:import|from) [^\n]*\n)*', re.DOTALL)


def verify_py() -> str:
    """``verify.py``: the proofs, then the checks, and no import of this program."""
    checks = (files("storage") / "package" / "verifier.py").read_text("utf-8")
    proofs = (files("storage") / "log" / "proofs.py").read_text("utf-8")
    header = _HEADER.match(proofs)
    assert header is not None  # noqa: S101 - our own file
    return _JOINT.sub(lambda _: "\n" + proofs[header.end() :].strip("\n") + "\n\n", checks, count=1)
