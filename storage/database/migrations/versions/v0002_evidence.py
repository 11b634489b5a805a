"""The register of kept evidence: objects, who needs them, holds and deletions."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward only."""
    _objects()
    _uses()
    _holds_and_deletions()


def _objects() -> None:
    op.create_table(
        "evidence_object",
        sa.Column("number", Number, primary_key=True),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("size_bytes", Number, nullable=False),
        sa.Column("keep_until", Moment, nullable=False),
        sa.Column("retain_until", Moment),
        sa.Column("deleted_at", Moment),
        sa.UniqueConstraint(
            "store",
            "sha256",
            "version_id",
            "generation",
            name="uq_evidence_object_store_sha256_version_id_generation",
        ),
    )
    op.create_index("ix_evidence_object_keep_until", "evidence_object", ["keep_until"])
    op.create_index("ix_evidence_object_sha256", "evidence_object", ["sha256"])


def _uses() -> None:
    op.create_table(
        "evidence_use",
        sa.Column("object", Number, sa.ForeignKey("evidence_object.number"), primary_key=True),
        sa.Column("class_id", sa.Text, primary_key=True),
        sa.Column("category", sa.String(16), primary_key=True),
        sa.Column("label", sa.Text, primary_key=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("class_end", sa.Date, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("base", sa.Date, nullable=False),
        sa.Column("keep_until", Moment, nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("recorded_end", sa.Date),
        sa.Column("paid", sa.Date),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
    )
    op.create_index("ix_evidence_use_class_id", "evidence_use", ["class_id"])


def _holds_and_deletions() -> None:
    op.create_table(
        "evidence_hold",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("case_ref", sa.Text, nullable=False),
        sa.Column("placed_by", sa.Text, nullable=False),
        sa.Column("placed_at", Moment, nullable=False),
        sa.Column("settled", sa.Integer, nullable=False),
        sa.Column("released_by", sa.Text, nullable=False),
        sa.Column("released_at", Moment),
    )
    op.create_table(
        "evidence_deletion",
        sa.Column("object", Number, sa.ForeignKey("evidence_object.number"), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("certificate", sa.Text, nullable=False),
        sa.Column("place", Number),
    )
    op.create_index("ix_evidence_deletion_state", "evidence_deletion", ["state"])
