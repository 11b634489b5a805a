"""Rulebooks that were handed in to the service."""

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment, Number

RULEBOOKS = Table(
    "rulebook",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("book_id", String(100), nullable=False),
    Column("version", String(40), nullable=False),
    Column("sha256", SHA256, nullable=False, unique=True),
    Column("body", Text, nullable=False),  # the very text: what was judged by it is judged again by it
    Column("effective", String(10), nullable=False),  # the first day on which the service judges by it
    Column("handed_in_by", String(80), nullable=False),
    Column("handed_in_at", Moment, nullable=False),
    Column("leaf", Number, nullable=False),
    Column("signed_by", String(80)),
    Column("signed_at", Moment),
    Column("signed_leaf", Number),
    UniqueConstraint("book_id", "version"),
    Index(None, "effective"),
)
