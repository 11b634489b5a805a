"""Notes at moments of a class's recordings: written once, never changed or deleted by hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select

from facts.moment_note import MomentNote
from facts.span import Span
from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.moment_notes import MOMENT_NOTES
from storage.evidence_log.imprint import compare_keys


@dataclass(frozen=True, slots=True)
class MomentNoteRow:
    """One note with its number."""

    id: int
    class_id: int
    camera: str
    at: datetime
    text: str
    made_by: str
    made_at: datetime


def keep_note(connection: Connection, class_id: int, note: MomentNote) -> MomentNoteRow:
    """The note, which stays as it is."""
    own = {"class_id": class_id, "camera": note.camera, "at": note.at, "text": note.text}
    made = insert(MOMENT_NOTES).values(**own, made_by=note.by, made_at=note.made_at).returning(*_COLUMNS)
    return record_of(MomentNoteRow, connection.execute(made).one())


def notes_within(connection: Connection, class_id: int, span: Span) -> tuple[MomentNoteRow, ...]:
    """The class's notes at moments within the span, in order of these."""
    query = select(*_COLUMNS).where(*_within(class_id, span)).order_by(MOMENT_NOTES.c.at, MOMENT_NOTES.c.id)
    return _compared(connection, records_of(MomentNoteRow, connection.execute(query)))


def notes_of_class(
    connection: Connection, class_id: int, *where: ColumnElement[bool], limit: int
) -> tuple[MomentNoteRow, ...]:
    """The class's notes in the order in which they were written."""
    query = select(*_COLUMNS).where(MOMENT_NOTES.c.class_id == class_id, *where).order_by(MOMENT_NOTES.c.id)
    return _compared(connection, records_of(MomentNoteRow, connection.execute(query.limit(limit))))


def count_notes(connection: Connection, class_id: int, span: Span) -> int:
    """How many there are within the span."""
    return connection.execute(
        select(func.count()).select_from(MOMENT_NOTES).where(*_within(class_id, span))
    ).scalar_one()


def _within(class_id: int, span: Span) -> tuple[ColumnElement[bool], ...]:
    own = MOMENT_NOTES.c
    return own.class_id == class_id, own.at >= span.start, own.at < span.end


def _compared(connection: Connection, found: tuple[MomentNoteRow, ...]) -> tuple[MomentNoteRow, ...]:
    """The rows, once the log has said that they are as they were written."""
    compare_keys(connection, MOMENT_NOTES, [(one.id,) for one in found])
    return found


_COLUMNS = columns_for(MomentNoteRow, MOMENT_NOTES)
