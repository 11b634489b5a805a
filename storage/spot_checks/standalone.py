"""Makes the one file that travels beside a draw out of the two modules that it consists of."""

import re
from importlib.resources import files

_JOINT = re.compile(r"^from facts\.lots import [^\n]*\n", re.MULTILINE)
_HEAD = re.compile(r'\A""".*?"""\n+from __future__ [^\n]*\n+', re.DOTALL)


def draw_check_py() -> str:
    """``draw_check.py``: the lots with what they import, then the checks, and no import of this program."""
    checks = (files("storage") / "spot_checks" / "draw_verifier.py").read_text("utf-8")
    lots = (files("facts") / "lots.py").read_text("utf-8")
    head = _HEAD.match(lots)
    assert head is not None  # noqa: S101 - our own file
    return _JOINT.sub(lambda _: "\n" + lots[head.end() :].strip("\n") + "\n\n", checks, count=1)
