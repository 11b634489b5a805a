"""How an institution's own tables call their columns: what its clerks answered once."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from storage.database.tables.base import METADATA, Moment, Number

COLUMN_NAMES = Table(
    "column_name",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("field", String(32), nullable=False),
    Column("header", String(80), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("leaf", Number, nullable=False),
    UniqueConstraint("institution_id", "role", "header"),
)
