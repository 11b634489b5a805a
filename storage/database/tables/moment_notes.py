"""Notes at moments of a class's recordings."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.database.tables.base import METADATA, Moment, Number

MOMENT_NOTES = Table(
    "moment_note",  # rows are only ever added
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("camera", String(200), nullable=False),
    Column("at", Moment, nullable=False),  # the moment of the recording
    Column("text", String(500), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index(None, "class_id", "at"),
)
