"""Each claimed person's valid days and class hours, as verdicts and attendance show them; the claim is never asked.

A class hour counts for a person who was PRESENT in it where its verdict is PASS or EXEMPT, or where the document asks
for no recording (NOT_APPLICABLE) and presence rests on the check-ins. It is open while presence or verdict is UNPROVEN,
or one of them is not there. It counts nothing where the verdict is FAIL or the person was absent or on leave.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from claims.person_attendance import HourCredit, PersonAttendance, PersonHour
from claims.roster_match import join, match_of, unclaimed
from facts.claim_person import ClaimedPerson
from facts.course import ClassHour, Trainee
from facts.report import ClassReport
from facts.span import local_day
from facts.verdict import HourVerdict, Presence, Status
from policy.assumptions import Assumptions

_NO_LAW = "NO_RULEBOOK_IN_FORCE"
_COUNTS = frozenset({Status.PASS, Status.EXEMPT, Status.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class AttendanceTerms:
    """Under which document and readings, and for which class, the reports are to count."""

    book_id: str
    class_id: str
    assumptions: Assumptions


@dataclass(frozen=True, slots=True)
class ClassAttendance:
    """The reports of one class read together; ``attended`` by the key of the claimed person."""

    reports: tuple[ClassReport, ...]
    hours: tuple[ClassHour, ...]
    attended: Mapping[str, PersonAttendance]
    unclaimed: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """The calendar days on which class hours were held."""
        return tuple(sorted({local_day(hour.span.start) for hour in self.hours}))


def class_attendance(
    reports: Sequence[ClassReport], people: Sequence[ClaimedPerson], under: AttendanceTerms
) -> ClassAttendance:
    """The reports joined with the people of the claim: by ID number, else by key, else by a name that nobody shares."""
    joined = [(report, join(report.trainees, people)) for report in reports]
    hours = _latest(reports, under)
    attended = {
        person.key: PersonAttendance.of(
            match_of(joined, person.key),
            tuple(_hours_of(hours, [found.get(person.key) for _, found in joined])),
            under.assumptions.day.min_hours,
        )
        for person in people
    }
    return ClassAttendance(tuple(reports), tuple(one.hour for one in hours), attended, unclaimed(joined))


@dataclass(frozen=True, slots=True)
class _Judged:
    """One class hour with the report that judges it, by its place among the reports."""

    hour: ClassHour
    day: date
    units: Fraction
    report: int
    index: "_Index"


def _latest(reports: Sequence[ClassReport], under: AttendanceTerms) -> list[_Judged]:
    """Each class hour once, as the newest report that has it judges it, in order of time."""
    ordered = sorted(enumerate(reports), key=lambda pair: (pair[1].made_at, pair[0]))
    found: dict[str, _Judged] = {}
    for number, report in ordered:
        index = _Index.of(report, under)
        for hour in report.hours:
            day, units = local_day(hour.span.start), hour_units(hour, under.assumptions)
            found[hour.id] = _Judged(hour, day, units, number, index)
    return sorted(found.values(), key=lambda one: (one.hour.span, one.hour.id))


@dataclass(frozen=True, slots=True)
class _Index:
    """One report's answers by hour and by person, looked up once for each person and hour."""

    verdicts: Mapping[str, HourVerdict]
    presences: Mapping[tuple[str, str], Presence]
    ours: bool

    @classmethod
    def of(cls, report: ClassReport, under: AttendanceTerms) -> "_Index":
        presences: dict[tuple[str, str], Presence] = {}
        for row in report.attendance:
            presences.setdefault((row.hour_id, row.trainee_key), row.presence)
        return cls({one.hour_id: one for one in report.verdicts}, presences, _is_ours(report, under))

    def credit(self, hour_id: str, trainee: str) -> HourCredit:
        verdict = self.verdicts.get(hour_id)
        presence = self.presences.get((hour_id, trainee), Presence.UNPROVEN)
        if presence in (Presence.ABSENT, Presence.LEAVE):
            return HourCredit.NOT_THERE
        if verdict is not None and verdict.status is Status.FAIL:
            return HourCredit.FAILED
        if presence is Presence.UNPROVEN or not self.ours:
            return HourCredit.OPEN
        return HourCredit.PROVEN if verdict is not None and _counts(verdict) else HourCredit.OPEN


def _hours_of(hours: Sequence[_Judged], lines: Sequence[Trainee | None]) -> Iterator[PersonHour]:
    """The person's hours in order of time; of two that overlap only the first counts, nobody is in two at once."""
    counted_until = None
    for one in hours:
        line, span = lines[one.report], one.hour.span
        if line is None:
            continue
        credit = one.index.credit(one.hour.id, line.key)
        if credit in (HourCredit.PROVEN, HourCredit.OPEN):
            if counted_until is not None and span.start < counted_until:
                continue
            counted_until = span.end
        yield PersonHour(one.hour, one.day, one.units, credit)


def _is_ours(report: ClassReport, under: AttendanceTerms) -> bool:
    """A verdict under another document, under none, or on another class shows nothing here."""
    judged_by = report.policy.id if report.policy else ""
    return (judged_by, report.training_class.id) == (under.book_id, under.class_id)


def _counts(verdict: HourVerdict) -> bool:
    return verdict.status in _COUNTS and all(finding.reason != _NO_LAW for finding in verdict.findings)


def hour_units(hour: ClassHour, open_to: Assumptions) -> Fraction:
    """A1: a timetabled class hour is one class hour; without a trusted timetable its minutes decide."""
    if open_to.class_hour.prefer_timetable:
        return Fraction(1)
    return Fraction(int(hour.span.length.total_seconds()), 60 * open_to.class_hour.minutes)
