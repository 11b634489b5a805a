"""The row of the day strip that answers whether ten minutes hold: the longest live stretch of each class hour."""

from facts.verdict import Status
from report.pen import Pen, StripRow, fitting
from report.schema import HourEntry, LongestEntry, TextEntry
from report.svg import rect, text, widest
from report.times import clock_span, length
from report.words import both

_WINDOW = 20.0


def windows(pen: Pen, top: float) -> StripRow:
    """The longest live stretch of each hour against the length demanded, and the window that was judged."""
    demanded = pen.panel.demanded_s
    name: TextEntry = both("连续段", "Longest")
    if demanded:
        minutes = f"{demanded / 60:g}"
        short = both(f"≥{minutes}分", f"≥{minutes} min")
        full = both(f"连续 ≥{minutes}分", f"Longest ≥{minutes} min")
        name = fitting([full, short], pen.layout.size, pen.layout.gutter - 12) or short
    judged = both("▂ 窗口", "▂ window") if any(hour["window"] for hour in pen.panel.hours) else ""
    drawn = [_window(pen, hour, top) for hour in pen.panel.hours]
    deeper = pen.layout.small + 2 if any(deep for _, deep in drawn) else 0
    marks = pen.head(top + 13, name, judged) + "".join(marks for marks, _ in drawn)
    return StripRow(marks, _WINDOW + 16 + deeper)


def _window(pen: Pen, hour: HourEntry, top: float) -> tuple[str, bool]:
    """The marks, and whether words had to go below the bar."""
    longest, column = hour["longest"], pen.column(hour)
    marks, deep = "", False
    edges = pen.clipped(longest["span"]) if longest["span"] else None
    if edges is None:
        marks = _without_bar(pen, longest, column, top)
    else:
        words, deep = _length(pen, longest, edges, column, top)
        marks = _bar(longest, edges, top) + words
    if hour["window"] and (judged := pen.clipped(hour["window"]["span"])):
        title = f"窗口 window {clock_span(hour['window']['span'])} {hour['window']['camera']}"
        marks += rect(judged[0], top + _WINDOW + 3, judged[1] - judged[0], 3, "judged", title=title)
    return marks, deep


def _css(longest: LongestEntry) -> str:
    return longest["status"].lower().replace("_", "-")


def _without_bar(pen: Pen, longest: LongestEntry, column: tuple[float, float], top: float) -> str:
    glyph = Status(longest["status"]).glyph
    words: dict[str, list[TextEntry | str]] = {
        Status.FAIL.value: [both(f"{glyph} 无录像", f"{glyph} no footage"), glyph],
        Status.UNPROVEN.value: [both(f"{glyph} 未能判断", f"{glyph} undecided"), glyph],
    }
    chosen = fitting(words.get(longest["status"], [glyph]), pen.layout.size, column[1] - column[0]) or glyph
    return text(sum(column) / 2, top + 15, chosen, _css(longest), "middle")


def _bar(longest: LongestEntry, edges: tuple[float, float], top: float) -> str:
    title = f"{clock_span(longest['span'])} {longest['camera']}" if longest["span"] else ""
    return rect(edges[0], top, edges[1] - edges[0], _WINDOW, f"bar-{_css(longest)}", radius=3, title=title)


def _length(
    pen: Pen, longest: LongestEntry, edges: tuple[float, float], column: tuple[float, float], top: float
) -> tuple[str, bool]:
    """The bar's length: in the bar, beside it inside its hour, or else below it."""
    words, css = f"{length(longest['length_s'])} {Status(longest['status']).glyph}", _css(longest)
    needs = widest(words, pen.layout.size) + 8
    if edges[1] - edges[0] >= needs:
        return text(sum(edges) / 2, top + 15, words, f"on-{css}", "middle"), False
    if column[1] - edges[1] >= needs:
        return text(edges[1] + 5, top + 15, words, css), False
    if edges[0] - column[0] >= needs:
        return text(edges[0] - 5, top + 15, words, css, "end"), False
    half = widest(words, pen.layout.small) / 2
    middle = min(max(sum(edges) / 2, column[0] + half), column[1] - half)
    return text(middle, top + _WINDOW + pen.layout.small + 6, words, f"small {css}", "middle"), True
