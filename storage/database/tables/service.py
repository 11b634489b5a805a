"""What the service works on: classes, their files, uploads under way, jobs, verdicts, events, webhooks."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

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
    Index(None, "class_id"),
    Index(None, "ends_at"),
)
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
    Index(None, "state", "due_at"),
    Index(None, "class_id"),
)
REPORTS = Table(
    "class_report",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("job_id", Number, ForeignKey("job.id"), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("document", Text, nullable=False),  # report.json, masked, as pages draw it
    Column("facts", Text, nullable=False),  # the facts behind it, unmasked, for judging again
    Column("sha256", SHA256, nullable=False),
    Index(None, "class_id"),
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
    Index(None, "status"),
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
EVENTS = Table(
    "event",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("locality", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)
WEBHOOKS = Table(
    "webhook",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("url", String(500), nullable=False),
    Column("kinds", String(200), nullable=False),
    Column("institution_id", Number, ForeignKey("institution.id")),
    Column("area", String(200)),
    Column("salt", String(32), nullable=False),  # the secret is derived from it and never kept
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
DELIVERIES = Table(
    "delivery",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("token", String(32), nullable=False, unique=True),
    Column("webhook_id", Number, ForeignKey("webhook.id"), nullable=False),
    Column("event_id", Number, ForeignKey("event.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("answer", String(200), nullable=False),
    UniqueConstraint("webhook_id", "event_id"),
    Index(None, "state", "due_at"),
)
