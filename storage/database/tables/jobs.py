"""The durable queue of jobs, and when each worker was last heard of."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.database.tables.base import METADATA, Moment, Number

JOBS = Table(
    "job",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("key", String(128), nullable=False, unique=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("lease", String(32), nullable=False),  # who holds it; a late worker finds another's name and keeps nothing
    Column("lease_until", Moment),
    Column("made_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("fault", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("percent", Integer),  # how far the work is, where it is told
    Column("left_s", Integer),
    Column("rank", Integer, nullable=False, server_default="0"),  # 0: somebody waits for it; more: the program asked
    Index(None, "state", "rank", "due_at"),
    Index(None, "class_id"),
)

WORKERS = Table(
    "worker",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("seen_at", Moment, nullable=False),
)
