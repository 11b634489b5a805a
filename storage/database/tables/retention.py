"""What is kept and until when, who holds it, and what was deleted: the register behind retention."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.database.tables.base import METADATA, Moment, Number

OBJECTS = Table(
    "evidence_object",
    METADATA,
    Column("number", Number, primary_key=True),
    Column("store", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("version_id", Text, nullable=False),
    Column("generation", Integer, nullable=False),  # the same bytes may be stored anew after they were deleted
    Column("size_bytes", Number, nullable=False),
    Column("keep_until", Moment, nullable=False),
    Column("retain_until", Moment),
    Column("deleted_at", Moment),
    UniqueConstraint("store", "sha256", "version_id", "generation"),
    Index(None, "deleted_at", "keep_until"),
    Index(None, "sha256"),
)
USES = Table(
    "evidence_use",
    METADATA,
    Column("object", Number, ForeignKey("evidence_object.number"), primary_key=True),
    Column("class_id", Text, primary_key=True),
    Column("category", String(16), primary_key=True),
    Column("label", Text, primary_key=True),
    Column("institution", Text, nullable=False),
    Column("class_end", Date, nullable=False),
    Column("rule", Text, nullable=False),
    Column("base", Date, nullable=False),
    Column("keep_until", Moment, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("recorded_end", Date),
    Column("paid", Date),
    Column("terms", Text, nullable=False),  # the duties as JSON, so that a payout can be counted without the rulebook
    Column("source", String(64), nullable=False),
    Index(None, "class_id"),
    Index(None, "institution"),
)
HOLDS = Table(
    "evidence_hold",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("class_id", Text, nullable=False),
    Column("day", Date),
    Column("sha256", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("case_ref", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("settled", Integer, nullable=False),
    Column("released_by", Text, nullable=False),
    Column("released_at", Moment),
    Index(None, "class_id"),
)
DELETIONS = Table(
    "evidence_deletion",
    METADATA,
    Column("object", Number, ForeignKey("evidence_object.number"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("certificate", Text, nullable=False),
    Column("place", Number),
    Index(None, "state"),
    Index(None, "place"),
)
