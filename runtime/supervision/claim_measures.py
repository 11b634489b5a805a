"""What the recorded measures mean for a claim: which of them stand against its trainer, evaluator, class or people."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, and_, or_, select

from facts.claim import Claim
from facts.history_answer import OwnMeasure, RegisteredVoucher
from facts.names import normal_name
from facts.supervision import MeasureKind, MeasureStage
from facts.uscc import is_uscc, normal_uscc
from runtime.supervision.claim_vouchers import registered_vouchers
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.supervision.measures import MeasureRow, measures
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.supervision import MEASURES

_STANDING = tuple(one.value for one in MeasureStage if one.stands)


@dataclass(frozen=True, slots=True)
class OwnMeasures:
    """The measures of one database, as the claim of one class is screened against them."""

    engine: Engine
    owner: ClassRow
    key: bytes = field(repr=False)

    def standing(self, claim: Claim) -> Sequence[OwnMeasure]:
        """The measures that stand or stood, oldest first, their people under the claim's own keys."""
        people = {
            person_digest(self.key, self.owner.id, one.name, one.id_number.tail): one.key
            for one in claim.people
            if one.id_number
        }
        with reading(self.engine, "looking for measures") as connection:
            parties = (self.owner.institution_id, *_evaluators(connection, claim))
            breach = and_(MEASURES.c.kind == MeasureKind.BREACH.value, MEASURES.c.class_id == self.owner.id)
            others = and_(MEASURES.c.kind != MeasureKind.BREACH.value, MEASURES.c.institution_id.in_(parties))
            rows = measures(connection, or_(breach, others), MEASURES.c.stage.in_(_STANDING), newest_first=False)
        found = (_own(row, people) for row in rows if row.of.bears)
        return tuple(one for one in found if one is not None)

    def vouchers(self, claim: Claim) -> Sequence[RegisteredVoucher] | None:
        """What the register of vouchers has of those that the form names."""
        return registered_vouchers(self.engine, self.owner, self.key, claim)


def person_digest(key: bytes, class_id: int, name: str, tail: str) -> str:
    """Under what somebody whom a breach names is known again in the claim of the same class."""
    said = f"measure person\nclass {class_id}\n{normal_name(name)}\n{tail}"
    return hmac.digest(key, said.encode(), "sha256").hex()


def _own(row: MeasureRow, people: dict[str, str]) -> OwnMeasure | None:
    """The measure as claims know it; a breach that names only people whom this claim does not is none of its own."""
    named = row.people.split()
    keys = tuple(sorted(people[one] for one in named if one in people))
    if named and not keys:
        return None
    return OwnMeasure(row.id, row.of.text, row.first, row.ended, row.of is MeasureKind.BREACH, keys)


def _evaluators(connection: Connection, claim: Claim) -> list[int]:
    """The institutions that are the claim's evaluator, by its code or, where one of them has none, its name."""
    own = claim.evaluator
    if own is None:
        return []
    rows = connection.execute(select(INSTITUTIONS.c.id, INSTITUTIONS.c.name, INSTITUTIONS.c.uscc)).all()
    coded = is_uscc(own.uscc)
    return [
        one.id
        for one in rows
        if (coded and normal_uscc(one.uscc) == normal_uscc(own.uscc))
        or (not (coded and is_uscc(one.uscc)) and normal_name(one.name) == normal_name(own.name) != "")
    ]
