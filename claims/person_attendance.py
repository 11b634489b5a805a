"""The class hours of one claimed person, by day, and what they add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from claims.outcome import ValidTime
from claims.roster_match import RosterMatch
from facts.course import ClassHour

# A day of fewer class hours than half of eight (24 学时 = 3 天, C12) is shown as a half day.
HALF_DAY_HOURS = 4


class HourCredit(StrEnum):
    """Whether one class hour counts for one person."""

    PROVEN = "proven"
    OPEN = "open"
    FAILED = "failed"
    NOT_THERE = "not_there"


@dataclass(frozen=True, slots=True)
class PersonHour:
    """One class hour, the Chinese calendar day it was on, what it counts as (A1), and whether it counts for the person.

    ``by_review``: it counts because two people said so, and would not by the machine's word alone.
    """

    hour: ClassHour
    day: date
    units: Fraction
    credit: HourCredit
    by_review: bool = False


_Days = tuple[tuple[PersonHour, ...], ...]


@dataclass(frozen=True, slots=True)
class PersonAttendance:
    """Everything that the reports say of one claimed person; ``time`` is nothing where no roster tells.

    ``before`` are the days on which the person was or may have been in class before the claim's first day.
    """

    match: RosterMatch
    hours: tuple[PersonHour, ...] = ()
    proven: _Days = ()
    possible: _Days = ()
    time: ValidTime | None = None
    before: tuple[date, ...] = ()

    @classmethod
    def of(
        cls, match: RosterMatch, hours: tuple[PersonHour, ...], min_hours: int, earlier: tuple[PersonHour, ...] = ()
    ) -> "PersonAttendance":
        """The hours by day, and what they add up to, in both cases; ``earlier`` are those of days before the claim's."""
        if match not in (RosterMatch.FOUND, RosterMatch.MISSING):
            return cls(match, hours)
        there = [item for item in earlier if item.credit in (HourCredit.PROVEN, HourCredit.OPEN)]
        before = tuple(day[0].day for day in _days(there, min_hours))
        sure = [item for item in hours if item.credit is HourCredit.PROVEN]
        may_be = [item for item in hours if item.credit in (HourCredit.PROVEN, HourCredit.OPEN)]
        reviewed = [item for item in sure if item.by_review]
        proven, possible = _days(sure, min_hours), _days(may_be, min_hours)
        time = ValidTime(
            len(proven),
            _units_of(sure),
            len(possible),
            _units_of(may_be),
            sum(_units_of(day) < HALF_DAY_HOURS for day in proven),
            tuple(item.hour.id for item in hours if item.credit is HourCredit.OPEN),
            tuple(item.hour.id for item in hours if item.credit is HourCredit.FAILED),
            _units_of(reviewed),
            tuple(item.hour.id for item in reviewed),
        )
        return cls(match, hours, proven, possible, time, before)


def _days(hours: Sequence[PersonHour], min_hours: int) -> _Days:
    """The hours of each day that has enough of them (A9)."""
    days = [tuple(group) for _, group in groupby(hours, key=lambda item: item.day)]
    return tuple(day for day in days if _units_of(day) >= min_hours)


def _units_of(hours: Iterable[PersonHour]) -> Fraction:
    """Whole hours are added as such, which is what most timetables have."""
    units = [item.units for item in hours]
    parts = [one for one in units if one != 1]
    return Fraction(len(units) - len(parts)) + sum(parts, Fraction(0))
