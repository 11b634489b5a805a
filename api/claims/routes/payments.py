"""The ledger of payments for other systems."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.http.auth import needs
from api.http.fields import IdFilter
from api.http.lists import list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.claims.payment_list import PAYMENT_LIST
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.payments import PaymentLine
from storage.database.tables.claims import CLAIM_PAYMENTS

router = APIRouter(prefix="/api/v1/payments", tags=["claims"])


class LedgerShape(BaseModel):
    """One payment that was recorded on an approved claim; the sum in fen, to one recipient out of one fund."""

    id: int
    claim_id: int
    claim_code: str
    claim_version: int
    class_id: int
    class_code: str
    institution_id: int
    institution: str
    day: date = Field(description="on which it was paid")
    amount_fen: int
    recipient: str
    fund: str
    recorded_at: datetime

    @classmethod
    def of(cls, row: PaymentLine) -> "LedgerShape":
        """The payment as the API shows it."""
        return cls(
            id=row.id,
            claim_id=row.claim_id,
            claim_code=row.code,
            claim_version=row.version,
            class_id=row.class_id,
            class_code=row.class_code,
            institution_id=row.institution_id,
            institution=row.institution,
            day=date.fromisoformat(row.day),
            amount_fen=row.amount_fen,
            recipient=row.recipient,
            fund=row.fund,
            recorded_at=row.made_at,
        )


@router.get("")
def listed(
    service: Served,
    caller: Annotated[Caller, needs(Action.CLAIM_READ)],
    claim_id: IdFilter = None,
    class_id: IdFilter = None,
    institution_id: IdFilter = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(PAYMENT_LIST.plan, but=("claim_id",), paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[LedgerShape]:
    """Payments within the caller's reach, the one that was recorded last first."""
    own = CLAIM_PAYMENTS.c
    where = matching((own.claim_id, claim_id), (own.class_id, class_id), (own.institution_id, institution_id))
    with reading(service.engine, "listing payments") as connection:
        found = PAYMENT_LIST.rows(service, connection, caller, query, cursor, limit + 1, *where)
    return page(found, limit, LedgerShape.of, lambda one: one.id)
