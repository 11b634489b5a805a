"""The keys under which the facts behind reports are kept; each is wrapped by the one above it."""

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from storage.database.tables.base import METADATA, Moment, Number

INSTITUTION_KEYS = Table(
    "institution_key",
    METADATA,
    Column("institution_id", Number, ForeignKey("institution.id"), primary_key=True, autoincrement=False),
    Column("under", String(16), nullable=False),  # the name of the secret in the folder of keys
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
)
CLASS_KEYS = Table(
    "class_key",
    METADATA,
    Column("class_id", Number, ForeignKey("class.id"), primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),  # by its institution's; empty once destroyed
    Column("made_at", Moment, nullable=False),
    Column("destroyed_at", Moment),
)
