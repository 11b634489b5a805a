"""Indexes for pages of the register: what is live by its end, who needs it, where the log has its deletion."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.drop_index("ix_evidence_object_keep_until", table_name="evidence_object")
    op.create_index("ix_evidence_object_deleted_at_keep_until", "evidence_object", ["deleted_at", "keep_until"])
    op.create_index("ix_evidence_use_institution", "evidence_use", ["institution"])
    op.create_index("ix_evidence_deletion_place", "evidence_deletion", ["place"])
