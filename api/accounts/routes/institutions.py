"""Training institutions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Filter, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.service import Served
from facts.errors import NotFoundError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.institution_list import INSTITUTION_LIST, institutions_seen
from runtime.accounts.institutions import InstitutionRequest, add_institution
from storage.database.accounts import accounts
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.accounts import INSTITUTIONS

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
    *,
    query: Annotated[ListQuery, Depends(list_query(INSTITUTION_LIST.plan, paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[InstitutionShape]:
    """The institutions within the caller's reach; administrators see them all, and nothing of theirs but this."""
    where = matching((INSTITUTIONS.c.name, name), (INSTITUTIONS.c.uscc, uscc))
    with reading(service.engine, "listing institutions") as connection:
        found = INSTITUTION_LIST.rows(service, connection, caller, query, cursor, limit + 1, *where)
    return page(found, limit, shape, lambda one: one.id)


@router.get("/{number}")
def one(
    service: Served,
    caller: Annotated[Caller, needs(Action.INSTITUTION_READ)],
    number: Id,
) -> InstitutionShape:
    """One institution."""
    with reading(service.engine, "reading an institution") as connection:
        found = accounts.institutions(connection, INSTITUTIONS.c.id == number, institutions_seen(caller))
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

    def work(connection: Connection) -> InstitutionShape:
        wanted = InstitutionRequest(sent.name, sent.uscc, sent.locality)
        return shape(add_institution(service, connection, caller, wanted))

    return run_once(request, service, caller, key, sent, work)


def shape(found: accounts.InstitutionRow) -> InstitutionShape:
    """The institution as the API shows it."""
    return InstitutionShape(id=found.id, name=found.name, uscc=found.uscc, locality=found.locality)
