"""Reports, the verdicts on their hours, and the doubts that they raise."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint, text

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment, Number

LAW_REASONS = (  # attendance/law.py
    "NO_RULEBOOK_IN_FORCE",
    "PLACE_UNKNOWN",
    "NO_LOCALITY",
    "RULEBOOKS_CONTESTED",
    "RULEBOOK_UNUSABLE",
    "RULEBOOK_UNFIT",
)
# Hours that no document in force judges, in the words of the index: another condition would not find by it.
UNGOVERNED = text("(" + " OR ".join(f"reasons LIKE '%{reason}%'" for reason in LAW_REASONS) + ")")

REPORTS = Table(
    "class_report",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("job_id", Number, ForeignKey("job.id"), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("document", Text, nullable=False),  # report.json, masked, as pages draw it
    Column("facts", Text, nullable=False),  # the facts behind it as earlier versions kept them; empty once sealed
    Column("sha256", SHA256, nullable=False),
    Column("sealed", LargeBinary),  # the facts behind it, unmasked, for judging again, under the key of the class
    Index(None, "class_id"),
    Index("ix_class_report_plain", "id", sqlite_where=text("sealed IS NULL"), postgresql_where=text("sealed IS NULL")),
)
VERDICTS = Table(
    "hour_verdict",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("report_id", Number, ForeignKey("class_report.id"), nullable=False),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("hour_id", String(100), nullable=False),
    Column("day", String(10), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("room", String(100), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("expected", Integer),
    UniqueConstraint("report_id", "hour_id"),
    Index(None, "class_id", "day"),
    Index(None, "status", "id"),
    Index("ix_hour_verdict_ungoverned", "report_id", sqlite_where=UNGOVERNED, postgresql_where=UNGOVERNED),
)
CLASS_DOUBTS = Table(
    "class_doubt",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("fingerprint", SHA256, nullable=False),  # the same doubt in every report that raises it
    Column("kind", String(64), nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("report_id", Number, ForeignKey("class_report.id"), nullable=False),  # the last that raised it
    Column("number", Integer, nullable=False),  # its place there
    Column("stage", String(16), nullable=False),
    Column("last_by", String(80), nullable=False),  # whose step was the last; empty where nobody said anything yet
    UniqueConstraint("class_id", "fingerprint"),
    Index(None, "kind"),
    Index(None, "raised_at"),
    Index(None, "stage", "class_id"),
)
FLAGS = Table(
    "flag",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("report_id", Number, ForeignKey("class_report.id"), nullable=False),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("rule", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "class_id"),
    Index(None, "kind"),
)
