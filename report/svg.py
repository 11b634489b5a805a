"""A few marks of SVG, and how wide a text will be: enough to draw a strip whose words never touch."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from report.schema import TextEntry

_WIDE_SIGNS = "✓✗◆–"
_NARROW = 0.58
_SPACE = 0.34
_CAPITAL = 0.7


def width(text: str, size: float) -> float:
    """How wide the text runs at most in the type families that the page names."""
    return size * sum(_em(sign) for sign in text)


def _em(sign: str) -> float:
    if sign == " ":
        return _SPACE
    if sign in _WIDE_SIGNS or unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return _CAPITAL if sign.isupper() else _NARROW


def widest(text: TextEntry | str, size: float) -> float:
    """The room that the text needs in whichever language is switched on."""
    return width(text, size) if isinstance(text, str) else max(width(text["zh"], size), width(text["en"], size))


def number(value: float) -> str:
    """A coordinate to a tenth, without a needless zero."""
    return f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, words: TextEntry | str, css: str = "", anchor: str = "start") -> str:
    """The words at a baseline; both languages lie at one place and the page shows one."""
    place = f'x="{number(x)}" y="{number(y)}" text-anchor="{anchor}"'
    if isinstance(words, str) or words["zh"] == words["en"]:
        only = words if isinstance(words, str) else words["zh"]
        return f'<text {place} class="{css}">{escape(only)}</text>'
    return "".join(
        f'<text {place} class="{f"{css} {lang}".strip()}" lang="{tag}">{escape(line)}</text>'
        for lang, tag, line in (("zh", "zh-CN", words["zh"]), ("en", "en", words["en"]))
    )


def rect(
    x: float, y: float, w: float, h: float, css: str, *, radius: float = 0, title: str = "", fill: str = ""
) -> str:
    """A rectangle; its title is what a pointer resting on it reads, its fill the id of a pattern."""
    rounded = f' rx="{number(radius)}"' if radius else ""
    rounded += f' fill="url(#{fill})"' if fill else ""
    box = f'x="{number(x)}" y="{number(y)}" width="{number(max(w, 0.6))}" height="{number(h)}"'
    return f'<rect {box}{rounded} class="{css}"{_titled("rect", title)}'


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """A straight line."""
    return f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" class="{css}"/>'


def path(points: Sequence[tuple[float, float]], css: str, title: str = "", *, floor: float | None = None) -> str:
    """A line through the points, or the area between them and the floor."""
    drawn = " ".join(f"{'L' if index else 'M'}{number(x)},{number(y)}" for index, (x, y) in enumerate(points))
    if floor is not None:
        drawn += f" L{number(points[-1][0])},{number(floor)} L{number(points[0][0])},{number(floor)} Z"
    return f'<path d="{drawn}" class="{css}"{_titled("path", title)}'


def _titled(tag: str, title: str) -> str:
    return f"><title>{escape(title)}</title></{tag}>" if title else "/>"


@dataclass(frozen=True, slots=True)
class Label:
    """Words that want to stand at ``x`` (their middle), and how much it matters that they do."""

    x: float
    words: TextEntry | str
    weight: float
    css: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label that found room: its middle and its lane, counted downwards."""

    label: Label
    x: float
    lane: int


def place(labels: Sequence[Label], size: float, limits: tuple[float, float], lanes: int) -> list[Placed]:
    """The labels that find room without touching, the weightiest first; what finds none stays in the table."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(lanes)]
    placed = []
    for label in sorted(labels, key=lambda item: (-item.weight, item.x)):
        half = widest(label.words, size) / 2 + 3
        if limits[1] - limits[0] < 2 * half:
            continue
        x = min(max(label.x, limits[0] + half), limits[1] - half)
        lane = _free(taken, x - half, x + half)
        if lane is not None:
            taken[lane].append((x - half, x + half))
            placed.append(Placed(label, x, lane))
    return placed


def _free(taken: Sequence[Sequence[tuple[float, float]]], left: float, right: float) -> int | None:
    for lane, boxes in enumerate(taken):
        if all(right <= start or left >= end for start, end in boxes):
            return lane
    return None
