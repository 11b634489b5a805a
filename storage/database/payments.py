"""The ledger of payments: each one that was recorded on a claim, as the list reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, insert, select

from facts.claim_decision import ClaimPayment, DecisionDeed
from facts.money import Fen
from storage.database.record import columns_for, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.claims import CLAIM_DECISIONS, CLAIM_PAYMENTS, CLAIMS
from storage.database.tables.classes import CLASSES


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment in the ledger, with its claim, class and institution; ``number`` is that of the decision that says it."""

    id: int
    claim_id: int
    number: int
    code: str
    version: int
    class_id: int
    class_name: str
    class_code: str
    institution_id: int
    institution: str
    day: str
    amount_fen: int
    recipient: str
    fund: str
    made_at: datetime

    @property
    def amount(self) -> Fen:
        """How much it was."""
        return Fen(self.amount_fen)


def keep_payment(connection: Connection, claim: int, number: int, paid: ClaimPayment, at: datetime) -> None:
    """The row of a payment, in the transaction that keeps its decision."""
    own = select(CLAIMS.c.institution_id, CLAIMS.c.class_id, CLAIMS.c.locality).where(CLAIMS.c.id == claim)
    values = {"claim_id": claim, "number": number, **connection.execute(own).mappings().one()}
    values |= {"day": paid.day.isoformat(), "amount_fen": paid.amount.fen, "recipient": paid.recipient}
    connection.execute(insert(CLAIM_PAYMENTS).values(**values, fund=paid.fund, made_at=at))


def payment_lines(
    connection: Connection, *where: ColumnElement[bool], limit: int, order: Sequence[ColumnElement[Any]]
) -> tuple[PaymentLine, ...]:
    """The payments that fit, in the order that is given."""
    whose = {"class_name": CLASSES.c.name, "class_code": CLASSES.c.code, "institution": INSTITUTIONS.c.name}
    whose |= {"code": CLAIMS.c.code, "version": CLAIMS.c.version}
    joined = PAYMENT_ROWS.join(INSTITUTIONS, INSTITUTIONS.c.id == CLAIM_PAYMENTS.c.institution_id)
    query = select(*columns_for(PaymentLine, CLAIM_PAYMENTS, **whose)).select_from(joined).where(*where)
    return records_of(PaymentLine, connection.execute(query.order_by(*order).limit(limit)))


def unlisted_payment(connection: Connection, within: ColumnElement[bool]) -> tuple[int, int] | None:
    """The claim and number of a decision that says a payment which the ledger lacks; ``within`` is about the claims."""
    decided = CLAIM_DECISIONS.c
    listed = exists().where(CLAIM_PAYMENTS.c.claim_id == decided.claim_id, CLAIM_PAYMENTS.c.number == decided.number)
    query = select(decided.claim_id, decided.number).join(CLAIMS, CLAIMS.c.id == decided.claim_id)
    found = connection.execute(
        query.where(decided.deed == DecisionDeed.PAY.value, within, ~listed).limit(1)
    ).one_or_none()
    return (found.claim_id, found.number) if found else None


PAYMENT_ROWS = CLAIM_PAYMENTS.join(CLAIMS, CLAIMS.c.id == CLAIM_PAYMENTS.c.claim_id).join(
    CLASSES, CLASSES.c.id == CLAIM_PAYMENTS.c.class_id
)
