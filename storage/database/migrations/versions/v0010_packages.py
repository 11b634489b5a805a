"""Sealed packages."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "package",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("report_id", Number, sa.ForeignKey("class_report.id"), nullable=False),
        sa.Column("job_id", Number, sa.ForeignKey("job.id"), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("masked", sa.Boolean, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", Number, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("head_size", Number, nullable=False),
        sa.Column("checks", sa.Integer, nullable=False),
        sa.Column("faults", sa.Integer, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.UniqueConstraint("job_id", "day"),
    )
    op.create_index("ix_package_class_id_day", "package", ["class_id", "day"])
    op.create_index("ix_package_sha256", "package", ["sha256"])
