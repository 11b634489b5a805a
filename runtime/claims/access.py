"""A claim within the caller's reach, its document, and the doubts and attached files of it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from facts.doubt_case import Attachment, DoubtCase, Stage
from facts.errors import NotFoundError
from pipeline.accounts.rights import Role
from pipeline.doubts.doubt_stages import stage
from report.claims.document import with_purses
from report.claims.schema import ClaimDocument
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.claims.doubt_book import doubt_book, doubt_case_id, doubt_claim_id
from runtime.platform.service import Service
from storage.database.claims import ClaimRow, claims, document_of
from storage.database.connection import reading
from storage.database.tables.claims import CLAIMS

DOUBT_ID = r"^D[0-9a-f]{10}-[0-9]{1,15}$"
_MOST_CLAIMS = 50
_STAGES_OF = {
    Role.CLERK: frozenset({Stage.OPEN}),
    Role.REVIEWER: frozenset({Stage.EXPLAINED, Stage.SECOND_SIGNER}),
}


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """A claim with those of its doubts that wait for this caller."""

    claim: ClaimRow
    doubts: tuple[DoubtCase, ...]


def claim_for(service: Service, caller: Caller, number: int) -> ClaimRow:
    """The claim, if it is there for the caller."""
    with reading(service.engine, "reading a claim") as connection:
        found = claims(connection, CLAIMS.c.id == number, reached(caller, CLAIMS))
    if not found:
        raise NotFoundError("申领", "claim")
    return found[0]


def document(service: Service, row: ClaimRow) -> ClaimDocument:
    """What the screening found."""
    with reading(service.engine, "reading a claim") as connection:
        return _document(connection, row)


def cases(service: Service, row: ClaimRow, body: ClaimDocument) -> list[tuple[dict[str, Any], DoubtCase]]:
    """Each doubt of the document with its life."""
    known = {one.id: one for one in doubt_book(service.engine).cases(doubt_claim_id(row.code, row.institution_id))}
    pairs = [(one, known.get(doubt_case_id(one["id"], row.institution_id))) for one in body["doubts"]]
    return [(dict(one), case) for one, case in pairs if case is not None]


def case_of(service: Service, caller: Caller, number: int, doubt: str) -> DoubtCase:
    """One doubt of a claim within the caller's reach."""
    row = claim_for(service, caller, number)
    found = next((case for _, case in cases(service, row, document(service, row)) if case.id == doubt), None)
    if found is None:
        raise NotFoundError("疑点", "doubt")
    return found


def attachment_of(service: Service, row: ClaimRow, sha256: str) -> Attachment:
    """One file that was attached to any doubt of the claim."""
    lives = (case for _, case in cases(service, row, document(service, row)))
    files = (file for case in lives for event in case.events for file in event.files)
    found = next((file for file in files if file.digest.sha256 == sha256), None)
    if found is None:
        raise NotFoundError("附件", "attached file")
    return found


def claim_tasks(service: Service, caller: Caller, connection: Connection) -> Iterator[ClaimTask]:
    """Claims with doubts that wait for an explanation, a decision or a second signer; nobody's own step waits for them."""
    stages = _STAGES_OF.get(caller.role) if caller.role else None
    if stages is None:
        return
    rows = claims(connection, reached(caller, CLAIMS), CLAIMS.c.newest == 1, CLAIMS.c.doubts > 0, limit=_MOST_CLAIMS)
    named = {doubt_claim_id(row.code, row.institution_id): row for row in rows}
    waiting: dict[str, list[DoubtCase]] = {}
    for case in doubt_book(service.engine).cases(*named) if named else ():
        if stage(case) in stages and case.events[-1].by != caller.key:
            waiting.setdefault(case.claim, []).append(case)
    for name, row in named.items():
        if name in waiting and (own := _of_newest(connection, row, waiting[name])):
            yield ClaimTask(row, own)


def _of_newest(connection: Connection, row: ClaimRow, found: Iterable[DoubtCase]) -> tuple[DoubtCase, ...]:
    """Those that the newest version still raises, in its order; a doubt that only an earlier version raised is over."""
    by_id = {case.id: case for case in found}
    ids = [doubt_case_id(one["id"], row.institution_id) for one in _document(connection, row)["doubts"]]
    return tuple(by_id[one] for one in ids if one in by_id)


def _document(connection: Connection, row: ClaimRow) -> ClaimDocument:
    return with_purses(json.loads(document_of(connection, row.id)))
