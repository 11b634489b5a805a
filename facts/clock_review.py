"""What shows by how much a camera's clock is off: moments of the recording at which something tells the true time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from facts.counting import counted
from facts.errors import InputError

MOST_CLOCK_READINGS = 10
MOST_SHOWN_CHARS = 200
# A wall clock is read to the minute; readings further apart than this do not speak of one offset.
CLOCK_READINGS_APART = timedelta(seconds=60)
_MOST_OFFSET = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One frame of the recording and the true time that something shows there; ``by`` says what shows it.

    ``at`` is the recording's own time of the frame, as it was judged.
    """

    at: datetime
    path: str
    at_s: float
    shows: datetime
    by: str

    def __post_init__(self) -> None:
        if self.shows.tzinfo is None or self.at.tzinfo is None:
            raise InputError("review of a clock: got a time without a zone, expected one such as 08:30:00+08:00")
        if not self.by.strip() or len(self.by) > MOST_SHOWN_CHARS:
            raise InputError(
                f"review of a clock: got {counted(len(self.by.strip()), 'character')} on what shows the time, expected 1 to"
                f" {MOST_SHOWN_CHARS}: the wall clock, a screen, a sign-in, a paper"
            )
        if abs(self.shows - self.at) > _MOST_OFFSET:
            raise InputError(
                f"review of a clock: got {self.shows.isoformat()} for a frame of {self.at.isoformat()}, expected within"
                f" {_MOST_OFFSET.days} days of it; check the date"
            )


def clock_offset(readings: Sequence[ClockReading]) -> timedelta | None:
    """By how much the recording's times are to be moved; nothing where the readings do not speak of one offset."""
    if not readings:
        return None
    moves = [reading.shows - reading.at for reading in readings]
    if max(moves) - min(moves) > CLOCK_READINGS_APART:
        return None
    return timedelta(seconds=round(median(move.total_seconds() for move in moves)))


def offset_text(offset: timedelta) -> str:
    """The offset with its sign, in seconds."""
    return f"{offset.total_seconds():+.0f}"
