"""Doubts of classes over the API: listed by stage, explained with sealed files, accepted or upheld."""

import tempfile
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection

from api.doubts.schemas import (
    ClassDoubtsDecision,
    ClassDoubtShape,
    ClassDoubtsShape,
    DoubtNumbers,
    SentClassExplanation,
)
from api.http.auth import needs
from api.http.doubt_schema import DoubtDecision
from api.http.fields import TEXT, Filter, Id, IdFilter
from api.http.idempotency import IdempotencyKey, earlier_answer, run_once
from api.http.lists import asked_rows, list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.papers import written
from api.http.service import Served
from facts.doubt_case import MOST_WORDS, Deed, DoubtEvent, Stage
from facts.errors import NotFoundError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.doubts.attachments import attachment_name, check_explanation
from runtime.doubts.class_doubts import ClassDoubt, doubts_found
from runtime.doubts.class_steps import class_explanation, record_within
from runtime.doubts.doubt_list import DOUBT_LIST
from runtime.doubts.doubt_steps import decision
from runtime.platform.service import Service
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import RAISED

router = APIRouter(prefix="/api/v1", tags=["doubts"])
Reading = Annotated[Caller, needs(Action.VERDICT_READ)]
Explaining = Annotated[Caller, needs(Action.DOUBT_EXPLAIN)]
Deciding = Annotated[Caller, needs(Action.DOUBT_DECIDE)]
_OF_CLASS = "/classes/{number}/doubts"


@router.get("/class-doubts")
def listed(
    service: Served,
    caller: Reading,
    class_id: IdFilter = None,
    stage: Stage | None = None,
    kind: Filter = None,
    raised: bool | None = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(DOUBT_LIST.plan, but=("stage", "kind"), paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ClassDoubtShape]:
    """Doubts with what became of them, the oldest first; ``raised=false`` lists those that newest reports no longer raise."""
    own = CLASS_DOUBTS.c
    where = [reached(caller), *matching((own.class_id, class_id), (own.stage, stage), (own.kind, kind))]
    where += [] if raised is None else [RAISED if raised else ~RAISED]
    with reading(service.engine, "listing doubts") as connection:
        asked, order = asked_rows(connection, query, CLASS_DOUBTS, cursor, reached(caller))
        found = doubts_found(service.engine, connection, *where, *asked, limit=limit + 1, order=order)
    return page(found, limit, ClassDoubtShape.of, lambda one: one.row.id)


@router.get("/class-doubts/{number}")
def one(service: Served, caller: Reading, number: Id) -> ClassDoubtShape:
    """One doubt from the beginning."""
    with reading(service.engine, "reading a doubt") as connection:
        found = doubts_found(service.engine, connection, CLASS_DOUBTS.c.id == number, reached(caller))
    if not found:
        raise NotFoundError("疑点", "doubt")
    return ClassDoubtShape.of(found[0])


@router.post(f"{_OF_CLASS}/explain", response_model=ClassDoubtsShape)
def explain(
    request: Request,
    service: Served,
    caller: Explaining,
    number: Id,
    doubts: Annotated[DoubtNumbers, Form()],
    words: Annotated[str, Form(min_length=1, max_length=MOST_WORDS, pattern=TEXT)],
    files: Annotated[list[UploadFile] | None, File()] = None,
    key: IdempotencyKey = None,
) -> Response:
    """The institution explains one doubt, or several of one kind at once; files are in the evidence store before anything says so."""
    given = files or []
    check_explanation(words, [attachment_name(file.filename) for file in given])
    with tempfile.TemporaryDirectory() as folder:
        placed = written(FilePath(folder), given)
        digests = [(one.name, sha256(one.path.read_bytes()).hexdigest()) for one in placed]
        sent = SentClassExplanation(doubts=doubts, words=words, files=digests)
        if before := earlier_answer(request, service, caller, key, sent):
            return before
        event = class_explanation(service, caller, number, doubts, words, placed)
    return _kept((request, service, caller), number, doubts, event, (key, sent))


@router.post(f"{_OF_CLASS}/accept", response_model=ClassDoubtsShape)
def accept(
    request: Request,
    service: Served,
    caller: Deciding,
    number: Id,
    sent: ClassDoubtsDecision,
    key: IdempotencyKey = None,
) -> Response:
    """These doubts are settled, all or none; a second signer who accepts opens one to both again."""
    event = decision(service, caller, Deed.ACCEPT, sent.words)
    return _kept((request, service, caller), number, sent.doubts, event, (key, sent))


@router.post(f"{_OF_CLASS}/{{doubt}}/uphold", response_model=ClassDoubtsShape)
def uphold(
    request: Request,
    service: Served,
    caller: Deciding,
    number: Id,
    doubt: Id,
    sent: DoubtDecision,
    key: IdempotencyKey = None,
) -> Response:
    """The doubt stands; by a rule that hours rest on it waits for another person."""
    event = decision(service, caller, Deed.UPHOLD, sent.words)
    return _kept((request, service, caller), number, [doubt], event, (key, sent))


def _kept(
    asked: tuple[Request, Service, Caller],
    class_id: int,
    numbers: list[int],
    event: DoubtEvent,
    once: tuple[str | None, SentClassExplanation | DoubtDecision],
) -> Response:
    request, service, caller = asked

    def work(connection: Connection) -> ClassDoubtsShape:
        found: tuple[ClassDoubt, ...] = record_within(service, caller, connection, class_id, numbers, event)
        return ClassDoubtsShape(items=[ClassDoubtShape.of(one) for one in found])

    return run_once(request, service, caller, once[0], once[1], work, 200)
