from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from facts.errors import InputError

SHANGHAI: tzinfo = ZoneInfo("Asia/Shanghai")


def instant(moment: datetime) -> datetime:
    """The same moment as aware UTC; a naive datetime is refused because it names no moment."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InputError(
            f"time {moment.isoformat()}: got no time zone, expected one; "
            f"write {moment.isoformat()}+08:00 for Chinese time"
        )
    return moment.astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The moment on a Chinese wall clock."""
    return instant(moment).astimezone(SHANGHAI)


def local_day(moment: datetime) -> date:
    """The Chinese calendar day that the moment belongs to."""
    return local(moment).date()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open stretch of time ``[start, end)`` in aware UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            object.__setattr__(self, "start", instant(self.start))
            object.__setattr__(self, "end", instant(self.end))
        if self.end < self.start:
            raise InputError(f"span: got end {self.end.isoformat()} before start {self.start.isoformat()}")

    @classmethod
    def of(cls, start: datetime, length_s: float) -> "Span":
        """The span that begins at ``start`` and lasts ``length_s`` seconds."""
        return cls(start, start + timedelta(seconds=length_s))

    @property
    def length(self) -> timedelta:
        """How long the span lasts, exact to the microsecond."""
        return self.end - self.start

    @property
    def length_s(self) -> float:
        """How long the span lasts, in seconds for display and JSON."""
        return self.length.total_seconds()

    def __bool__(self) -> bool:
        return self.end > self.start

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def covers(self, other: "Span") -> bool:
        """Whether every moment of ``other`` lies in this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two spans share a moment."""
        return self.start < other.end and other.start < self.end

    def clip(self, limits: "Span") -> "Span | None":
        """The part inside ``limits``, or nothing where they do not meet."""
        start, end = max(self.start, limits.start), min(self.end, limits.end)
        return Span(start, end) if start < end else None

    def moved(self, by: timedelta) -> "Span":
        """The same length at another time, as when a camera's clock is corrected."""
        return Span(self.start + by, self.end + by)


def union(spans: Iterable[Span], bridge: timedelta = timedelta()) -> tuple[Span, ...]:
    """The spans in order of time with those joined that touch or lie at most ``bridge`` apart."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start - joined[-1].end <= bridge:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def minus(span: Span, holes: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of ``span`` when every hole is cut out of it."""
    left: list[Span] = []
    cursor = span.start
    for hole in union(holes):
        if hole.end <= cursor or hole.start >= span.end:
            continue
        if hole.start > cursor:
            left.append(Span(cursor, hole.start))
        cursor = max(cursor, hole.end)
    if cursor < span.end:
        left.append(Span(cursor, span.end))
    return tuple(left)


def total(spans: Iterable[Span]) -> timedelta:
    """How much time the spans cover together, overlaps counted once."""
    return sum((span.length for span in union(spans)), timedelta())
