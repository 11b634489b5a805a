"""Sealed packages (证据包) that the service made, one for each class day."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment, Number

PACKAGES = Table(
    "package",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("report_id", Number, ForeignKey("class_report.id"), nullable=False),
    Column("job_id", Number, ForeignKey("job.id"), nullable=False),
    Column("day", String(10), nullable=False),
    Column("path", String(300), nullable=False),  # below HOME/packages
    Column("masked", Boolean, nullable=False),
    Column("sha256", SHA256, nullable=False),  # of its tagmanifest, which names every file; the log's EXPORT leaf
    Column("size_bytes", Number, nullable=False),
    Column("files", Integer, nullable=False),
    Column("head_size", Number, nullable=False),  # the signed head that its leaves are proven against
    Column("checks", Integer, nullable=False),  # what its own verifier said when it was made: ✓ and notes
    Column("faults", Integer, nullable=False),  # ✗
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("job_id", "day"),
    Index(None, "class_id", "day"),
    Index(None, "day", "id"),
    Index(None, "size_bytes", "id"),
    Index(None, "made_at"),
    Index(None, "sha256"),
)
