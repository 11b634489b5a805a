"""Training institutions."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection, true

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Filter, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.problem import invalid
from api.http.service import Served
from facts.errors import ConflictError, Fault, NotFoundError
from pipeline.accounts.rights import ADMINISTRATORS, Action
from runtime.accounts.caller import Caller
from runtime.accounts.names import area_fault
from runtime.accounts.reach import institutions_reached
from runtime.evidence_log.log_event import log_event
from storage.database.accounts import accounts
from storage.database.connection import reading
from storage.database.tables.accounts import INSTITUTIONS
from storage.evidence_log.leaf import LeafKind

router = APIRouter(prefix="/api/v1/institutions", tags=["institutions"])


class InstitutionShape(BaseModel):
    """A training institution (培训机构)."""

    id: int
    name: str
    uscc: str
    locality: str


class NewInstitution(BaseModel, extra="forbid"):
    """An institution to be; the place in full, from the province down."""

    name: str = Field(min_length=2, max_length=200, pattern=NO_CONTROLS)
    uscc: str = Field("", max_length=18, pattern=r"^[0-9A-Z]*$")
    locality: str = Field(min_length=2, max_length=200, pattern=NO_CONTROLS, examples=["山西省阳泉市平定县"])


@router.get("")
def listed(
    service: Served,
    caller: Annotated[Caller, needs(Action.INSTITUTION_READ)],
    name: Filter = None,
    uscc: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[InstitutionShape]:
    """The institutions within the caller's reach; administrators see them all, and nothing of theirs but this."""
    where = matching((INSTITUTIONS.c.name, name), (INSTITUTIONS.c.uscc, uscc))
    with reading(service.engine, "listing institutions") as connection:
        found = accounts.institutions(
            connection, _seen(caller), *after_cursor(INSTITUTIONS, cursor), *where, limit=limit + 1
        )
    return page(found, limit, shape, lambda one: one.id)


@router.get("/{number}")
def one(
    service: Served,
    caller: Annotated[Caller, needs(Action.INSTITUTION_READ)],
    number: Id,
) -> InstitutionShape:
    """One institution."""
    with reading(service.engine, "reading an institution") as connection:
        found = accounts.institutions(connection, INSTITUTIONS.c.id == number, _seen(caller))
    if not found:
        raise NotFoundError("培训机构", "institution")
    return shape(found[0])


@router.post("", status_code=201, response_model=InstitutionShape)
def make(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.INSTITUTION_WRITE)],
    sent: NewInstitution,
    key: IdempotencyKey = None,
) -> Response:
    """A new institution."""
    if fault := area_fault(sent.locality):
        raise invalid(Fault("body.locality", sent.locality, fault))

    def work(connection: Connection) -> InstitutionShape:
        if accounts.institutions(connection, INSTITUTIONS.c.name == sent.name):
            raise ConflictError(f"the name {sent.name}", "a name that no institution has")
        made = accounts.add_institution(connection, sent.name, sent.uscc, sent.locality, service.clock())
        log_event(service, connection, LeafKind.ACCOUNT, caller, f"institution:{made.id} made", sent.model_dump())
        return shape(made)

    return run_once(request, service, caller, key, sent, work)


def shape(found: accounts.InstitutionRow) -> InstitutionShape:
    """The institution as the API shows it."""
    return InstitutionShape(id=found.id, name=found.name, uscc=found.uscc, locality=found.locality)


def _seen(caller: Caller) -> ColumnElement[bool]:
    return true() if caller.role in ADMINISTRATORS else institutions_reached(caller)
