"""The one picture of a claim: what was claimed, and how much of it is shown, open, or without support."""

from html import escape

from report.claims.schema import SumsEntry

_WIDTH, _HEIGHT = 1000, 34
_LEAST = 3


def bar(sums: SumsEntry, name: str, reach_fen: int = 0) -> str:
    """One bar as SVG: solid blue is supported, dotted amber open, hatched red what no evidence supports yet.

    ``reach_fen`` is what the whole width stands for, so that several bars compare.
    """
    claimed = sums["claimed"]["fen"] if sums["claimed"] else None
    supported, unproven = sums["supported"]["fen"], sums["unproven"]["fen"]
    reach = max(reach_fen, claimed or 0, supported + unproven, 1)
    unsupported = max(0, (claimed or 0) - supported - unproven)
    at, parts = 0.0, []
    for kind, amount in (("b-pass", supported), ("p-dots", unproven), ("p-hatch", unsupported)):
        if amount <= 0:
            continue
        width = max(_LEAST, _WIDTH * amount / reach)
        parts.append(f'<rect class="{kind}" x="{at:.1f}" y="0" width="{width:.1f}" height="{_HEIGHT}"/>')
        at += _WIDTH * amount / reach
    if claimed is not None:
        x = min(_WIDTH - 2, _WIDTH * claimed / reach)
        parts.append(f'<rect class="b-claimed" x="{max(0, x - 2):.1f}" y="-4" width="4" height="{_HEIGHT + 8}"/>')
    return (
        f'<svg class="sumbar" viewBox="0 -5 {_WIDTH} {_HEIGHT + 10}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(name, quote=True)}"><rect class="b-rest" x="0" y="0" width="{_WIDTH}"'
        f' height="{_HEIGHT}"/>{"".join(parts)}</svg>'
    )
