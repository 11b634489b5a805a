"""The rows of the day strip about recording: one per camera, then the longest live stretch of each hour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from facts.span import Span
from facts.verdict import Status
from report.pen import Pen, Row, fitting
from report.schema import CameraEntry, HourEntry, LapseEntry, LongestEntry, Say
from report.svg import Label, place, rect, text, widest
from report.times import clock_span, entry, length, span_of
from report.words import LAPSES, both, word

_BAR = 16.0
_WINDOW = 20.0
_LANES = 2
_NOBODY: CameraEntry = {"id": "", "room": "", "clock_offset_s": 0.0, "unclocked_files": 0}


def cameras(pen: Pen, top: float) -> Row:
    """One row for each camera that looks into the rooms; where there is none, one row that says so."""
    marks, y = "", top
    for camera in pen.panel.cameras or (_NOBODY,):
        row = _camera(pen, camera, y)
        marks, y = marks + row.marks, y + row.height
    return Row(marks, y - top)


def _camera(pen: Pen, camera: CameraEntry, top: float) -> Row:
    gaps = list(_gaps(pen, camera))
    labels = [_gap_label(pen, gap) for gap in gaps] + [_lapse_label(pen, item) for item in _lapses(pen, camera)]
    limits = (pen.scale.left, pen.scale.right)
    placed = place(labels, pen.layout.small, limits, _LANES)
    below = top + _BAR + pen.layout.small + 3
    words = "".join(
        text(item.x, below + item.lane * (pen.layout.small + 2), item.label.words, item.label.css, "middle")
        for item in placed
    )
    marks = _name(pen, camera, len(gaps), top) + _bars(pen, camera, top) + _holes(pen, camera, gaps, top)
    lanes = max((item.lane + 1 for item in placed), default=1)
    return Row(marks + words, _BAR + lanes * (pen.layout.small + 2) + 10)


def _name(pen: Pen, camera: CameraEntry, gaps: int, top: float) -> str:
    if not camera["id"]:
        return pen.head(top + 13, both("录像", "Footage"), both("没有摄像机", "no camera"))
    broken = both(f"断 {gaps} 处", f"{gaps} gaps") if gaps else ""
    return pen.head(top + 13, camera["id"], camera["room"] or broken)


def _bars(pen: Pen, camera: CameraEntry, top: float) -> str:
    parts = (
        (item["path"], part, pen.clipped(part))
        for item in pen.panel.recordings
        if item["camera"] == camera["id"]
        for part in item["stretches"]
    )
    return "".join(
        rect(edges[0], top, edges[1] - edges[0] - 0.8, _BAR, "rec", radius=2, title=f"{path} {clock_span(part)}")
        for path, part, edges in parts
        if edges
    )


@dataclass(frozen=True, slots=True)
class _Gap:
    """A part of a class hour without a recording, and how much that means for the hour.

    ``unknown`` where a file without a clock may be just that part, ``idle`` where no rule asks for a recording.
    """

    span: Span
    whole: bool
    css: str


def _gaps(pen: Pen, camera: CameraEntry) -> Iterator[_Gap]:
    for hour in pen.panel.hours:
        css = _meaning(hour, camera)
        for item in hour["coverage"]:
            if item["camera"] == camera["id"]:
                yield from (_Gap(span_of(gap), gap == hour["span"], css) for gap in item["gaps"])
        if not hour["coverage"]:
            yield _Gap(span_of(hour["span"]), whole=True, css=css)


def _meaning(hour: HourEntry, camera: CameraEntry) -> str:
    status = hour["longest"]["status"]
    if status in {Status.EXEMPT, Status.NOT_APPLICABLE}:
        return "idle"
    return "unknown" if camera["unclocked_files"] and status == Status.UNPROVEN else "gap"


def _lapses(pen: Pen, camera: CameraEntry) -> Iterator[LapseEntry]:
    for hour in pen.panel.hours:
        yield from (lapse for lapse in hour["lapses"] if lapse["camera"] == camera["id"])


def _holes(pen: Pen, camera: CameraEntry, gaps: Sequence[_Gap], top: float) -> str:
    marks = "".join(_gap(pen, gap, top) for gap in gaps)
    return marks + "".join(_lapse(pen, lapse, top) for lapse in _lapses(pen, camera))


def _gap(pen: Pen, gap: _Gap, top: float) -> str:
    left, right = pen.scale.edges(gap.span)
    what = "? 时间不明 no clock" if gap.css == "unknown" else "断 gap"
    title = f"{what} {length(gap.span.length_s)} {clock_span(entry(gap.span))}"
    fill = f"gap-{pen.uid}" if gap.css == "gap" else ""
    return rect(left, top, right - left, _BAR, gap.css, title=title, fill=fill)


def _lapse(pen: Pen, lapse: LapseEntry, top: float) -> str:
    edges = pen.clipped(lapse["span"])
    if not edges:
        return ""
    name = word(LAPSES, lapse["kind"])
    title = f"{name['zh']} {name['en']} {clock_span(lapse['span'])}"
    return rect(edges[0], top - 2, edges[1] - edges[0], _BAR + 4, "lapse", title=title, fill=f"lapse-{pen.uid}")


def _gap_label(pen: Pen, gap: _Gap) -> Label:
    if gap.css == "unknown":
        return Label(_middle(pen, gap.span), both("? 时间不明", "? no clock"), gap.span.length_s, "small unproven")
    lasts = length(gap.span.length_s)
    words = both(f"未录 {lasts}", f"none {lasts}") if gap.whole else both(f"断 {lasts}", f"gap {lasts}")
    css = "small fail" if gap.css == "gap" else "small muted"
    return Label(_middle(pen, gap.span), words, gap.span.length_s, css)


def _lapse_label(pen: Pen, lapse: LapseEntry) -> Label:
    span, name = span_of(lapse["span"]), word(LAPSES, lapse["kind"])
    lasts = length(span.length_s)
    # A frozen picture is rarer and says more than a gap of the same length.
    return Label(
        _middle(pen, span), both(f"{name['zh']} {lasts}", f"{name['en']} {lasts}"), span.length_s * 2, "small fail"
    )


def _middle(pen: Pen, span: Span) -> float:
    return sum(pen.scale.edges(span)) / 2


def windows(pen: Pen, top: float) -> Row:
    """The longest live stretch of each hour against the length demanded, and the window that was judged."""
    demanded = pen.panel.demanded_s
    name = both("连续段", "Longest")
    if demanded:
        minutes = f"{demanded / 60:g}"
        short = both(f"≥{minutes}分", f"≥{minutes} min")
        full = both(f"连续 ≥{minutes}分", f"Run ≥{minutes} min")
        name = full if widest(full, pen.layout.size) < pen.layout.gutter - 12 else short
    judged = both("▂ 窗口", "▂ window") if any(hour["window"] for hour in pen.panel.hours) else ""
    marks = pen.head(top + 13, name, judged)
    return Row(marks + "".join(_window(pen, hour, top) for hour in pen.panel.hours), _WINDOW + 16)


def _window(pen: Pen, hour: HourEntry, top: float) -> str:
    longest, column = hour["longest"], pen.column(hour)
    marks = ""
    if longest["span"] is None:
        marks = _without_bar(pen, longest, column, top)
    elif edges := pen.clipped(longest["span"]):
        marks = _bar(pen, longest, edges, column, top)
    if hour["window"] and (judged := pen.clipped(hour["window"]["span"])):
        title = f"窗口 window {clock_span(hour['window']['span'])} {hour['window']['camera']}"
        marks += rect(judged[0], top + _WINDOW + 3, judged[1] - judged[0], 3, "judged", title=title)
    return marks


def _css(longest: LongestEntry) -> str:
    return longest["status"].lower().replace("_", "-")


def _without_bar(pen: Pen, longest: LongestEntry, column: tuple[float, float], top: float) -> str:
    glyph = Status(longest["status"]).glyph
    words: dict[str, list[Say | str]] = {
        Status.FAIL.value: [both(f"{glyph} 无录像", f"{glyph} no footage"), glyph],
        Status.UNPROVEN.value: [both(f"{glyph} 未能判断", f"{glyph} undecided"), glyph],
    }
    chosen = fitting(words.get(longest["status"], [glyph]), pen.layout.size, column[1] - column[0]) or glyph
    return text(sum(column) / 2, top + 15, chosen, _css(longest), "middle")


def _bar(pen: Pen, longest: LongestEntry, edges: tuple[float, float], column: tuple[float, float], top: float) -> str:
    glyph = Status(longest["status"]).glyph
    words, css = f"{length(longest['length_s'])} {glyph}", _css(longest)
    title = f"{clock_span(longest['span'])} {longest['camera']}" if longest["span"] else ""
    marks = rect(edges[0], top, edges[1] - edges[0], _WINDOW, f"bar-{css}", radius=3, title=title)
    needs = widest(words, pen.layout.size) + 8
    if edges[1] - edges[0] >= needs:
        return marks + text(sum(edges) / 2, top + 15, words, f"on-{css}", "middle")
    if column[1] - edges[1] >= needs:
        return marks + text(edges[1] + 5, top + 15, words, css)
    if edges[0] - column[0] >= needs:
        return marks + text(edges[0] - 5, top + 15, words, css, "end")
    return marks + (
        text(sum(edges) / 2, top + 15, glyph, f"on-{css}", "middle") if edges[1] - edges[0] >= needs / 3 else ""
    )
