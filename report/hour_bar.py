"""Class hours by verdict as one bar, in the strip's language: solid blue, dotted amber, hatched red, grey."""

from collections.abc import Mapping
from html import escape

from facts.verdict import Status

_WIDTH, _HEIGHT = 1000, 34
_KINDS = {
    Status.PASS: "b-pass",
    Status.UNPROVEN: "p-dots",
    Status.FAIL: "p-hatch",
    Status.EXEMPT: "b-exempt",
    Status.NOT_APPLICABLE: "b-rest",
}


def hour_bar(hours: Mapping[str, int], reach: int, name: str) -> str:
    """One bar as SVG; ``reach`` is what the whole width stands for, so that several bars compare."""
    at, parts = 0.0, []
    for status, kind in _KINDS.items():
        width = _WIDTH * hours.get(status.value, 0) / max(reach, 1)
        if width:
            parts.append(f'<rect class="{kind}" x="{at:.1f}" y="0" width="{width:.1f}" height="{_HEIGHT}"/>')
        at += width
    return (
        f'<svg class="sumbar" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(name, quote=True)}">{"".join(parts)}</svg>'
    )
