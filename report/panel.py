"""Which class hours share one time axis, and where a moment lies on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from facts.span import Span, local
from report.schema import CameraEntry, CheckInEntry, DoubtEntry, HourEntry, InputEntry, ReportDocument
from report.times import day_of, read, span_of

_BEFORE = timedelta(minutes=15)
_AFTER = timedelta(minutes=8)
_ROUND_S = 300
_STEPS_MIN = (5, 10, 15, 30, 60, 120, 180, 360)
_LABEL_PX = 58


@dataclass(frozen=True, slots=True)
class Panel:
    """Class hours that do not overlap, drawn over one time axis, with all that happened around them."""

    day: str
    span: Span
    hours: tuple[HourEntry, ...]
    cameras: tuple[CameraEntry, ...]
    recordings: tuple[InputEntry, ...]
    checkins: tuple[CheckInEntry, ...]
    doubts: tuple[DoubtEntry, ...]
    demanded_s: float | None
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The time axis: seconds to pixels."""

    span: Span
    left: float
    right: float

    def x(self, moment: datetime) -> float:
        """Where the moment lies; what lies outside stands at the edge."""
        share = (moment - self.span.start) / self.span.length
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def edges(self, span: Span) -> tuple[float, float]:
        """From where to where the span lies."""
        return self.x(span.start), self.x(span.end)

    def ticks(self) -> tuple[list[datetime], list[datetime]]:
        """The moments to name, and the moments between them."""
        per_minute = (self.right - self.left) / (self.span.length_s / 60)
        step = next((item for item in _STEPS_MIN if item * per_minute >= _LABEL_PX), _STEPS_MIN[-1])
        named = _every(self.span, step)
        return named, [moment for moment in _every(self.span, max(step // 3, 5)) if moment not in named]


def _every(span: Span, minutes: int) -> list[datetime]:
    midnight = local(span.start).replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(minutes=minutes)
    first = -((midnight - span.start) // step)
    moments = []
    while (moment := midnight + first * step) <= span.end:
        moments.append(moment)
        first += 1
    return moments


def anchors(document: ReportDocument) -> dict[str, str]:
    """The anchor of each class hour; hour ids are free text and fit no address."""
    return {hour["id"]: f"hour-{no}" for no, hour in enumerate(document["hours"], 1)}


def days(document: ReportDocument) -> list[str]:
    """The days on which class hours were planned."""
    return sorted({day_of(hour["span"]) for hour in document["hours"]})


def panels(document: ReportDocument, day: str, axis_px: float, hour_px: float) -> list[Panel]:
    """The day in as few panels as leave every class hour at least ``hour_px`` wide."""
    hours = [hour for hour in document["hours"] if day_of(hour["span"]) == day]
    found = [part for lane in _lanes(hours) for part in _split(lane, axis_px, hour_px)]
    return [_panel(document, day, part) for part in found]


def _lanes(hours: Sequence[HourEntry]) -> list[list[HourEntry]]:
    """Hours that run at the same time, as in two rooms, go to different panels; the others stay together."""
    lanes: list[list[HourEntry]] = []
    for hour in hours:
        span = span_of(hour["span"])
        lane = next((item for item in lanes if not any(span_of(old["span"]).overlaps(span) for old in item)), None)
        if lane is None:
            lanes.append([hour])
        else:
            lane.append(hour)
    return lanes


def _split(hours: list[HourEntry], axis_px: float, hour_px: float) -> list[list[HourEntry]]:
    shortest = min(span_of(hour["span"]).length_s for hour in hours)
    if len(hours) == 1 or shortest / _around(hours).length_s * axis_px >= hour_px:
        return [hours]
    cut = max(range(1, len(hours)), key=lambda at: (_break_s(hours, at), -abs(2 * at - len(hours))))
    return [*_split(hours[:cut], axis_px, hour_px), *_split(hours[cut:], axis_px, hour_px)]


def _break_s(hours: Sequence[HourEntry], at: int) -> float:
    before, after = span_of(hours[at - 1]["span"]), span_of(hours[at]["span"])
    return (after.start - before.end).total_seconds()


def _around(hours: Sequence[HourEntry]) -> Span:
    spans = [span_of(hour["span"]) for hour in hours]
    start, end = min(span.start for span in spans) - _BEFORE, max(span.end for span in spans) + _AFTER
    return Span(_rounded(start, down=True), _rounded(end, down=False))


def _rounded(moment: datetime, *, down: bool) -> datetime:
    seconds = moment.timestamp()
    steps = seconds // _ROUND_S if down else -(-seconds // _ROUND_S)
    return datetime.fromtimestamp(steps * _ROUND_S, UTC)


def _panel(document: ReportDocument, day: str, hours: Sequence[HourEntry]) -> Panel:
    span, ids = _around(hours), {hour["id"] for hour in hours}
    covering = {item["camera"] for hour in hours for item in hour["coverage"]}
    named = anchors(document)
    return Panel(
        day=day,
        span=span,
        hours=tuple(hours),
        cameras=tuple(camera for camera in document["cameras"] if camera["id"] in covering),
        recordings=tuple(item for item in document["inputs"] if item["stretches"]),
        checkins=tuple(item for item in document["checkins"] if read(item["at"]) in span),
        doubts=tuple(doubt for doubt in document["doubts"] if ids.intersection(doubt["hours"])),
        demanded_s=max(_demands(hours), default=None),
        anchors=tuple(named[hour["id"]] for hour in hours),
    )


def _demands(hours: Iterable[HourEntry]) -> list[float]:
    return [demanded for hour in hours if (demanded := hour["longest"]["demanded_s"]) is not None]
