"""Each claimed person's valid days and class hours, as verdicts and attendance show them; the claim is never asked.

A class hour within the claim's days counts for a person who was PRESENT in it where its verdict is PASS, or EXEMPT or
NOT_APPLICABLE where the document asks for no recording under the claim's own programme and the person's group; presence
then rests on the check-ins. It is open while presence or verdict is UNPROVEN, or one of them is not there, or the report
is not one of this claim. An hour that passes by two people's review counts like any other and is told apart. It counts nothing where the verdict is FAIL or the person was absent or on leave.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from claims.hour_verdicts import JudgedHour, latest_hours
from claims.person_attendance import HourCredit, PersonAttendance, PersonHour
from claims.rate_base import UnclaimedTrainee, unclaimed_trainees
from claims.report_match import asks_for_recording, in_period
from claims.roster_match import Pairing, join, match_of
from facts.claim import Claim
from facts.claim_person import ClaimedPerson
from facts.course import ClassHour, Trainee
from facts.report import ClassReport
from facts.span import local_day
from policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class AttendanceTerms:
    """Under which document, for which claim and on which day the reports are to count."""

    book: Rulebook
    claim: Claim
    as_of: date

    def group_of(self, person: ClaimedPerson) -> str:
        """The person's own group, else that of the class."""
        return person.group or self.claim.training_class.group

    def is_recorded(self, hour: ClassHour, group: str) -> bool:
        """Whether the document asks for a recording of the hour for such people of this claim."""
        return asks_for_recording(self.book, self.claim, group, hour, self.as_of)


@dataclass(frozen=True, slots=True)
class ClassAttendance:
    """The reports of one class read together; ``attended`` by the key of the claimed person.

    ``unclaimed`` are the lines of the rosters that no claimed person is, ``outside`` the days of class hours that the
    reports hold and the claim is not for, ``groups`` what the rosters call each person.
    """

    reports: tuple[ClassReport, ...]
    hours: tuple[ClassHour, ...]
    attended: Mapping[str, PersonAttendance]
    unclaimed: tuple[UnclaimedTrainee, ...] = ()
    outside: tuple[date, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def days(self) -> tuple[date, ...]:
        """The calendar days on which class hours were held."""
        return tuple(sorted({local_day(hour.span.start) for hour in self.hours}))


def class_attendance(
    reports: Sequence[ClassReport], people: Sequence[ClaimedPerson], under: AttendanceTerms
) -> ClassAttendance:
    """The reports joined with the people of the claim: by ID number, else by key, else by a name that nobody shares."""
    joined = [(report, join(report.trainees, people)) for report in reports]
    found = latest_hours(under.book, under.claim, reports)
    hours = [one for one in found if in_period(under.claim, one.day)]
    first = under.claim.actual.first
    earlier = [one for one in found if first is not None and one.day < first]
    min_hours = under.book.assumptions.day.min_hours
    groups = {under.group_of(person) for person in people} | {under.claim.training_class.group}
    asked = {group: _Asked(under, group) for group in groups}
    attended = {}
    for person in people:
        lines = [of_report.get(person.key) for _, of_report in joined]
        own, before = (tuple(_hours_of(some, lines, asked[under.group_of(person)])) for some in (hours, earlier))
        attended[person.key] = PersonAttendance.of(match_of(joined, person.key), own, min_hours, before)
    outside = tuple(sorted({one.day for one in found} - {one.day for one in hours}))
    taught = tuple(one.hour for one in hours)
    left = unclaimed_trainees(joined, people, found, asked[under.claim.training_class.group].of)
    return ClassAttendance(tuple(reports), taught, attended, left, outside, _groups(joined, people))


def _groups(joined: Sequence[Pairing], people: Sequence[ClaimedPerson]) -> dict[str, tuple[str, ...]]:
    """What the rosters call each person."""
    lines = {one.key: [line for _, found in joined if (line := found.get(one.key))] for one in people}
    return {key: tuple(sorted({line.group for line in own if line.group})) for key, own in lines.items()}


class _Asked:
    """Whether a recording is asked of each hour for people of one group, found once for each hour."""

    def __init__(self, under: AttendanceTerms, group: str) -> None:
        self._under, self._group, self._known = under, group, dict[str, bool]()

    def of(self, hour: ClassHour) -> bool:
        if hour.id not in self._known:
            self._known[hour.id] = self._under.is_recorded(hour, self._group)
        return self._known[hour.id]


def _hours_of(hours: Sequence[JudgedHour], lines: Sequence[Trainee | None], asked: _Asked) -> Iterator[PersonHour]:
    """The person's hours in order of time; of two that overlap only the first counts, nobody is in two at once."""
    counted_until = None
    for one in hours:
        line, span = lines[one.report], one.hour.span
        if line is None:
            continue
        credit = one.index.credit(one.hour.id, line.key, recorded=asked.of(one.hour))
        if credit in (HourCredit.PROVEN, HourCredit.OPEN):
            if counted_until is not None and span.start < counted_until:
                continue
            counted_until = span.end
        by_review = credit is HourCredit.PROVEN and one.index.by_review(one.hour.id)
        yield PersonHour(one.hour, one.day, one.units, credit, by_review)
