"""Classes and their files, uploads, jobs, reports with verdicts and flags, events, webhooks and their deliveries."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "class",
        sa.Column("id", Number, primary_key=True),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("locality", sa.String(200), nullable=False),
        sa.Column("programme", sa.String(200), nullable=False),
        sa.Column("trainee_group", sa.String(200), nullable=False),
        sa.Column("occupation", sa.String(200), nullable=False),
        sa.Column("level", sa.String(100), nullable=False),
        sa.Column("policy", sa.String(100), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("report_id", Number),
        sa.Column("status", sa.String(16)),
        sa.UniqueConstraint("institution_id", "code"),
    )
    op.create_index("ix_class_locality", "class", ["locality"])
    op.create_index("ix_class_status", "class", ["status"])
    op.create_table(
        "webhook",
        sa.Column("id", Number, primary_key=True),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("kinds", sa.String(200), nullable=False),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id")),
        sa.Column("area", sa.String(200)),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
    )
    op.create_table(
        "class_file",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("size_bytes", Number, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_by", sa.String(40), nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.UniqueConstraint("class_id", "name"),
    )
    op.create_index("ix_class_file_sha256", "class_file", ["sha256"])
    op.create_table(
        "event",
        sa.Column("id", Number, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("locality", sa.String(200), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "job",
        sa.Column("id", Number, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(128), nullable=False, unique=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("lease", sa.String(32), nullable=False),
        sa.Column("lease_until", Moment),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("done_at", Moment),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
    )
    op.create_index("ix_job_class_id", "job", ["class_id"])
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"])
    op.create_table(
        "class_report",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("job_id", Number, sa.ForeignKey("job.id"), nullable=False, unique=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_index("ix_class_report_class_id", "class_report", ["class_id"])
    op.create_table(
        "delivery",
        sa.Column("id", Number, primary_key=True),
        sa.Column("token", sa.String(32), nullable=False, unique=True),
        sa.Column("webhook_id", Number, sa.ForeignKey("webhook.id"), nullable=False),
        sa.Column("event_id", Number, sa.ForeignKey("event.id"), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("answer", sa.String(200), nullable=False),
        sa.UniqueConstraint("webhook_id", "event_id"),
    )
    op.create_index("ix_delivery_state_due_at", "delivery", ["state", "due_at"])
    op.create_table(
        "upload",
        sa.Column("id", Number, primary_key=True),
        sa.Column("token", sa.String(43), nullable=False, unique=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("length", Number, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("caller", sa.String(40), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("file_id", Number, sa.ForeignKey("class_file.id")),
    )
    op.create_index("ix_upload_class_id", "upload", ["class_id"])
    op.create_index("ix_upload_ends_at", "upload", ["ends_at"])
    op.create_table(
        "flag",
        sa.Column("id", Number, primary_key=True),
        sa.Column("report_id", Number, sa.ForeignKey("class_report.id"), nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_flag_class_id", "flag", ["class_id"])
    op.create_index("ix_flag_kind", "flag", ["kind"])
    op.create_table(
        "hour_verdict",
        sa.Column("id", Number, primary_key=True),
        sa.Column("report_id", Number, sa.ForeignKey("class_report.id"), nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("hour_id", sa.String(100), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("room", sa.String(100), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("expected", sa.Integer),
        sa.UniqueConstraint("report_id", "hour_id"),
    )
    op.create_index("ix_hour_verdict_class_id_day", "hour_verdict", ["class_id", "day"])
    op.create_index("ix_hour_verdict_status", "hour_verdict", ["status"])
