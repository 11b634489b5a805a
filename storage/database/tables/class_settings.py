"""What classes are set to: each change is a row of its own, the newest counts, and none is ever changed."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.database.tables.base import METADATA, Moment, Number

CLASS_SETTINGS = Table(
    "class_settings",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("leaf", Number, nullable=False),
    UniqueConstraint("class_id", "version"),
)
