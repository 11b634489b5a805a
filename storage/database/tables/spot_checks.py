"""Spot checks: draws announced and revealed, what they chose and whom they sent, findings, and holds."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.database.tables.base import METADATA, Moment, Number

DRAWS = Table(
    "spot_draw",
    METADATA,
    Column("commitment", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("committed_at", Moment, nullable=False),
    Column("published", Text, nullable=False),
    Column("revealed_at", Moment),
    Column("sheet", Text),
    Index(None, "committed_at"),
)
CHOSEN = Table(
    "spot_class",
    METADATA,
    Column("draw", String(64), ForeignKey("spot_draw.commitment"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("class_id", Text, nullable=False),
    Column("institution", Text, nullable=False),
    Column("locality", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("day", Date),
    Column("stratum", Text, nullable=False),
    Column("weight", Number, nullable=False),
    UniqueConstraint("draw", "class_id"),
    Index(None, "class_id"),
)
SENT = Table(
    "spot_assignment",
    METADATA,
    Column("draw", String(64), ForeignKey("spot_draw.commitment"), primary_key=True),
    Column("class_id", Text, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("inspector", Text, nullable=False),
    UniqueConstraint("draw", "class_id", "inspector"),
    Index(None, "inspector"),
)
FINDINGS = Table(
    "spot_finding",
    METADATA,
    Column("draw", String(64), ForeignKey("spot_draw.commitment"), primary_key=True),
    Column("class_id", Text, primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("status", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # references as JSON: path, digest, second, note
    Column("first_by", Text, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("second_by", Text),
    Column("second_at", Moment),
    Column("agrees", Boolean),
    Column("dissent", Text, nullable=False),
)
SPOT_HOLDS = Table(
    "spot_hold",
    METADATA,
    Column("draw", String(64), ForeignKey("spot_draw.commitment"), primary_key=True),
    Column("class_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("lifted_at", Moment),
    Column("lifted_by", Text, nullable=False),
)
