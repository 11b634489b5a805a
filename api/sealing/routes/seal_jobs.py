"""Sealing asked for: a job that makes the packages of a class's newest report."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.job_schema import JobShape, job_shape
from api.http.service import Served
from facts.errors import ConflictError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.unmasking import FACE, IDENTITY, refuse_unasked
from runtime.sealing.access import refuse_rightless
from runtime.sealing.enqueue import ask_sealing

router = APIRouter(prefix="/api/v1", tags=["packages"])


class SealChoice(BaseModel, extra="forbid"):
    """What the packages show; names and faces only for a caller who gave both reasons within the last half hour."""

    identified: bool = False


@router.post("/classes/{number}/seal", status_code=202, response_model=JobShape)
def seal(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_ASK)],
    number: Id,
    sent: SealChoice | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Queues the sealing of the newest report; the same report is never sealed twice."""
    choice = sent or SealChoice()

    def work(connection: Connection) -> JobShape:
        owner = class_for(connection, caller, number)
        if choice.identified:
            refuse_rightless(caller)
            for kind in (IDENTITY, FACE):
                refuse_unasked(service, connection, caller, kind, number)
        if owner.report_id is None:
            raise ConflictError("a class without a report", "one that was verified", "ask for its verification first")
        at = service.clock()
        return job_shape(ask_sealing(connection, number, owner.report_id, at, identified=choice.identified))

    return run_once(request, service, caller, key, sent, work, 202)
