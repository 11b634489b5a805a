"""Doubts about claims and everything that happened to them; rows are only ever added."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.database.tables.base import METADATA, Moment, Number

DOUBTS = Table(
    "doubt",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("claim", Text, nullable=False),
    Column("class_id", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("text_zh", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Index(None, "claim"),
    Index(None, "class_id"),
)
DOUBT_EVENTS = Table(
    "doubt_event",
    METADATA,
    Column("doubt", String(32), ForeignKey("doubt.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("deed", String(16), nullable=False),
    Column("leaf", Number, nullable=False),  # its place in the log
    Column("body", Text, nullable=False),  # the canonical JSON whose digest the log holds
)
