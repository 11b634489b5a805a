"""Each claimed person's valid days and class hours, as verdicts and attendance show them; the claim is never asked.

A class hour counts for a person who was PRESENT in it where its verdict is PASS or EXEMPT, or where the document asks
for no recording (NOT_APPLICABLE) and presence rests on the check-ins. It is open while presence or verdict is UNPROVEN,
or one of them is not there. It counts nothing where the verdict is FAIL or the person was absent or on leave.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from claims.outcome import ValidTime
from claims.roster_match import RosterMatch, join, match_of, unclaimed
from facts.claim_person import ClaimedPerson
from facts.course import ClassHour, Trainee
from facts.report import ClassReport
from facts.span import local_day
from facts.verdict import HourVerdict, Presence, Status
from policy.assumptions import Assumptions

# A day of fewer class hours than half of eight (24 学时 = 3 天, C12) is shown as a half day.
HALF_DAY_HOURS = 4
_NO_LAW = "NO_RULEBOOK_IN_FORCE"
_COUNTS = frozenset({Status.PASS, Status.EXEMPT, Status.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Under:
    """Under which document and readings, and for which class, the reports are to count."""

    book_id: str
    class_id: str
    assumptions: Assumptions


class Hold(StrEnum):
    """Whether one class hour counts for one person."""

    PROVEN = "proven"
    OPEN = "open"
    FAILED = "failed"
    NOT_THERE = "not_there"


@dataclass(frozen=True, slots=True)
class Held:
    """One class hour, the Chinese calendar day it was on, what it counts as (A1), and whether it holds."""

    hour: ClassHour
    day: date
    units: Fraction
    hold: Hold


_Days = tuple[tuple[Held, ...], ...]


@dataclass(frozen=True, slots=True)
class Attended:
    """Everything that the reports say of one claimed person; ``time`` is nothing where no roster tells."""

    joined: RosterMatch
    held: tuple[Held, ...] = ()
    proven: _Days = ()
    possible: _Days = ()
    time: ValidTime | None = None

    @classmethod
    def of(cls, joined: RosterMatch, held: tuple[Held, ...], min_hours: int) -> "Attended":
        """The hours by day, and what they add up to, in both cases."""
        if joined not in (RosterMatch.FOUND, RosterMatch.MISSING):
            return cls(joined, held)
        sure = [item for item in held if item.hold is Hold.PROVEN]
        may_be = [item for item in held if item.hold in (Hold.PROVEN, Hold.OPEN)]
        proven, possible = _days(sure, min_hours), _days(may_be, min_hours)
        time = ValidTime(
            len(proven),
            _units_of(sure),
            len(possible),
            _units_of(may_be),
            sum(_units_of(day) < HALF_DAY_HOURS for day in proven),
            tuple(item.hour.id for item in held if item.hold is Hold.OPEN),
            tuple(item.hour.id for item in held if item.hold is Hold.FAILED),
        )
        return cls(joined, held, proven, possible, time)


def _days(held: Sequence[Held], min_hours: int) -> _Days:
    """The hours of each day that has enough of them (A9)."""
    days = [tuple(group) for _, group in groupby(held, key=lambda item: item.day)]
    return tuple(day for day in days if _units_of(day) >= min_hours)


def _units_of(held: Iterable[Held]) -> Fraction:
    """Whole hours are added as such, which is what most timetables have."""
    units = [item.units for item in held]
    parts = [one for one in units if one != 1]
    return Fraction(len(units) - len(parts)) + sum(parts, Fraction(0))


@dataclass(frozen=True, slots=True)
class Seen:
    """The reports of one class read together; ``attended`` by the key of the claimed person."""

    reports: tuple[ClassReport, ...]
    hours: tuple[ClassHour, ...]
    attended: Mapping[str, Attended]
    unclaimed: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """The calendar days on which class hours were held."""
        return tuple(sorted({local_day(hour.span.start) for hour in self.hours}))


def seen_by(reports: Sequence[ClassReport], people: Sequence[ClaimedPerson], under: Under) -> Seen:
    """The reports joined with the people of the claim: by ID number, else by key, else by a name that nobody shares."""
    joined = [(report, join(report.trainees, people)) for report in reports]
    hours = _latest(reports, under)
    attended = {
        person.key: Attended.of(
            match_of(joined, person.key),
            tuple(_held(hours, [found.get(person.key) for _, found in joined])),
            under.assumptions.day.min_hours,
        )
        for person in people
    }
    return Seen(tuple(reports), tuple(one.hour for one in hours), attended, unclaimed(joined))


@dataclass(frozen=True, slots=True)
class _Judged:
    """One class hour with the report that judges it, by its place among the reports."""

    hour: ClassHour
    day: date
    units: Fraction
    report: int
    index: "_Index"


def _latest(reports: Sequence[ClassReport], under: Under) -> list[_Judged]:
    """Each class hour once, as the newest report that has it judges it, in order of time."""
    ordered = sorted(enumerate(reports), key=lambda pair: (pair[1].made_at, pair[0]))
    found: dict[str, _Judged] = {}
    for number, report in ordered:
        index = _Index.of(report, under)
        for hour in report.hours:
            day, units = local_day(hour.span.start), _units(hour, under.assumptions)
            found[hour.id] = _Judged(hour, day, units, number, index)
    return sorted(found.values(), key=lambda one: (one.hour.span, one.hour.id))


@dataclass(frozen=True, slots=True)
class _Index:
    """One report's answers by hour and by person, looked up once for each person and hour."""

    verdicts: Mapping[str, HourVerdict]
    presences: Mapping[tuple[str, str], Presence]
    ours: bool

    @classmethod
    def of(cls, report: ClassReport, under: Under) -> "_Index":
        presences: dict[tuple[str, str], Presence] = {}
        for row in report.attendance:
            presences.setdefault((row.hour_id, row.trainee_key), row.presence)
        return cls({one.hour_id: one for one in report.verdicts}, presences, _is_ours(report, under))

    def hold(self, hour_id: str, trainee: str) -> Hold:
        verdict = self.verdicts.get(hour_id)
        presence = self.presences.get((hour_id, trainee), Presence.UNPROVEN)
        if presence in (Presence.ABSENT, Presence.LEAVE):
            return Hold.NOT_THERE
        if verdict is not None and verdict.status is Status.FAIL:
            return Hold.FAILED
        if presence is Presence.UNPROVEN or not self.ours:
            return Hold.OPEN
        return Hold.PROVEN if verdict is not None and _counts(verdict) else Hold.OPEN


def _held(hours: Sequence[_Judged], lines: Sequence[Trainee | None]) -> Iterator[Held]:
    """The person's hours in order of time; of two that overlap only the first counts, nobody is in two at once."""
    counted_until = None
    for one in hours:
        line, span = lines[one.report], one.hour.span
        if line is None:
            continue
        hold = one.index.hold(one.hour.id, line.key)
        if hold in (Hold.PROVEN, Hold.OPEN):
            if counted_until is not None and span.start < counted_until:
                continue
            counted_until = span.end
        yield Held(one.hour, one.day, one.units, hold)


def _is_ours(report: ClassReport, under: Under) -> bool:
    """A verdict under another document, under none, or on another class shows nothing here."""
    judged_by = report.policy.id if report.policy else ""
    return (judged_by, report.training_class.id) == (under.book_id, under.class_id)


def _counts(verdict: HourVerdict) -> bool:
    return verdict.status in _COUNTS and all(finding.reason != _NO_LAW for finding in verdict.findings)


def _units(hour: ClassHour, open_to: Assumptions) -> Fraction:
    """A1: a timetabled class hour is one class hour; without a trusted timetable its minutes decide."""
    if open_to.class_hour.prefer_timetable:
        return Fraction(1)
    return Fraction(int(hour.span.length.total_seconds()), 60 * open_to.class_hour.minutes)
