"""Claims: handed in and screened at once, listed, read as their document, with the doubts that they raise."""

import tempfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection

from api.claims.schemas import ClaimFlag, ClaimShape, SentClaimFile
from api.http.auth import needs
from api.http.fields import Filter, Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.service import Served
from pipeline.accounts.rights import Action
from pipeline.verification.outcome import ReportOutcome
from runtime.accounts.caller import Caller
from runtime.accounts.reach import own_institution, reached
from runtime.claims.access import claim_for, document
from runtime.claims.claim_list import CLAIM_LIST
from runtime.claims.decision_view import with_end
from runtime.claims.upload import (
    ClaimUpload,
    claim_history,
    class_of_claim,
    keep_claim_within,
    people_key,
    read_upload,
    screen_upload,
    upload_name,
)
from runtime.policy.shelf import shelf_of
from storage.database.claims import claims
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.claims import CLAIMS

router = APIRouter(prefix="/api/v1/claims", tags=["claims"])
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]


@router.get("")
def listed(
    service: Served,
    caller: Reading,
    institution_id: IdFilter = None,
    class_id: IdFilter = None,
    code: Filter = None,
    outcome: ReportOutcome | None = None,
    newest: bool = True,
    *,
    query: Annotated[ListQuery, Depends(list_query(CLAIM_LIST.plan, but=("outcome",), paged=False))],
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
    within = reached(caller, CLAIMS)
    with reading(service.engine, "listing claims") as connection:
        behind = replace(query, before=cursor or "").behind(connection, within)
        found = claims(connection, within, *where, *query.where(), *behind, limit=limit + 1, order=query.order())
    return page(found, limit, ClaimShape.of, lambda one: one.id)


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
    content, name = file.file.read(), upload_name(file.filename)
    sent = SentClaimFile(name=name, sha256=sha256(content).hexdigest(), institution_id=institution_id)
    with reading(service.engine, "reading an institution") as connection:
        owner = own_institution(connection, caller, institution_id)
    history = claim_history(service.engine, service.settings)
    with tempfile.TemporaryDirectory() as folder:
        place = FilePath(folder) / f"claim{FilePath(name).suffix.lower()}"
        place.write_bytes(content)
        upload = ClaimUpload(place, name, owner.id, caller.key, service.clock(), people_key(service.settings))
        read = read_upload(upload, service.settings, history, shelf_of(service))
    course = class_of_claim(service.engine, owner.id, read)
    screened = screen_upload(service.engine, read, course, upload, history, shelf_of(service))

    def work(connection: Connection) -> ClaimShape:
        return ClaimShape.of(keep_claim_within(service.engine, connection, upload, read, course, screened))

    return run_once(request, service, caller, key, sent, work)


@router.get("/{number}")
def one(service: Served, caller: Reading, number: Id) -> ClaimShape:
    """One claim."""
    return ClaimShape.of(claim_for(service, caller, number))


@router.get("/{number}/document")
def whole(service: Served, caller: Reading, number: Id) -> dict[str, Any]:
    """The whole screening as JSON (``xueshi.claim/1``), people masked: sums with their trace, findings, doubts."""
    row = claim_for(service, caller, number)
    return cast("dict[str, Any]", with_end(service, row, document(service, row)))


@router.get("/{number}/flags")
def flags(
    service: Served, caller: Reading, number: Id, kind: Filter = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[ClaimFlag]:
    """The doubts that this version's screening found, those first that cost a person the least time."""
    found = document(service, claim_for(service, caller, number))["doubts"]
    wanted = [each for each in found if kind in {None, each["kind"]} and each["no"] > int(cursor or 0)]
    return page(wanted[: limit + 1], limit, _flag, lambda each: each["no"])


def _flag(doubt: Any) -> ClaimFlag:  # noqa: ANN401 - an entry of the document's JSON
    return ClaimFlag(number=doubt["no"], kind=doubt["kind"], rule=doubt["rule"], doubt=dict(doubt))
