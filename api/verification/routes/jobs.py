"""Verifications asked for, and how far they are."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection, select

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.job_schema import JobShape, job_shape
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.service import Served
from facts.errors import NotFoundError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.policy.shelf import shelf_of
from runtime.policy.trial import refuse_unless_lapsed
from runtime.verification.queue import require_verification
from storage.database import jobs as queue
from storage.database.connection import reading
from storage.database.jobs import JobState
from storage.database.tables.classes import CLASSES
from storage.database.tables.jobs import JOBS

router = APIRouter(prefix="/api/v1", tags=["jobs"])


class VerificationTrial(BaseModel):
    """The lapsed document that a verification is to try: another request than an ordinary one."""

    provisional: str


@router.post("/classes/{number}/verifications", status_code=202, response_model=JobShape)
def verify(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_ASK)],
    number: Id,
    provisional: Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)] = "",
    key: IdempotencyKey = None,
) -> Response:
    """Queues the verification of everything that was uploaded; the same files are never verified twice.

    ``provisional`` is the id of a lapsed document to try where none is in force; nothing can be paid by such a report.
    """
    with reading(service.engine, "opening a class") as connection:
        locality = class_for(connection, caller, number).locality
    refuse_unless_lapsed(service, provisional, locality)
    shelf = shelf_of(service)

    def work(connection: Connection) -> JobShape:
        owner = class_for(connection, caller, number)
        return job_shape(require_verification(connection, owner, service.clock(), shelf, provisional))

    sent = VerificationTrial(provisional=provisional) if provisional else None
    return run_once(request, service, caller, key, sent, work, 202)


@router.get("/jobs")
def listed(
    service: Served,
    caller: Annotated[Caller, needs(Action.JOB_READ)],
    class_id: IdFilter = None,
    state: JobState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[JobShape]:
    """The verifications within the caller's reach."""
    where = matching((JOBS.c.class_id, class_id), (JOBS.c.state, state))
    within = JOBS.c.class_id.in_(select(CLASSES.c.id).where(reached(caller)))
    with reading(service.engine, "listing jobs") as connection:
        found = queue.jobs(connection, within, *after_cursor(JOBS, cursor), *where, limit=limit + 1)
    return page(found, limit, job_shape, lambda one: one.id)


@router.get("/jobs/{number}")
def one(service: Served, caller: Annotated[Caller, needs(Action.JOB_READ)], number: Id) -> JobShape:
    """One verification."""
    within = JOBS.c.class_id.in_(select(CLASSES.c.id).where(reached(caller)))
    with reading(service.engine, "reading a job") as connection:
        found = queue.jobs(connection, JOBS.c.id == number, within)
    if not found:
        raise NotFoundError("任务", "job")
    return job_shape(found[0])
