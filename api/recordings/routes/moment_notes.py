"""Notes at moments of a class's recordings, by the API."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import TEXT, Id, Line
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, after_cursor, page
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.unmasking import FACE, refuse_unasked
from runtime.recordings.moment_notes import ShownNote, keep_new_note, named, new_note
from storage.database.connection import reading
from storage.database.recordings.moment_notes import notes_of_class
from storage.database.tables.moment_notes import MOMENT_NOTES

router = APIRouter(prefix="/api/v1/classes", tags=["files"])
Playing = Annotated[Caller, needs(Action.RECORDING_READ)]
_FIRST, _LAST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class MomentNoteRequest(BaseModel, extra="forbid"):
    """The moment of a recording and what is to be said of it: one paragraph of 1 to 500 characters."""

    camera: Line
    at: Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST)]
    text: str = Field(max_length=5000, pattern=TEXT)


class MomentNoteShape(BaseModel):
    """One note; ``sha256`` is what its entry in the log says."""

    id: int
    class_id: int
    camera: str
    at: datetime
    text: str
    by: str
    made_at: datetime
    sha256: str


@router.get("/{number}/notes")
def listed(
    service: Served, caller: Playing, number: Id, cursor: Cursor = None, limit: Limit = 50
) -> Page[MomentNoteShape]:
    """The class's notes in the order in which they were written; asks for a look's reason first, as its recordings do."""
    with reading(service.engine, "listing notes") as connection:
        class_for(connection, caller, number)
        refuse_unasked(service, connection, caller, FACE, number)
        rows = notes_of_class(connection, number, *after_cursor(MOMENT_NOTES, cursor), limit=limit + 1)
        found = named(connection, rows)
    return page(found, limit, _shape, lambda one: one.row.id)


@router.post("/{number}/notes", status_code=201, response_model=MomentNoteShape)
def write(
    request: Request, service: Served, caller: Playing, number: Id, sent: MomentNoteRequest, key: IdempotencyKey = None
) -> Response:
    """A note that stays as it is written, with its own entry in the log; asks for a look's reason first."""
    note = new_note(service, caller, number, sent.at, sent.camera, sent.text)

    def work(connection: Connection) -> MomentNoteShape:
        return _shape(keep_new_note(service, connection, caller, number, note))

    return run_once(request, service, caller, key, sent, work)


def _shape(found: ShownNote) -> MomentNoteShape:
    row = found.row
    return MomentNoteShape(
        id=row.id,
        class_id=row.class_id,
        camera=row.camera,
        at=row.at,
        text=row.text,
        by=found.by,
        made_at=row.made_at,
        sha256=found.sha256,
    )
