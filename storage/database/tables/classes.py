"""Classes and their files."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment, Number

CLASSES = Table(
    "class",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("code", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("locality", String(200), nullable=False),
    Column("programme", String(200), nullable=False),
    Column("trainee_group", String(200), nullable=False),
    Column("occupation", String(200), nullable=False),
    Column("level", String(100), nullable=False),
    Column("policy", String(100), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("report_id", Number),  # the newest report, so that lists need no search for it
    Column("status", String(16)),
    UniqueConstraint("institution_id", "code"),
    Index(None, "locality"),
    Index(None, "status"),
    Index(None, "status", "locality"),  # counted by status within an area without the rows
    Index(None, "made_at"),  # and those that the list is ordered by
    Index(None, "name", "id"),
    Index(None, "code", "id"),
    Index(None, "programme", "id"),
    Index(None, "occupation", "id"),
)
FILES = Table(
    "class_file",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("sha256", SHA256, nullable=False),
    Column("added_by", String(40), nullable=False),
    Column("added_at", Moment, nullable=False),
    UniqueConstraint("class_id", "name"),
    Index(None, "sha256"),
)
