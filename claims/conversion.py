"""A claimed person as the money engines know one, in two cases: only what is shown, and all that is open shown too."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from claims.attendance import ClassAttendance
from claims.facts_of_claim import NO_STAGES, ClassClaim, PersonCertificate, PersonClaim
from claims.mask import masked_number
from claims.payments import paid_before, received
from claims.person_attendance import HourCredit, PersonAttendance, PersonHour
from claims.rate_base import rate_others
from claims.stages import StageFacts
from facts.claim import Claim
from facts.claim_person import ClaimedPerson, EmploymentKind, EmploymentPaper
from facts.history_answer import HistoryAnswer
from facts.step import Step
from policy.rulebook import Rulebook

# 「连续2个月以上的工资发放证明」
WAGE_MONTHS = 2
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class PersonConversion:
    """A claimed person turned into what the money engines know, under one rulebook, claim and history."""

    book: Rulebook
    claim: Claim
    history: HistoryAnswer | None = None

    def shown(self, person: ClaimedPerson, attended: PersonAttendance, key: str) -> PersonClaim:
        """The person with the time that is shown; whose every hour is still open is not known to have taken part."""
        time = attended.time
        known = time is not None and (time.days > 0 or not time.unproven_hours)
        return PersonClaim(
            key=key,
            group=person.group or self.claim.training_class.group,
            valid_days=time.days if time and known else None,
            half_days=time.half_days if time and known else 0,
            valid_hours=time.hours if time and known else None,
            day_sources=_sources(attended.proven) if known else (),
            off_job=person.off_job,
            qualified=person.exam.passed if person.exam else None,
            employed=employed(person.employment),
            certificates=_certificates(person),
            licensed=person.licensed,
            licence_months=_months(self.claim.actual.last, person.licence_day),
            work_months=person.work_months,
            stage=person.stage,
            contract_years=person.contract_years,
            costs=person.costs,
            already_paid=received(person, self.history),
            paid_before=paid_before(person, self.history),
            earlier=self._stages(person, attended.proven, attended).earlier(sure=False) if known else NO_STAGES,
            living=self._stages(person, attended.proven, attended).living(sure=False) if known else NO_STAGES,
            evaluation_fee=person.evaluation_fee,
        )

    def hoped(self, found: PersonClaim, person: ClaimedPerson, attended: PersonAttendance) -> PersonClaim:
        """The same person if all that is open were shown in the trainee's favour."""
        time = attended.time
        timed = found
        if time is not None:
            timed = replace(
                found,
                valid_days=time.days_if_proven,
                half_days=min(found.half_days, time.days_if_proven),
                valid_hours=time.hours_if_proven,
                day_sources=_sources(attended.possible),
            )
        return replace(
            timed,
            earlier=self._stages(person, attended.possible, attended).earlier(sure=True),
            living=self._stages(person, attended.possible, attended).living(sure=True),
            off_job=_or(found.off_job, default=True),
            qualified=_or(found.qualified, default=True),
            employed=_or(found.employed, default=True),
            licensed=_or(found.licensed, default=True),
            licence_months=0 if found.licence_months is None else found.licence_months,
            already_paid=() if found.already_paid is None else found.already_paid,
            evaluation_fee=_or(found.evaluation_fee, default=False),
        )

    def _stages(
        self, person: ClaimedPerson, days: tuple[tuple[PersonHour, ...], ...], attended: PersonAttendance
    ) -> StageFacts:
        return StageFacts(self.book, self.claim, person, [day[0].day for day in days], attended.before, self.history)


def class_claim(
    book: Rulebook, claim: Claim, attendance: ClassAttendance, history: HistoryAnswer | None, *, open_counts: bool
) -> ClassClaim:
    """The class in the words of the rulebook, with its days and online hours as the verdicts have them, if any."""
    first, last = class_days(claim, attendance)
    counting = (HourCredit.PROVEN, HourCredit.OPEN) if open_counts else (HourCredit.PROVEN,)
    there = [one for one in attendance.attended.values() if any(item.credit in counting for item in one.hours)]
    return ClassClaim(
        id=claim.training_class.id,
        programme=book.programmes.name_of(claim.training_class.programme),
        group=claim.training_class.group,
        first_day=first,
        last_day=last,
        settlement=claim.settlement,
        cost_lines=claim.cost_lines,
        fees_charged=claim.fees_charged,
        ceilings=claim.ceilings,
        firm_lists=claim.firm.lists,
        bought_platform=claim.firm.bought_platform,
        platform_cost=claim.firm.platform_cost,
        online_hours=_online(there, counting) if attendance.hours else None,
        same_courseware=claim.firm.same_courseware,
        filed=_filed(claim, first),
        core_business=claim.firm.core_business,
        affected=claim.firm.affected,
        unclaimed=rate_others(attendance.unclaimed, claim.people, history, hoped=open_counts),
    )


def _filed(claim: Claim, first: date | None) -> bool | None:
    """Whether the class was filed before it began; a filing without a day, or none yet, shows neither."""
    days = [one.day for one in claim.filings or () if one.step is Step.FILING and one.day]
    return min(days) <= first if days and first else None


def class_days(claim: Claim, attendance: ClassAttendance) -> tuple[date | None, date | None]:
    """The first and the last day: of the hours judged, else as the claim states them."""
    return (attendance.days[0], attendance.days[-1]) if attendance.days else (claim.actual.first, claim.actual.last)


def employed(papers: tuple[EmploymentPaper, ...] | None) -> bool | None:
    """A contract, social insurance, or two months of pay show employment; fewer months do not."""
    if papers is None:
        return None
    answers = [_shows(paper) for paper in papers]
    if True in answers:
        return True
    return None if None in answers else False


def _shows(paper: EmploymentPaper) -> bool | None:
    if paper.kind is not EmploymentKind.WAGES:
        return True
    return None if paper.months is None else paper.months >= WAGE_MONTHS


def _certificates(person: ClaimedPerson) -> tuple[PersonCertificate, ...] | None:
    if person.certificates is None:
        return None
    return tuple(
        PersonCertificate(
            row.level, row.first, row.occupation or person.occupation, row.issued, masked_number(row.number)
        )
        for row in person.certificates
    )


def _sources(days: tuple[tuple[PersonHour, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(item.hour.id for item in day) for day in days)


def _online(there: list[PersonAttendance], counting: tuple[HourCredit, ...]) -> tuple[Fraction, ...]:
    """The class hours of each day in which at least one person took part."""
    hours = {item.hour.id: item for one in there for item in one.hours if item.credit in counting}
    days: dict[date, Fraction] = {}
    for item in hours.values():
        days[item.day] = days.get(item.day, Fraction(0)) + item.units
    return tuple(days[day] for day in sorted(days))


def _months(start: date | None, end: date | None) -> int | None:
    """Months from one day to another, a begun month counted whole."""
    if start is None or end is None:
        return None
    whole = (end.year - start.year) * _MONTHS + end.month - start.month
    return max(0, whole + (end.day > start.day))


def _or(value: bool | None, *, default: bool) -> bool:  # noqa: FBT001 - three-valued
    return default if value is None else value
