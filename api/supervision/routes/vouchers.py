"""The register of vouchers for other systems: what is registered, a new one, each further step."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Id, Short
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import list_query
from api.http.pagination import Cursor, Limit, Page, page
from api.http.service import Served
from facts.voucher import VoucherEntry, VoucherStep
from pipeline.accounts.rights import Action
from pipeline.supervision.voucher_stages import next_steps
from runtime.accounts.caller import Caller
from runtime.supervision.voucher_list import VOUCHER_LIST
from runtime.supervision.voucher_view import VoucherView, voucher_views
from runtime.supervision.vouchers import VoucherRequest, entered_voucher, voucher_for, voucher_stepped
from storage.database.connection import reading
from storage.database.lists import ListQuery

router = APIRouter(prefix="/api/v1/vouchers", tags=["supervision"])
Reading = Annotated[Caller, needs(Action.SUPERVISION_READ)]
Writing = Annotated[Caller, needs(Action.SUPERVISION_WRITE)]
Number = Annotated[int, Field(ge=1, lt=2**53)]


class NewVoucherBody(BaseModel, extra="forbid"):
    """A voucher that somebody applied for; whose it is is kept sealed."""

    number: str = Field(min_length=1, max_length=80, pattern=NO_CONTROLS)
    institution_id: Number
    name: Short
    id_number: str = Field(max_length=30, pattern=NO_CONTROLS)
    applied: date
    expires: date | None = Field(None, description="the last day on which training may begin")


class StepBody(BaseModel, extra="forbid"):
    """One further step: ``train`` names its class, ``move`` the institution that holds the voucher from then on."""

    step: VoucherStep
    day: date
    class_id: Number | None = None
    institution_id: Number | None = None


class VoucherStepShape(BaseModel):
    """One step that was registered."""

    step: VoucherStep
    day: date
    class_id: int | None
    institution_id: int | None


class VoucherShape(BaseModel):
    """A voucher, whose it is masked."""

    id: int
    number: str
    institution_id: int
    institution: str
    name_masked: str
    tail: str
    class_id: int | None
    class_code: str
    expires: date | None
    stage: VoucherStep
    next: list[VoucherStep]
    steps: list[VoucherStepShape]

    @classmethod
    def of(cls, view: VoucherView) -> "VoucherShape":
        """The voucher with its life."""
        row = view.row
        return cls(
            id=row.id,
            number=row.number,
            institution_id=row.institution_id,
            institution=row.institution,
            name_masked=view.name_masked,
            tail=view.tail,
            class_id=row.class_id,
            class_code=view.class_code,
            expires=row.expires,
            stage=row.at,
            next=list(next_steps(view.case)),
            steps=[
                VoucherStepShape(step=one.step, day=one.day, class_id=one.class_id, institution_id=one.institution_id)
                for one in view.case.entries
            ],
        )


@router.get("")
def listed(
    service: Served,
    caller: Reading,
    query: Annotated[ListQuery, Depends(list_query(VOUCHER_LIST.plan, paged=False))],
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[VoucherShape]:
    """The vouchers within reach, the newest first."""
    with reading(service.engine, "listing vouchers") as connection:
        found = VOUCHER_LIST.rows(service, connection, caller, query, cursor, limit + 1)
    return page(found, limit, VoucherShape.of, lambda view: view.row.id)


@router.get("/{number}")
def one(service: Served, caller: Reading, number: Id) -> VoucherShape:
    """One voucher with its steps."""
    with reading(service.engine, "reading a voucher") as connection:
        return _shape(connection, caller, number)


@router.post("", status_code=201, response_model=VoucherShape)
def enter(
    request: Request, service: Served, caller: Writing, sent: NewVoucherBody, key: IdempotencyKey = None
) -> Response:
    """A voucher that somebody applied for."""

    def work(connection: Connection) -> VoucherShape:
        row = entered_voucher(service, connection, caller, VoucherRequest(**sent.model_dump()))
        return _shape(connection, caller, row.id)

    return run_once(request, service, caller, key, sent, work)


@router.post("/{number}/steps", response_model=VoucherShape)
def step(
    request: Request, service: Served, caller: Writing, number: Id, sent: StepBody, key: IdempotencyKey = None
) -> Response:
    """One further step, in the order of the documents; written off once."""

    def work(connection: Connection) -> VoucherShape:
        voucher_stepped(service, connection, caller, number, VoucherEntry(**sent.model_dump()))
        return _shape(connection, caller, number)

    return run_once(request, service, caller, key, sent, work, 200)


def _shape(connection: Connection, caller: Caller, number: int) -> VoucherShape:
    return VoucherShape.of(voucher_views(connection, [voucher_for(connection, caller, number)])[0])
