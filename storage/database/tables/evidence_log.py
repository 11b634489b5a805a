"""The append-only Merkle log: its name, its leaves, the nodes that leaves completed, and every signed head."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from storage.database.tables.base import METADATA, Moment, Number

LOG = Table("log", METADATA, Column("log_id", String(32), primary_key=True))
LEAVES = Table(
    "log_leaf",
    METADATA,
    Column("place", Number, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),  # the canonical JSON that was hashed, byte for byte
    Index(None, "sha256"),
    Index(None, "subject"),
    Index(None, "at"),
)
NODES = Table(
    "log_node",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", Number, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)
HEADS = Table(
    "log_head",
    METADATA,
    Column("number", Number, primary_key=True),
    Column("size", Number, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)
