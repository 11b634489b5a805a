"""The claim as if it were history already: its class, people, hours, certificates and work as registry rows."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from facts.claim import Claim
from facts.claim_person import BankAccount, ClaimedPerson
from facts.history import HistoryClaim
from facts.registry import Certificate, Course, CourseOf, DigestedNumber, Employment, Enrolment, Party, Person, Session
from facts.report import ClassReport
from facts.span import local
from storage.history.keys import HistoryKeys

_GAPS = re.compile(r"[\s-]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MINUTE = timedelta(minutes=1)
_DAY_MIN = 24 * 60


def account_digester(keys: HistoryKeys) -> Callable[[str], str]:
    """What the reader of a claim digests numbers by, so that they can be compared with those of the history."""

    def digest(text: str) -> str:
        return keys.digest("account", _bare(text)).hex()

    return digest


def course_of(claim: Claim) -> CourseOf:
    """The claim's class as registries name it."""
    return CourseOf(party_of(claim.institution.uscc, claim.institution.name), claim.training_class.id)


def as_history_claim(claim: Claim, reports: Sequence[ClassReport] = ()) -> HistoryClaim | None:
    """The rows; without the class's days nothing can be compared."""
    first, last = claim.actual.first or claim.planned.first, claim.actual.last or claim.planned.last
    if first is None or last is None:
        return None
    of, own = course_of(claim), claim.training_class
    course = Course(of, own.programme, own.occupation, own.level, claim.locality, first, last, policy=own.policy)
    people = [(one, Person(one.id_number, one.name)) for one in claim.people if one.id_number]
    enrolled = tuple(
        Enrolment(who, course, one.group or own.group, one.claimed_days, one.claimed, account=_account(one.account))
        for one, who in people
    )
    sessions = tuple(dict.fromkeys(_sessions(of, reports)))
    return HistoryClaim(course, enrolled, sessions, tuple(_certificates(claim, people)), tuple(_jobs(people)))


def _account(account: BankAccount | None) -> str | DigestedNumber:
    """The account by its digest; what was never digested under a key of 32 bytes compares with nothing."""
    if account is None or not _DIGEST.fullmatch(account.digest):
        return ""
    return DigestedNumber(bytes.fromhex(account.digest), account.tail)


def _sessions(of: CourseOf, reports: Iterable[ClassReport]) -> Iterator[Session]:
    """The class hours that the reports speak of, on the Chinese wall clock."""
    for hour in (hour for report in reports for hour in report.hours):
        start = local(hour.span.start)
        begun = start.hour * 60 + start.minute
        yield Session(of, start.date(), begun, min(begun + (hour.span.end - hour.span.start) // _MINUTE, _DAY_MIN))


def _certificates(claim: Claim, people: Iterable[tuple[ClaimedPerson, Person]]) -> Iterator[Certificate]:
    body = party_of(claim.evaluator.uscc, claim.evaluator.name) if claim.evaluator else Party()
    for one, who in people:
        for row in one.certificates or ():
            if row.number and row.issued and body.key:
                occupation = row.occupation or claim.training_class.occupation
                yield Certificate(who, _bare(row.number), body, occupation, row.level, row.issued)


def _jobs(people: Iterable[tuple[ClaimedPerson, Person]]) -> Iterator[Employment]:
    for one, who in people:
        for job in one.employment or ():
            employer = party_of(job.uscc, job.employer)
            if job.first and employer.key:
                yield Employment(who, employer, job.first, job.last)


def _bare(number: str) -> str:
    """A number as registries are compared: no gaps, capital letters."""
    return _GAPS.sub("", number).upper()


def party_of(code: str, name: str) -> Party:
    """An institution, evaluator or employer as registries name one."""
    return Party(code.strip().upper(), name.strip())
