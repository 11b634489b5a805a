"""Supervision for other systems: what is recorded, each step of it, and who complained where somebody must know."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import asked_rows, list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.service import Served
from api.supervision.schemas import (
    NewSupervision,
    ReporterShape,
    SentClosing,
    SentReason,
    SentStep,
    SupervisionShape,
    WholeSupervisionShape,
)
from facts.supervision import MeasureDeed, MeasureKind, MeasureStage
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.supervision.measure_list import MEASURE_LIST
from runtime.supervision.measures import measure_view, opened, seen, step_of, stepped
from runtime.supervision.unmasking import shown_reporter
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery
from storage.database.supervision.measures import measures
from storage.database.tables.supervision import MEASURES

router = APIRouter(prefix="/api/v1/supervision", tags=["supervision"])
Reading = Annotated[Caller, needs(Action.SUPERVISION_READ)]
Writing = Annotated[Caller, needs(Action.SUPERVISION_WRITE)]
Answering = Annotated[Caller, needs(Action.SUPERVISION_ANSWER)]


@router.get("")
def listed(
    service: Served,
    caller: Reading,
    institution_id: Annotated[IdFilter, Query()] = None,
    class_id: Annotated[IdFilter, Query()] = None,
    kind: MeasureKind | None = None,
    stage: MeasureStage | None = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(MEASURE_LIST.plan, but=("kind", "stage"), paged=False))],
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[SupervisionShape]:
    """What is recorded within reach, the oldest first; an institution sees what was issued to it, and no complaint."""
    own = MEASURES.c
    where = matching(
        (own.institution_id, institution_id),
        (own.class_id, class_id),
        (own.kind, kind.value if kind else None),
        (own.stage, stage.value if stage else None),
    )
    with reading(service.engine, "listing supervision") as connection:
        asked, order = asked_rows(connection, query, MEASURES, cursor, *seen(caller))
        found = [*seen(caller), *where, *asked]
        rows = measures(connection, *found, limit=limit + 1, newest_first=False, order=order)
    return page(rows, limit, SupervisionShape.of, lambda row: row.id)


@router.post("", status_code=201, response_model=WholeSupervisionShape)
def make(
    request: Request, service: Served, caller: Writing, sent: NewSupervision, key: IdempotencyKey = None
) -> Response:
    """A new record; of a kind that a document lets cost money it waits for a second name."""

    def work(connection: Connection) -> WholeSupervisionShape:
        row = opened(service, connection, caller, sent.request())
        return _whole(connection, caller, row.id)

    return run_once(request, service, caller, key, sent, work)


@router.get("/{number}")
def one(service: Served, caller: Reading, number: Id) -> WholeSupervisionShape:
    """One record with its words and its life."""
    with reading(service.engine, "reading supervision") as connection:
        return _whole(connection, caller, number)


@router.post("/{number}/sign", response_model=WholeSupervisionShape)
def sign(
    request: Request, service: Served, caller: Writing, number: Id, sent: SentStep, key: IdempotencyKey = None
) -> Response:
    """The second name under what somebody else proposed: issuing, closing or taking back."""
    return _step(request, service, caller, (number, MeasureDeed.SIGN), sent, key)


@router.post("/{number}/object", response_model=WholeSupervisionShape)
def disagree(
    request: Request, service: Served, caller: Writing, number: Id, sent: SentStep, key: IdempotencyKey = None
) -> Response:
    """The second person differs: nothing is issued, or it goes on as it was."""
    return _step(request, service, caller, (number, MeasureDeed.OBJECT), sent, key)


@router.post("/{number}/answer", response_model=WholeSupervisionShape)
def answer(
    request: Request, service: Served, caller: Answering, number: Id, sent: SentStep, key: IdempotencyKey = None
) -> Response:
    """What the institution answers; it may answer more than once."""
    return _step(request, service, caller, (number, MeasureDeed.ANSWER), sent, key)


@router.post("/{number}/close", response_model=WholeSupervisionShape)
def close(
    request: Request, service: Served, caller: Writing, number: Id, sent: SentClosing, key: IdempotencyKey = None
) -> Response:
    """It ends with that day; where it may cost money a second person signs."""
    return _step(request, service, caller, (number, MeasureDeed.CLOSE), sent, key)


@router.post("/{number}/lift", response_model=WholeSupervisionShape)
def lift(
    request: Request, service: Served, caller: Writing, number: Id, sent: SentStep, key: IdempotencyKey = None
) -> Response:
    """It is taken back as if it had never been; where it may cost money a second person signs."""
    return _step(request, service, caller, (number, MeasureDeed.LIFT), sent, key)


@router.post("/{number}/reporter")
def reporter(
    service: Served, caller: Annotated[Caller, needs(Action.REPORTER_VIEW)], number: Id, sent: SentReason
) -> ReporterShape:
    """Who complained, for a reason that the log keeps."""
    with writing(service.engine, "showing who complained") as connection:
        return ReporterShape(reporter=shown_reporter(service, connection, caller, number, sent.reason))


def _step(
    request: Request,
    service: Service,
    caller: Caller,
    what: tuple[int, MeasureDeed],
    sent: SentStep,
    key: str | None,
) -> Response:
    number, deed = what
    day = sent.day if isinstance(sent, SentClosing) else None

    def work(connection: Connection) -> WholeSupervisionShape:
        stepped(service, connection, caller, number, step_of(service, caller, deed, sent.words, day))
        return _whole(connection, caller, number)

    return run_once(request, service, caller, key, sent, work, 200)


def _whole(connection: Connection, caller: Caller, number: int) -> WholeSupervisionShape:
    return WholeSupervisionShape.of_view(measure_view(connection, caller, number))
