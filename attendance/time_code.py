"""What time codes read in a recording say about its clock: a pure question of when each was shown and where it stood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.sighting import CodeReading, View
from facts.text import Text
from facts.time_code import SLOT_S, payload_of, read_payload

PROVEN_WITHIN_S = 10
# A page shows a code for its ten seconds and hides it; the fetch of the next one may take so long.
_LATE = timedelta(seconds=2)
_SLOT = timedelta(seconds=SLOT_S)
# A page stays open so long before and after its class hour.
OPEN_AROUND = timedelta(minutes=15)


def shown_at(reading: CodeReading) -> datetime | None:
    """When the code was first shown, by its own words; nothing where it is none."""
    parsed = read_payload(payload_of(reading.payload))
    return parsed[0].shown if parsed else None


def ahead_s(reading: CodeReading) -> float:
    """By how many seconds the recording's clock is ahead of the code, at its middle."""
    shown = shown_at(reading)
    return (reading.at - shown - _SLOT / 2).total_seconds() if shown else 0.0


def beyond(reading: CodeReading, slack: timedelta) -> bool:
    """Whether the recording's own time of the frame lies further from the code's ten seconds than the rulebook allows."""
    return abs(ahead_s(reading)) > (slack + _SLOT / 2).total_seconds()


@dataclass(frozen=True, slots=True)
class CodeCase:
    """The codes read by one camera in one class hour, and what the rulebook lets a clock be off."""

    hour: ClassHour
    hours: tuple[ClassHour, ...]
    readings: tuple[CodeReading, ...]
    slack: timedelta

    def fits(self, reading: CodeReading) -> bool:
        """Whether it is this service's code of the class hour that was held then, in its room, at the recording's time."""
        return self.names_the_hour(reading) and not reading.other_room and not beyond(reading, self.slack)

    def names_the_hour(self, reading: CodeReading) -> bool:
        """Whether it names this class hour, or the one before or after while the page still showed it."""
        if not reading.key or not reading.hour_id:
            return False
        if reading.hour_id == self.hour.id:
            return True
        named = next((one for one in self.hours if one.id == reading.hour_id), None)
        shown = shown_at(reading)
        if named is None or shown is None or named.room != self.hour.room:
            return False
        return named.span.start - OPEN_AROUND <= shown < named.span.end + self.slack


@dataclass(frozen=True, slots=True)
class CodeClock:
    """What codes say of a recording's clock: ahead by so many seconds, and the readings that say so."""

    ahead_s: float
    readings: tuple[CodeReading, ...]

    @property
    def numbers(self) -> dict[str, float]:
        """As findings carry them."""
        slots = {shown_at(one) for one in self.readings}
        return {"code_offset_s": self.ahead_s, "code_within_s": float(PROVEN_WITHIN_S), "codes": float(len(slots))}

    @property
    def evidence(self) -> tuple[EvidenceRef, ...]:
        """The frames."""
        return tuple(EvidenceRef(one.path, None, one.at_s) for one in self.readings[:3])

    @property
    def said(self) -> Text:
        """The sentence that stands in the finding."""
        count = round(self.numbers["codes"])
        return Text(
            f"画面中读到 {count} 个亮码，证明录像时钟与实际相差 {self.ahead_s:+.0f} 秒（±{PROVEN_WITHIN_S} 秒），本学时无须采用假设 A12",
            f"{count} time code(s) read in the picture: the recording's clock is off by {self.ahead_s:+.0f} s (±{PROVEN_WITHIN_S} s),"
            " assumption A12 is not needed for this hour",
        )


def proven_clock(case: CodeCase) -> CodeClock | None:
    """The clock that fitting codes prove; nothing where none fits."""
    own = tuple(one for one in case.readings if case.fits(one))
    return CodeClock(round(_ahead_s(own), 1), own) if own else None


def contradicted_clock(case: CodeCase) -> CodeClock | None:
    """The one other time that several codes of this service agree on; nothing where any fits or they disagree.

    One old code held up, or a photograph of one, stands still while time goes on; a clock that is wrong, or a film that
    was made at another time, is off by the same for every code.
    """
    if proven_clock(case):
        return None
    own = tuple(one for one in case.readings if one.key and beyond(one, case.slack))
    offsets = [ahead_s(one) for one in own]
    slots = {shown_at(one) for one in own}
    if len(slots) < 2 or max(offsets) - min(offsets) > (_SLOT + _LATE).total_seconds():  # noqa: PLR2004 - several
        return None
    return CodeClock(round(median(offsets), 1), own)


def _ahead_s(readings: Sequence[CodeReading]) -> float:
    """The middle of what all readings allow, else of what they say."""
    least = max((one.at - shown - _SLOT - _LATE).total_seconds() for one in readings if (shown := shown_at(one)))
    most = min((one.at - shown).total_seconds() for one in readings if (shown := shown_at(one)))
    return (least + most) / 2 if least <= most else median(ahead_s(one) for one in readings)


def readings_of(views: Iterable[View], camera_id: str) -> tuple[CodeReading, ...]:
    """Every code that this camera saw."""
    return tuple(one for view in views if view.camera_id == camera_id for one in view.codes)
