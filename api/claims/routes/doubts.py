"""The follow-through of a claim's doubts: the institution explains with sealed files, two reviewers refuse money."""

import tempfile
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection

from api.claims.schemas import DoubtRefusal, DoubtShape, SentExplanation
from api.http.auth import needs
from api.http.doubt_schema import DoubtDecision
from api.http.fields import TEXT, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page
from api.http.papers import written
from api.http.service import Served
from facts.doubt_case import MOST_WORDS, Deed, Stage
from facts.money import Fen
from pipeline.accounts.rights import Action
from pipeline.doubts.doubt_stages import stage
from runtime.accounts.caller import Caller
from runtime.claims.access import DOUBT_ID, case_of, cases, claim_for, document
from runtime.claims.doubt_book import doubt_book
from runtime.doubts.attachments import attachment_name, check_explanation
from runtime.doubts.doubt_steps import decision, explanation, record
from runtime.platform.service import Service

router = APIRouter(prefix="/api/v1/claims/{number}/doubts", tags=["claims"])
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]
Reviewing = Annotated[Caller, needs(Action.CLAIM_REVIEW)]
Doubt = Annotated[str, Path(pattern=DOUBT_ID)]


@router.get("")
def listed(
    service: Served,
    caller: Reading,
    number: Id,
    at: Stage | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DoubtShape]:
    """The claim's doubts with what became of them; ``at`` lists those of one stage."""
    row, start = claim_for(service, caller, number), int(cursor or 0)
    found = [case for _, case in cases(service, row, document(service, row)) if at in {None, stage(case)}]
    following = str(start + limit) if start + limit < len(found) else None
    items = [DoubtShape.of(number, one) for one in found[start : start + limit]]
    return Page[DoubtShape](items=items, next=following)


@router.get("/{doubt}")
def one(service: Served, caller: Reading, number: Id, doubt: Doubt) -> DoubtShape:
    """One doubt from the beginning."""
    return DoubtShape.of(number, case_of(service, caller, number, doubt))


@router.post("/{doubt}/explain", response_model=DoubtShape)
def explain(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLAIM_WRITE)],
    number: Id,
    doubt: Doubt,
    words: Annotated[str, Form(min_length=1, max_length=MOST_WORDS, pattern=TEXT)],
    files: Annotated[list[UploadFile] | None, File()] = None,
    key: IdempotencyKey = None,
) -> Response:
    """The institution explains in words and files; files are in the evidence store before anything says so."""
    case, given = case_of(service, caller, number, doubt), files or []
    names = [attachment_name(file.filename) for file in given]
    check_explanation(words, names)
    with tempfile.TemporaryDirectory() as folder:
        placed = written(FilePath(folder), given)
        digests = [(one.name, sha256(one.path.read_bytes()).hexdigest()) for one in placed]
        event = explanation(service, caller, [case], words, placed)

    def work(connection: Connection) -> DoubtShape:
        return DoubtShape.of(number, record(service, doubt_book(service.engine), case.id, event, connection))

    return run_once(request, service, caller, key, SentExplanation(words=words, files=digests), work, 200)


@router.post("/{doubt}/accept", response_model=DoubtShape)
def accept(
    request: Request,
    service: Served,
    caller: Reviewing,
    number: Id,
    doubt: Doubt,
    sent: DoubtDecision,
    key: IdempotencyKey = None,
) -> Response:
    """The explanation is believed; a second signer who accepts opens the matter to both again."""
    return _decide((request, service, caller), (number, doubt), sent, (Deed.ACCEPT, None), key)


@router.post("/{doubt}/uphold", response_model=DoubtShape)
def uphold(
    request: Request,
    service: Served,
    caller: Reviewing,
    number: Id,
    doubt: Doubt,
    sent: DoubtRefusal,
    key: IdempotencyKey = None,
) -> Response:
    """The doubt stands; refusing money waits for another reviewer who signs the same sum."""
    refused = None if sent.refused_fen is None else Fen(sent.refused_fen)
    return _decide((request, service, caller), (number, doubt), sent, (Deed.UPHOLD, refused), key)


def _decide(
    asked: tuple[Request, Service, Caller],
    at: tuple[int, str],
    sent: DoubtDecision,
    deed: tuple[Deed, Fen | None],
    key: str | None,
) -> Response:
    request, service, caller = asked
    case = case_of(service, caller, *at)

    def work(connection: Connection) -> DoubtShape:
        event = decision(service, caller, deed[0], sent.words, deed[1])
        return DoubtShape.of(at[0], record(service, doubt_book(service.engine), case.id, event, connection))

    return run_once(request, service, caller, key, sent, work, 200)
