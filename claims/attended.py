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
from facts.claimed import ClaimedPerson
from facts.course import ClassHour, Trainee
from facts.names import normal_name
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


class Joined(StrEnum):
    """Whether the claimed person was found on the roster."""

    FOUND = "found"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    NO_ROSTER = "no_roster"


@dataclass(frozen=True, slots=True)
class Held:
    """One class hour, what it counts as (A1), and whether it holds for the person."""

    hour: ClassHour
    units: Fraction
    hold: Hold

    @property
    def day(self) -> date:
        """The Chinese calendar day of the hour."""
        return local_day(self.hour.span.start)


@dataclass(frozen=True, slots=True)
class Attended:
    """Everything that the reports say of one claimed person."""

    joined: Joined
    min_hours: int
    held: tuple[Held, ...] = ()

    @property
    def time(self) -> ValidTime | None:
        """The valid time, or nothing where no roster tells."""
        if self.joined in (Joined.NO_ROSTER, Joined.AMBIGUOUS):
            return None
        proven, possible = self.days(Hold.PROVEN), self.days(Hold.PROVEN, Hold.OPEN)
        return ValidTime(
            len(proven),
            self._units(Hold.PROVEN),
            len(possible),
            self._units(Hold.PROVEN, Hold.OPEN),
            sum(sum((item.units for item in day), Fraction(0)) < HALF_DAY_HOURS for day in proven),
            tuple(item.hour.id for item in self.held if item.hold is Hold.OPEN),
            tuple(item.hour.id for item in self.held if item.hold is Hold.FAILED),
        )

    def days(self, *holds: Hold) -> tuple[tuple[Held, ...], ...]:
        """The hours of each day that has enough of them (A9)."""
        own = [item for item in self.held if item.hold in holds]
        days = [tuple(group) for _, group in groupby(own, key=lambda item: item.day)]
        return tuple(day for day in days if sum((item.units for item in day), Fraction(0)) >= self.min_hours)

    def _units(self, *holds: Hold) -> Fraction:
        return sum((item.units for item in self.held if item.hold in holds), Fraction(0))


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
    latest = _latest(reports)
    joined = [(report, _join(report.trainees, people)) for report in reports]
    attended = {
        person.key: Attended(
            _state(joined, person.key),
            under.assumptions.day.min_hours,
            tuple(_held(latest, joined, person.key, under)),
        )
        for person in people
    }
    hours = tuple(sorted((hour for hour, _ in latest.values()), key=lambda hour: hour.span))
    return Seen(tuple(reports), hours, attended, _unclaimed(joined))


def _latest(reports: Iterable[ClassReport]) -> dict[str, tuple[ClassHour, ClassReport]]:
    """Each class hour once, as the newest report that has it judges it."""
    ordered = sorted(reports, key=lambda report: report.made_at)
    return {hour.id: (hour, report) for report in ordered for hour in report.hours}


_Join = tuple[ClassReport, Mapping[str, Trainee | None]]


def _join(trainees: Sequence[Trainee], people: Sequence[ClaimedPerson]) -> dict[str, Trainee | None]:
    """The roster line of each person; ``None`` where a shared name leaves it open who is meant."""
    found: dict[str, Trainee | None] = {}
    by_number = {one.id_number.digits: one for one in trainees if one.id_number}
    by_key = {one.key: one for one in trainees}
    for person in people:
        number = person.id_number.digits if person.id_number else ""
        if line := by_number.get(number) or by_key.get(person.key) or by_key.get(number):
            found[person.key] = line
    taken = {line.key for line in found.values() if line}
    left = [one for one in trainees if one.key not in taken]
    for person in people:
        name = normal_name(person.name)
        same = [one for one in left if normal_name(one.name) == name and _may_be(one, person)]
        if person.key in found or not name or not same:
            continue
        rivals = [one for one in people if one.key not in found and normal_name(one.name) == name]
        found[person.key] = same[0] if len(same) == len(rivals) == 1 else None
    return found


def _may_be(line: Trainee, person: ClaimedPerson) -> bool:
    """Two different ID numbers are two people, whatever their names."""
    return line.id_number is None or person.id_number is None or line.id_number == person.id_number


def _state(joined: Sequence[_Join], key: str) -> Joined:
    rosters = [lines for report, lines in joined if report.trainees]
    if not rosters:
        return Joined.NO_ROSTER
    if any(lines.get(key) for lines in rosters):
        return Joined.FOUND
    return Joined.AMBIGUOUS if any(key in lines for lines in rosters) else Joined.MISSING


def _held(
    latest: Mapping[str, tuple[ClassHour, ClassReport]],
    joined: Sequence[_Join],
    key: str,
    under: Under,
) -> Iterator[Held]:
    """The person's hours in order of time; of two that overlap only the first counts, nobody is in two at once."""
    lines = {id(report): found.get(key) for report, found in joined}
    counted_until = None
    for hour, report in sorted(latest.values(), key=lambda pair: pair[0].span):
        line = lines[id(report)]
        if line is None:
            continue
        hold = _hold(report, hour.id, line.key, under)
        if hold in (Hold.PROVEN, Hold.OPEN):
            if counted_until is not None and hour.span.start < counted_until:
                continue
            counted_until = hour.span.end
        yield Held(hour, _units(hour, under.assumptions), hold)


def _hold(report: ClassReport, hour_id: str, trainee: str, under: Under) -> Hold:
    verdict = next((one for one in report.verdicts if one.hour_id == hour_id), None)
    rows = [one for one in report.attendance if (one.hour_id, one.trainee_key) == (hour_id, trainee)]
    presence = rows[0].presence if rows else Presence.UNPROVEN
    if presence in (Presence.ABSENT, Presence.LEAVE):
        return Hold.NOT_THERE
    if verdict is not None and verdict.status is Status.FAIL:
        return Hold.FAILED
    if presence is Presence.UNPROVEN or not _is_ours(report, under):
        return Hold.OPEN
    return Hold.PROVEN if verdict is not None and _counts(verdict) else Hold.OPEN


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


def _unclaimed(joined: Sequence[_Join]) -> tuple[str, ...]:
    """Who is on a roster and not in the claim, as they may be shown."""
    left = [
        line.masked
        for report, found in joined
        for line in report.trainees
        if line.key not in {one.key for one in found.values() if one}
    ]
    return tuple(sorted(dict.fromkeys(left)))
