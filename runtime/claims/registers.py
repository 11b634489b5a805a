"""What the registers of the history say of a claim, under the claim's own keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from facts.claim import Claim
from facts.history_answer import (
    ClassRoll,
    PastPayment,
    PensionDrawn,
    RegisteredGroup,
    RegisteredSanction,
    RegisterListing,
)
from facts.registry import Party
from runtime.claims.history_rows import course_of, party_of
from storage.history.registers import ClaimedClass, listings, payments, pensions, roll, sanctions


@dataclass(frozen=True, slots=True)
class RegisterWords:
    """The rows of ``HistoryAnswer`` that registers answer."""

    payments: tuple[PastPayment, ...] | None
    pensions: tuple[PensionDrawn, ...] | None
    sanctions: tuple[RegisteredSanction, ...] | None
    roll: ClassRoll | None
    listings: tuple[RegisterListing, ...]


def claimed_class(claim: Claim, people: Mapping[str, int], rostered: Sequence[int] = ()) -> ClaimedClass:
    """The class of the claim as a register is asked about it; ``people`` are its persons by their keys."""
    of, days = course_of(claim), claim.actual
    body = party_of(claim.evaluator.uscc, claim.evaluator.name) if claim.evaluator else Party()
    first, last = days.first or claim.planned.first, days.last or claim.planned.last
    name = claim.training_class.name
    return ClaimedClass(of.institution, body, of.number, name, first, last, list(people.values()), rostered)


def register_words(connection: Connection, asked: ClaimedClass, people: Mapping[str, int]) -> RegisterWords:
    """Every register's rows about the claim; the connection must not yet hold the claim itself."""
    keys = {number: key for key, number in people.items()}
    paid, drawn, rolled = payments(connection, asked), pensions(connection, asked), roll(connection, asked)
    return RegisterWords(
        None if paid is None else tuple(sorted((replace(row, trainee=keys[who]) for who, row in paid), key=_in_order)),
        None
        if drawn is None
        else tuple(
            sorted(
                (replace(row, trainee=keys[who]) for who, row in drawn),
                key=lambda row: (row.trainee, row.kind, row.since),
            )
        ),
        sanctions(connection, asked),
        None if rolled is None else _under_keys(rolled[0], {keys[who]: group for who, group in rolled[1].items()}),
        listings(connection, asked),
    )


def _under_keys(roll: ClassRoll, groups: Mapping[str, str]) -> ClassRoll:
    named = tuple(RegisteredGroup(key, group) for key, group in sorted(groups.items()) if group)
    return replace(roll, people=tuple(sorted(groups)), groups=named)


def _in_order(row: PastPayment) -> tuple[str, date, date, str]:
    return row.trainee, row.first, row.last, row.programme
