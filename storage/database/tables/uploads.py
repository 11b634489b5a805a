"""Uploads under way."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment, Number

UPLOADS = Table(
    "upload",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("token", String(43), nullable=False, unique=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("length", Number, nullable=False),
    Column("sha256", SHA256, nullable=False),  # as the sender says; empty where the sender does not
    Column("caller", String(40), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("file_id", Number, ForeignKey("class_file.id")),
    Column("node", String(100), nullable=False, server_default=""),  # on whose disk its bytes lie
    Index(None, "class_id"),
    Index(None, "ends_at"),
)
