"""The follow-through of a claim's doubts: the institution explains with sealed files, two reviewers refuse money."""

import tempfile
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import TEXT, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page
from api.http.problem import invalid
from api.http.service import Served
from facts.doubt_case import MOST_WORDS, Attachment, Deed, DoubtCase, DoubtEvent, Stage
from facts.errors import ConflictError, Fault, InputError
from facts.money import Fen
from pipeline.accounts.rights import Action
from pipeline.claims.doubt_stages import stage, step
from runtime.accounts.caller import Caller
from runtime.claims.access import DOUBT_ID, MOST_FILES, SUFFIXES, attached_name, case_of, cases, claim_for, document
from runtime.claims.upload import doubt_book, seal_attachments
from runtime.platform.service import Service

router = APIRouter(prefix="/api/v1/claims/{number}/doubts", tags=["claims"])
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]
Reviewing = Annotated[Caller, needs(Action.CLAIM_REVIEW)]
Doubt = Annotated[str, Path(pattern=DOUBT_ID)]
Words = StringConstraints(min_length=1, max_length=MOST_WORDS, pattern=TEXT, strip_whitespace=True)


class AttachedShape(BaseModel):
    """A file that explains, sealed in the evidence store under its digest."""

    name: str
    size_bytes: int
    sha256: str


class DeedShape(BaseModel):
    """One thing that happened to the doubt; ``by`` is an account or key, never a name."""

    deed: Deed
    by: str
    at: datetime
    words: str
    files: list[AttachedShape]
    refused_fen: int | None


class DoubtShape(BaseModel):
    """One doubt and its whole life; nothing of it is ever taken back."""

    id: str
    claim_id: int
    kind: str
    rule: str
    text: str
    text_en: str
    stage: Stage
    events: list[DeedShape]


class Decision(BaseModel):
    """Why a reviewer believes the explanation."""

    words: Annotated[str, Words]


class Refusal(Decision):
    """Why the doubt stands; with a sum it takes a second reviewer who names the same sum."""

    refused_fen: Annotated[int | None, Field(ge=1, lt=2**53)] = None


class Explanation(BaseModel):
    """What makes two explanations the same."""

    words: str
    files: list[tuple[str, str]]


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
    return Page[DoubtShape](items=[shape(number, one) for one in found[start : start + limit]], next=following)


@router.get("/{doubt}")
def one(service: Served, caller: Reading, number: Id, doubt: Doubt) -> DoubtShape:
    """One doubt from the beginning."""
    return shape(number, case_of(service, caller, number, doubt))


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
    _refuse_odd(words, given)
    named = [(attached_name(file), file.file.read()) for file in given]
    sent = Explanation(words=words, files=[(name, sha256(content).hexdigest()) for name, content in named])

    at = service.clock()
    bare = DoubtEvent(Deed.EXPLAIN, caller.key, at, words.strip())
    kept = _sealed(service, named, at) if _allowed(case, bare) else ()  # what may not happen stores no file

    def work(connection: Connection) -> DoubtShape:
        return _happen(service, connection, number, case.id, replace(bare, files=kept))

    return run_once(request, service, caller, key, sent, work, 200)


@router.post("/{doubt}/accept", response_model=DoubtShape)
def accept(
    request: Request,
    service: Served,
    caller: Reviewing,
    number: Id,
    doubt: Doubt,
    decision: Decision,
    key: IdempotencyKey = None,
) -> Response:
    """The explanation is believed; a second signer who accepts opens the matter to both again."""
    return _decided((request, service, caller), (number, doubt), decision, (Deed.ACCEPT, None), key)


@router.post("/{doubt}/uphold", response_model=DoubtShape)
def uphold(
    request: Request,
    service: Served,
    caller: Reviewing,
    number: Id,
    doubt: Doubt,
    refusal: Refusal,
    key: IdempotencyKey = None,
) -> Response:
    """The doubt stands; refusing money waits for another reviewer who signs the same sum."""
    refused = None if refusal.refused_fen is None else Fen(refusal.refused_fen)
    return _decided((request, service, caller), (number, doubt), refusal, (Deed.UPHOLD, refused), key)


def shape(number: int, case: DoubtCase) -> DoubtShape:
    """The doubt as the API shows it."""
    events = [
        DeedShape(
            deed=one.deed,
            by=one.by,
            at=one.at,
            words=one.words,
            files=[AttachedShape(name=f.name, size_bytes=f.size_bytes, sha256=f.digest.sha256) for f in one.files],
            refused_fen=one.refused.fen if one.refused else None,
        )
        for one in case.events
    ]
    return DoubtShape(
        id=case.id,
        claim_id=number,
        kind=case.kind,
        rule=case.rule,
        text=case.text.zh,
        text_en=case.text.en,
        stage=stage(case),
        events=events,
    )


def _decided(
    asked: tuple[Request, Service, Caller],
    at: tuple[int, str],
    decision: Decision,
    deed: tuple[Deed, Fen | None],
    key: str | None,
) -> Response:
    request, service, caller = asked
    case = case_of(service, caller, *at)

    def work(connection: Connection) -> DoubtShape:
        event = DoubtEvent(deed[0], caller.key, service.clock(), decision.words, (), deed[1])
        return _happen(service, connection, at[0], case.id, event)

    return run_once(request, service, caller, key, decision, work, 200)


def _happen(service: Service, connection: Connection, number: int, doubt: str, event: DoubtEvent) -> DoubtShape:
    try:
        return shape(number, doubt_book(service.engine).happen_within(connection, doubt, event))
    except InputError as error:
        raise ConflictError(str(error), "a step that the doubt's stage allows", "read the doubt again") from error


def _allowed(case: DoubtCase, event: DoubtEvent) -> bool:
    try:
        step(case, event)
    except InputError:
        return False
    return True


def _refuse_odd(words: str, files: list[UploadFile]) -> None:
    faults = [] if words.strip() else [Fault("words", "blanks", "the explanation in words")]
    if len(files) > MOST_FILES:
        faults.append(Fault("files", f"{len(files)} files", f"at most {MOST_FILES}"))
    odd = [name for name in map(attached_name, files) if not name.lower().endswith(SUFFIXES)]
    faults += [Fault("files", name[:40], f"a name that ends in {', '.join(SUFFIXES)}") for name in odd[:MOST_FILES]]
    if faults:
        raise invalid(*faults)


def _sealed(service: Service, files: list[tuple[str, bytes]], at: datetime) -> tuple[Attachment, ...]:
    with tempfile.TemporaryDirectory() as aside:
        placed = []
        for index, (name, content) in enumerate(files):
            place = FilePath(aside) / str(index)
            place.write_bytes(content)
            placed.append((name, place))
        return seal_attachments(service.store, placed, at)
