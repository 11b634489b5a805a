"""A claim within the caller's reach, its document and the life of its doubts, for pages and programs alike."""

import json
from pathlib import Path
from typing import Any, cast

from fastapi import UploadFile

from facts.doubt_case import DoubtCase
from facts.errors import NotFoundError
from report.claims.schema import ClaimDocument
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.claims.upload import doubt_book, doubt_case_id, doubt_claim_id
from runtime.platform.service import Service
from storage.database.claims import ClaimRow, claims, document_of
from storage.database.connection import reading
from storage.database.tables.claims import CLAIMS

MOST_FILES = 10
SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png", ".xlsx", ".xls", ".csv", ".docx", ".doc")
DOUBT_ID = r"^D[0-9a-f]{10}-[0-9]{1,15}$"


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
        return cast("ClaimDocument", json.loads(document_of(connection, row.id)))


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


def attached_name(file: UploadFile) -> str:
    """The name of an attached file without any path or sign that a screen or a disk could misread."""
    name = Path((file.filename or "").replace("\\", "/")).name
    return "".join(char for char in name if char.isprintable())[-100:] or "file"
