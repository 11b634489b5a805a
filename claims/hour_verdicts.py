"""What each class hour counts as: the newest report that has it, its verdict, and who was there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attendance.law import NO_LAW
from claims.person_attendance import HourCredit
from claims.report_match import mismatches
from claims.review import rests_on_review
from facts.claim import Claim
from facts.course import ClassHour
from facts.report import ClassReport
from facts.span import local_day
from facts.verdict import HourVerdict, Presence, Status
from policy.assumptions import Assumptions
from policy.rulebook import Rulebook

_UNRECORDED = frozenset({Status.EXEMPT, Status.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class JudgedHour:
    """One class hour with the report that judges it, by its place among the reports."""

    hour: ClassHour
    day: date
    units: Fraction
    report: int
    index: "HourIndex"


def latest_hours(book: Rulebook, claim: Claim, reports: Sequence[ClassReport]) -> list[JudgedHour]:
    """Each class hour once, as the newest report that has it judges it, in order of time."""
    ordered = sorted(enumerate(reports), key=lambda pair: (pair[1].made_at, pair[0]))
    found: dict[str, JudgedHour] = {}
    for number, report in ordered:
        index = HourIndex.of(book, claim, report)
        for hour in report.hours:
            day, units = local_day(hour.span.start), hour_units(hour, book.assumptions)
            found[hour.id] = JudgedHour(hour, day, units, number, index)
    return sorted(found.values(), key=lambda one: (one.hour.span, one.hour.id))


@dataclass(frozen=True, slots=True)
class HourIndex:
    """One report's answers by hour and by person, looked up once for each person and hour."""

    verdicts: Mapping[str, HourVerdict]
    presences: Mapping[tuple[str, str], Presence]
    ours: bool

    @classmethod
    def of(cls, book: Rulebook, claim: Claim, report: ClassReport) -> "HourIndex":
        """The report's answers; one that is not of this claim leaves every hour open."""
        presences: dict[tuple[str, str], Presence] = {}
        for row in report.attendance:
            presences.setdefault((row.hour_id, row.trainee_key), row.presence)
        return cls({one.hour_id: one for one in report.verdicts}, presences, not mismatches(book, claim, report))

    def by_review(self, hour_id: str) -> bool:
        """Whether the hour passes by people's review alone."""
        verdict = self.verdicts.get(hour_id)
        return verdict is not None and rests_on_review(verdict)

    def credit(self, hour_id: str, trainee: str, *, recorded: bool) -> HourCredit:
        """Whether the hour counts for the line of the roster."""
        verdict = self.verdicts.get(hour_id)
        presence = self.presences.get((hour_id, trainee), Presence.UNPROVEN)
        if presence in (Presence.ABSENT, Presence.LEAVE):
            return HourCredit.NOT_THERE
        if verdict is not None and verdict.status is Status.FAIL:
            return HourCredit.FAILED
        if presence is Presence.UNPROVEN or not self.ours:
            return HourCredit.OPEN
        return HourCredit.PROVEN if verdict is not None and _counts(verdict, recorded=recorded) else HourCredit.OPEN


def _counts(verdict: HourVerdict, *, recorded: bool) -> bool:
    """An hour that was judged as if no recording were asked shows nothing where one is."""
    if verdict.status is Status.PASS:
        return True
    lawful = all(finding.reason not in NO_LAW for finding in verdict.findings)
    return verdict.status in _UNRECORDED and lawful and not recorded


def hour_units(hour: ClassHour, open_to: Assumptions) -> Fraction:
    """A1: a timetabled class hour is one class hour; without a trusted timetable its minutes decide."""
    if open_to.class_hour.prefer_timetable:
        return Fraction(1)
    return Fraction(int(hour.span.length.total_seconds()), 60 * open_to.class_hour.minutes)
