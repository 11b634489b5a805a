"""Claims: handed in and screened at once, listed, read as their document, with the doubts that they raise."""

import tempfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Annotated, Any, cast

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Filter, Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.problem import invalid
from api.http.service import Served
from facts.errors import Fault
from pipeline.accounts.rights import Action
from pipeline.verification.outcome import ReportOutcome
from runtime.accounts.caller import Caller
from runtime.accounts.reach import own_institution, reached
from runtime.claims.access import claim_for, document
from runtime.claims.command import ScreenedClaim
from runtime.claims.upload import ClaimUpload, claim_history, keep_claim_within, read_upload, screen_upload
from runtime.platform.service import Service
from storage.database.claims import ClaimRow, claims
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES

router = APIRouter(prefix="/api/v1/claims", tags=["claims"])
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]
_SUFFIXES = (".xlsx", ".json", ".toml")
_MOST_NAME_CHARS = 150


class ClaimShape(BaseModel):
    """One version of a claim and what its screening came to; sums in fen, ``claimed_fen`` absent where none was stated."""

    id: int
    institution_id: int
    class_id: int
    locality: str
    code: str
    version: int
    newest: bool
    file: str
    size_bytes: int
    sha256: str
    made_by: str
    made_at: datetime
    outcome: int
    claimed_fen: int | None
    supported_fen: int
    unproven_fen: int
    doubts: int


class ClaimFlag(BaseModel):
    """One doubt as the screening found it, with its clause and innocent explanations; never a finding of fault."""

    number: int
    kind: str
    rule: str
    doubt: dict[str, Any]


class SentFile(BaseModel):
    """What makes two uploads the same."""

    name: str
    sha256: str
    institution_id: int | None


@router.get("")
def listed(
    service: Served,
    caller: Reading,
    institution_id: IdFilter = None,
    class_id: IdFilter = None,
    code: Filter = None,
    outcome: ReportOutcome | None = None,
    newest: bool = True,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ClaimShape]:
    """Claims within the caller's reach, the latest first; ``newest=false`` lists earlier versions too."""
    where = matching(
        (CLAIMS.c.institution_id, institution_id),
        (CLAIMS.c.class_id, class_id),
        (CLAIMS.c.code, code),
        (CLAIMS.c.outcome, None if outcome is None else int(outcome)),
        (CLAIMS.c.newest, 1 if newest else None),
    )
    where += [CLAIMS.c.id < int(cursor)] if cursor else []
    with reading(service.engine, "listing claims") as connection:
        found = claims(connection, reached(caller, CLAIMS), *where, limit=limit + 1)
    return page(found, limit, shape, lambda one: one.id)


@router.post("", status_code=201, response_model=ClaimShape)
def hand_in(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLAIM_WRITE)],
    file: Annotated[UploadFile, File(description="the claim: .xlsx, .json or .toml")],
    institution_id: Annotated[int | None, Form(ge=1, lt=2**53, description="for keys of an area: whose claim")] = None,
    key: IdempotencyKey = None,
) -> Response:
    """Reads and screens the claim at once and keeps it with its doubts; with any fault nothing is kept.

    The same claim number again is the next version of that claim.
    """
    content, name = file.file.read(), _name(file)
    sent = SentFile(name=name, sha256=sha256(content).hexdigest(), institution_id=institution_id)
    with reading(service.engine, "reading an institution") as connection:
        owner = own_institution(connection, caller, institution_id)
    history = claim_history(service.engine, service.settings)
    with tempfile.TemporaryDirectory() as aside:
        place = FilePath(aside) / f"claim{FilePath(name).suffix.lower()}"
        place.write_bytes(content)
        given = ClaimUpload(place, name, owner.id, caller.key, service.clock())
        read = read_upload(given, service.settings, history)
    course = _class(service, owner.id, read.claim.training_class.id)
    made: ScreenedClaim = screen_upload(service.engine, read, course, given.at, history)

    def work(connection: Connection) -> ClaimShape:
        return shape(keep_claim_within(service.engine, connection, given, read, course, made))

    return run_once(request, service, caller, key, sent, work)


@router.get("/{number}")
def one(service: Served, caller: Reading, number: Id) -> ClaimShape:
    """One claim."""
    return shape(claim_for(service, caller, number))


@router.get("/{number}/document")
def whole(service: Served, caller: Reading, number: Id) -> dict[str, Any]:
    """The whole screening as JSON (``xueshi.claim/1``), people masked: sums with their trace, findings, doubts."""
    return cast("dict[str, Any]", document(service, claim_for(service, caller, number)))


@router.get("/{number}/flags")
def flags(
    service: Served, caller: Reading, number: Id, kind: Filter = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[ClaimFlag]:
    """The doubts that this version's screening found, those first that cost a person the least time."""
    found = document(service, claim_for(service, caller, number))["doubts"]
    kept = [each for each in found if kind in {None, each["kind"]} and each["no"] > int(cursor or 0)]
    return page(kept[: limit + 1], limit, _flag, lambda each: each["no"])


def shape(row: ClaimRow) -> ClaimShape:
    """The claim as the API shows it."""
    names = [name for name in ClaimShape.model_fields if name != "newest"]
    return ClaimShape(**{name: getattr(row, name) for name in names}, newest=bool(row.newest))


def _flag(doubt: Any) -> ClaimFlag:  # noqa: ANN401 - an entry of the document's JSON
    return ClaimFlag(number=doubt["no"], kind=doubt["kind"], rule=doubt["rule"], doubt=dict(doubt))


def _name(file: UploadFile) -> str:
    name = FilePath((file.filename or "").replace("\\", "/")).name
    name = "".join(char for char in name if char.isprintable())[-_MOST_NAME_CHARS:]
    if not name.lower().endswith(_SUFFIXES):
        raise invalid(Fault("file", name[:40] or "no name", f"a name that ends in {', '.join(_SUFFIXES)}"))
    return name


def _class(service: Service, institution_id: int, code: str) -> ClassRow:
    with reading(service.engine, "reading a class") as connection:
        found = classes(connection, CLASSES.c.code == code, CLASSES.c.institution_id == institution_id)
    if not found:
        raise invalid(Fault("class_id", code[:40], "the code of one of the institution's classes"))
    return found[0]
