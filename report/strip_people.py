"""The rows of the day strip about people: heads per minute against those expected, and the sign-ins."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from report.pen import Pen, StripRow, fitting
from report.schema import HeadcountEntry, HourEntry, TextEntry
from report.svg import TextLabel, line, number, path, place, text
from report.times import clock_span, read, span_of
from report.words import both

_HEIGHT = 112.0
_ABOVE = 14.0
_TICK = 15.0
_CLEAR = 8.0
_LANES = 3
# A count belongs to the minute that begins with it; a longer time without one breaks the curve.
_MINUTE = timedelta(minutes=1)
_SILENCE = timedelta(seconds=150)
_TOGETHER = timedelta(minutes=8)
_HEADROOM = 1.05

Height = Callable[[float], float]


def curve(pen: Pen, top: float) -> StripRow:
    """Heads in view per minute; 名册 and 应到 are named at the left, where the eye already is."""
    floor = top + _HEIGHT
    most = _most(pen.panel.hours)

    def y(heads: float) -> float:
        return floor - (_HEIGHT - _ABOVE) * heads / (most * _HEADROOM)

    marks = "".join(_hour(pen, hour, y, floor) for hour in pen.panel.hours)
    marks += line(pen.scale.left, floor, pen.scale.right, floor, "axis")
    return StripRow(marks + _references(pen, y, floor) + _name(pen, floor), _HEIGHT + 12)


def _most(hours: Sequence[HourEntry]) -> int:
    counts = [count for hour in hours for count in hour["headcount"]["counts"]]
    return max([1, *counts, *(hour["roster"] or 0 for hour in hours), *(hour["expected"] or 0 for hour in hours)])


def _name(pen: Pen, floor: float) -> str:
    return pen.head(floor - 16, both("镜头内", "In view"), both("人数/分钟", "per minute"))


def _references(pen: Pen, y: Height, floor: float) -> str:
    expected = [hour["expected"] for hour in pen.panel.hours if hour["expected"] is not None]
    roster = [hour["roster"] for hour in pen.panel.hours if hour["roster"] is not None]
    marks, small = "", pen.layout.small
    lowest, above = floor - 16 - pen.layout.size - small, -1.0
    if roster:
        level = y(max(roster))
        above = min(level + small / 3, lowest - small - 2)
        marks += line(pen.scale.left, level, pen.scale.right, level, "roster")
        marks += _reference(pen, above, both(f"名册 {max(roster)}", f"Roster {max(roster)}"), "small muted")
    if expected:
        beside = max(y(max(expected)) + small / 3, above + small + 2)
        said = both(f"应到 {_range(expected)}", f"Due {_range(expected)}")
        marks += _reference(pen, min(beside, lowest), said, "small")
    return marks + "".join(_due(pen, hour, y) for hour in pen.panel.hours)


def _reference(pen: Pen, baseline: float, words: TextEntry, css: str) -> str:
    return text(pen.layout.gutter - 10, baseline, words, css, "end")


def _range(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}–{high}"


def _due(pen: Pen, hour: HourEntry, y: Height) -> str:
    if hour["expected"] is None:
        return ""
    left, right = pen.column(hour)
    return line(left, y(hour["expected"]), right, y(hour["expected"]), "due")


def _hour(pen: Pen, hour: HourEntry, y: Height, floor: float) -> str:
    css = hour["view_status"].lower().replace("_", "-")
    pieces = _pieces(hour["headcount"])
    if not pieces:
        return _silent(pen, hour, css, floor)
    marks = _most_seen(pen, hour, y, floor)
    for piece in pieces:
        points = [(pen.scale.x(at), y(count)) for at, count in piece]
        points.append((pen.scale.x(min(piece[-1][0] + _MINUTE, span_of(hour["span"]).end)), points[-1][1]))
        counts = [count for _, count in piece]
        title = f"镜头内 in view {_range(counts)} {clock_span(hour['span'])}"
        marks = path(points, f"area-{css}", title, floor=floor) + path(points, f"curve-{css}") + marks
    return marks + _reviewed(pen, hour, y)


def _reviewed(pen: Pen, hour: HourEntry, y: Height) -> str:
    """The people whom reviewers vouch for, above the machine's own curve."""
    review = hour.get("review")
    marks = ""
    for piece in _pieces(review["headcount"]) if review else ():
        points = [(pen.scale.x(at), y(count)) for at, count in piece]
        points.append((pen.scale.x(min(piece[-1][0] + _MINUTE, span_of(hour["span"]).end)), points[-1][1]))
        title = f"复核 reviewed {_range([count for _, count in piece])}"
        marks += path(points, "curve-reviewed", title)
    return marks


def _most_seen(pen: Pen, hour: HourEntry, y: Height, floor: float) -> str:
    """Says how many were in view at most where that is fewer than expected."""
    most, expected, (left, right) = max(hour["headcount"]["counts"]), hour["expected"], pen.column(hour)
    if expected is None or most >= expected:
        return ""
    # Between the curve and the line of the expected where there is room, else under the curve.
    above = y(most) - y(expected) > pen.layout.small + _CLEAR
    baseline = y(most) - _CLEAR / 2 if above else min(y(most) + pen.layout.small + _CLEAR, floor - 3)
    words = fitting([both(f"最多 {most} 人", f"at most {most}"), str(most)], pen.layout.small, right - left - 4)
    css = hour["view_status"].lower().replace("_", "-")
    return text((left + right) / 2, baseline, words, f"small halo {css}", "middle") if words else ""


def _pieces(curve: HeadcountEntry) -> list[list[tuple[datetime, int]]]:
    pieces: list[list[tuple[datetime, int]]] = []
    for at, count in zip(map(read, curve["times"]), curve["counts"], strict=True):
        if pieces and at - pieces[-1][-1][0] <= _SILENCE:
            pieces[-1].append((at, count))
        else:
            pieces.append([(at, count)])
    return pieces


def _silent(pen: Pen, hour: HourEntry, css: str, floor: float) -> str:
    left, right = pen.column(hour)
    words = fitting([both("没有人数", "no count"), both("无", "none")], pen.layout.small, right - left - 4)
    return text((left + right) / 2, floor - 6, words, f"small {css}", "middle") if words else ""


def checkins(pen: Pen, top: float) -> StripRow:
    """A tick for every sign-in, a ◆ with its word for every doubt."""
    marks = _ticks([pen.scale.x(read(item["at"])) for item in pen.panel.checkins], top)
    placed = place(_labels(pen), pen.layout.small, (pen.scale.left, pen.scale.right), _LANES)
    below = top + _TICK + pen.layout.small + 3
    marks += "".join(
        text(item.x, below + item.lane * (pen.layout.small + 3), item.label.words, item.label.css, "middle")
        for item in placed
    )
    marks += "".join(_diamond(pen.scale.x(at), top + _TICK / 2, title) for at, title in _markers(pen))
    lanes = max((item.lane + 1 for item in placed), default=0)
    none = "" if pen.panel.checkins else both("无记录", "none")
    return StripRow(
        pen.head(top + 13, both("打卡", "Check-in"), none) + marks, _TICK + max(lanes, 1) * (pen.layout.small + 3) + 10
    )


def _ticks(places: Sequence[float], top: float) -> str:
    # One path: a mark each would outweigh the rest of the page.
    drawn = "".join(f"M{number(x)},{number(top)}v{number(_TICK)}" for x in places)
    return f'<path d="{drawn}" class="tick"/>' if drawn else ""


def _labels(pen: Pen) -> list[TextLabel]:
    labels = [
        TextLabel(
            pen.scale.x(at),
            both(f"◆ 疑点{doubt['no']} {doubt['word']['zh']}", f"◆ {doubt['no']} {doubt['word']['en']}"),
            1e6,
            "small unproven",
        )
        for doubt in pen.panel.doubts
        for at in map(read, doubt["at"])
        if at in pen.panel.span
    ]
    return labels + [
        TextLabel(
            (pen.scale.x(group[0]) + pen.scale.x(group[-1])) / 2,
            both(f"{len(group)} 次", f"{len(group)}"),
            len(group),
            "small muted",
        )
        for group in _groups([read(item["at"]) for item in pen.panel.checkins])
    ]


def _groups(moments: Sequence[datetime]) -> list[list[datetime]]:
    groups: list[list[datetime]] = []
    for moment in moments:
        if groups and moment - groups[-1][-1] <= _TOGETHER:
            groups[-1].append(moment)
        else:
            groups.append([moment])
    return groups


def _markers(pen: Pen) -> list[tuple[datetime, str]]:
    return [
        (at, f"疑点{doubt['no']} {doubt['text']['zh']}")
        for doubt in pen.panel.doubts
        for at in map(read, doubt["at"])
        if at in pen.panel.span
    ]


def _diamond(x: float, y: float, title: str) -> str:
    return path([(x, y - 8), (x + 7, y), (x, y + 8), (x - 7, y), (x, y - 8)], "doubt", title)
