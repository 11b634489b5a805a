"""What registers and the form say was paid to a person before: for this class and one purpose, and for anything else."""

from collections.abc import Iterator
from dataclasses import dataclass

from claims.case import Case
from claims.facts_of_claim import PaidBefore
from claims.purpose import SubsidyPurpose, purpose_of
from claims.recipient import PERSON, main_purse, purse_of
from facts.claim import Claim
from facts.claim_person import ClaimedPerson
from facts.history_answer import HistoryAnswer, PastPayment
from policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class ClassPayment:
    """A register's row for one class, person and purpose; ``meant`` says that it is of them, ``sure`` that it was paid too."""

    row: PastPayment
    meant: bool
    sure: bool


def main_purpose(case: Case) -> SubsidyPurpose | None:
    """What the claim's own sum is for; nothing where neither rulebook nor word says it."""
    if main_purse(case).recipient == PERSON:
        return SubsidyPurpose.LIVING
    return purpose_of(case.claim.programme, case.book)


def pays_people(case: Case) -> bool:
    """Whether a rule pays the trainees themselves."""
    rules = (rule for rule in case.book.rules if purse_of(rule).recipient == PERSON and rule.kind.startswith("money."))
    return any(case.binds(rule) is not False for rule in rules)


def class_payments(
    book: Rulebook, person: str, purpose: SubsidyPurpose | None, history: HistoryAnswer | None
) -> Iterator[ClassPayment]:
    """The rows about the person that are of this class and purpose, or may be; a registry of training that names nothing means training."""
    for row in history.paid_rows if history else ():
        if row.trainee != person or row.same_class is False:
            continue
        said = purpose_of(row.programme, book)
        if None not in (purpose, said) and said is not purpose:
            continue
        unsaid = not row.programme.strip() and purpose is SubsidyPurpose.TRAINING
        meant = bool(row.same_class and purpose is not None and (said is purpose or unsaid))
        yield ClassPayment(row, meant, meant and row.paid_year is not None)


def received(person: ClaimedPerson, history: HistoryAnswer | None) -> tuple[str, ...] | None:
    """What else the person has received, as the claim and the history say together; nothing where neither does."""
    listed = None if history is None else history.received
    if listed is None:
        return person.already_paid
    return (*(person.already_paid or ()), *(one.name for one in listed if one.trainee == person.key))


def paid_before(person: ClaimedPerson, history: HistoryAnswer | None) -> tuple[PaidBefore, ...]:
    """What registers say was paid to the person, in whatever class; a row without a year of payment counts as well."""
    rows = [row for row in (history.paid_rows if history else ()) if row.trainee == person.key]
    return tuple(PaidBefore(row.programme, row.first.year) for row in rows if row.programme)


def is_looked_up(claim: Claim, history: HistoryAnswer | None) -> bool:
    """Whether a registry at hand reaches the class, so that what was paid for it would be known."""
    if history is None or history.payments is None:
        return False
    roll, first = history.roll, claim.actual.first or claim.planned.first
    return roll is None or roll.known or roll.covers or first is None
