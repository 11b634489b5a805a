"""Classes (班期): made and corrected by their institution, seen by whoever oversees it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Filter, Id, IdFilter, Line, Short
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import asked_rows, list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.service import Served
from facts.verdict import Status
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.classes.class_list import CLASS_LIST
from runtime.classes.class_record import CODE, MOST_WORD_CHARS, correct_class, make_class
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.classes import CLASSES

router = APIRouter(prefix="/api/v1/classes", tags=["classes"])
_OWN_FILTERS = ("code", "status", "programme", "occupation")
_POLICY = r"^[a-z0-9-]*$"


class ClassShape(BaseModel):
    """A class; ``status`` is the gravest of its hours in the newest report, ``report_id`` that report."""

    id: int
    institution_id: int
    code: str
    name: str
    locality: str
    programme: str
    group: str
    occupation: str
    level: str
    policy: str
    made_at: datetime
    status: Status | None
    report_id: int | None


class NewClass(BaseModel, extra="forbid"):
    """A class to be; where no place is given it is the institution's."""

    code: str = Field(min_length=1, max_length=MOST_WORD_CHARS, pattern=rf"^{CODE}$", examples=["2025-04-JZ1"])
    name: Line = ""
    locality: Line = ""
    programme: Line = ""
    group: Line = ""
    occupation: Line = ""
    level: Short = ""
    policy: Short = Field("", pattern=_POLICY)


class ClassChange(BaseModel, extra="forbid"):
    """What is to be corrected; what is left out stays."""

    name: Line | None = None
    programme: Line | None = None
    group: Line | None = None
    occupation: Line | None = None
    level: Annotated[str, Field(max_length=MOST_WORD_CHARS, pattern=NO_CONTROLS)] | None = None
    policy: Annotated[str, Field(max_length=MOST_WORD_CHARS, pattern=_POLICY)] | None = None


@router.get("")
def listed(
    service: Served,
    caller: Annotated[Caller, needs(Action.CLASS_READ)],
    institution_id: IdFilter = None,
    code: Filter = None,
    status: Status | None = None,
    programme: Filter = None,
    occupation: Filter = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(CLASS_LIST.plan, but=_OWN_FILTERS, paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ClassShape]:
    """The classes within the caller's reach, in the order in which they came or in the one that is asked for."""
    own = CLASSES.c
    where = matching(
        (own.institution_id, institution_id),
        (own.code, code),
        (own.status, status),
        (own.programme, programme),
        (own.occupation, occupation),
    )
    with reading(service.engine, "listing classes") as connection:
        asked, order = asked_rows(connection, query, CLASSES, cursor, reached(caller))
        found = classes(connection, reached(caller), *asked, *where, limit=limit + 1, order=order)
    return page(found, limit, shape, lambda one: one.id)


@router.get("/{number}")
def one(service: Served, caller: Annotated[Caller, needs(Action.CLASS_READ)], number: Id) -> ClassShape:
    """One class."""
    with reading(service.engine, "reading a class") as connection:
        return shape(class_for(connection, caller, number))


@router.post("", status_code=201, response_model=ClassShape)
def make(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLASS_WRITE)],
    sent: NewClass,
    key: IdempotencyKey = None,
) -> Response:
    """A new class of the caller's institution."""

    def work(connection: Connection) -> ClassShape:
        return shape(make_class(connection, caller, sent.model_dump(), service.clock()))

    return run_once(request, service, caller, key, sent, work)


@router.patch("/{number}", response_model=ClassShape)
def change(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLASS_WRITE)],
    number: Id,
    sent: ClassChange,
    key: IdempotencyKey = None,
) -> Response:
    """Corrects a class; verdicts that were made stay as they were made."""

    def work(connection: Connection) -> ClassShape:
        return shape(correct_class(connection, caller, number, sent.model_dump(exclude_none=True)))

    return run_once(request, service, caller, key, sent, work, 200)


def shape(found: ClassRow) -> ClassShape:
    """The class as the API shows it."""
    return ClassShape(
        id=found.id,
        institution_id=found.institution_id,
        code=found.code,
        name=found.name,
        locality=found.locality,
        programme=found.programme,
        group=found.trainee_group,
        occupation=found.occupation,
        level=found.level,
        policy=found.policy,
        made_at=found.made_at,
        status=Status(found.status) if found.status else None,
        report_id=found.report_id,
    )
