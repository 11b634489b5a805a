"""The rows of the day strip about recording: one for each camera, gaps drawn as loudly as footage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from facts.counting import counted
from facts.span import Span
from facts.verdict import Status
from report.pen import Pen, StripRow
from report.schema import CameraEntry, HourEntry, LapseEntry
from report.svg import TextLabel, place, rect, text
from report.times import clock_span, length, span_entry, span_of
from report.words import LAPSES, both, word

_BAR = 16.0
_LANES = 2
_NOBODY: CameraEntry = {"id": "", "room": "", "clock_offset_s": 0.0, "unclocked_files": 0}


def cameras(pen: Pen, top: float) -> StripRow:
    """One row for each camera that looks into the rooms; where there is none, one row that says so."""
    marks, y = "", top
    for camera in pen.panel.cameras or (_NOBODY,):
        row = _camera(pen, camera, y)
        marks, y = marks + row.marks, y + row.height
    return StripRow(marks, y - top)


def _camera(pen: Pen, camera: CameraEntry, top: float) -> StripRow:
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
    return StripRow(marks + words, _BAR + lanes * (pen.layout.small + 2) + 10)


def _name(pen: Pen, camera: CameraEntry, gaps: int, top: float) -> str:
    if not camera["id"]:
        return pen.head(top + 13, both("录像", "Footage"), both("没有摄像机", "no camera"))
    broken = both(f"断 {gaps} 处", counted(gaps, "gap")) if gaps else ""
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
    title = f"{what} {length(gap.span.length_s)} {clock_span(span_entry(gap.span))}"
    fill = f"gap-{pen.uid}" if gap.css == "gap" else ""
    return rect(left, top, right - left, _BAR, gap.css, title=title, fill=fill)


def _lapse(pen: Pen, lapse: LapseEntry, top: float) -> str:
    edges = pen.clipped(lapse["span"])
    if not edges:
        return ""
    name = word(LAPSES, lapse["kind"])
    title = f"{name['zh']} {name['en']} {clock_span(lapse['span'])}"
    return rect(edges[0], top - 2, edges[1] - edges[0], _BAR + 4, "lapse", title=title, fill=f"lapse-{pen.uid}")


def _gap_label(pen: Pen, gap: _Gap) -> TextLabel:
    if gap.css == "unknown":
        return TextLabel(_middle(pen, gap.span), both("? 时间不明", "? no clock"), gap.span.length_s, "small unproven")
    lasts = length(gap.span.length_s)
    words = both(f"未录 {lasts}", f"none {lasts}") if gap.whole else both(f"断 {lasts}", f"gap {lasts}")
    css = "small fail" if gap.css == "gap" else "small muted"
    return TextLabel(_middle(pen, gap.span), words, gap.span.length_s, css)


def _lapse_label(pen: Pen, lapse: LapseEntry) -> TextLabel:
    span, name = span_of(lapse["span"]), word(LAPSES, lapse["kind"])
    lasts = length(span.length_s)
    # A frozen picture is rarer and says more than a gap of the same length.
    return TextLabel(
        _middle(pen, span), both(f"{name['zh']} {lasts}", f"{name['en']} {lasts}"), span.length_s * 2, "small fail"
    )


def _middle(pen: Pen, span: Span) -> float:
    return sum(pen.scale.edges(span)) / 2
