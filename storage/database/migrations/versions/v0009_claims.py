"""Claims with their screenings."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "claim",
        sa.Column("id", Number, primary_key=True),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("locality", sa.String(200), nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("newest", sa.Integer, nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("size_bytes", Number, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("outcome", sa.Integer, nullable=False),
        sa.Column("claimed_fen", Number),
        sa.Column("supported_fen", Number, nullable=False),
        sa.Column("unproven_fen", Number, nullable=False),
        sa.Column("doubts", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_claim_newest", "claim", ["institution_id", "code", "version"], unique=True)
    op.create_index("ix_claim_locality_newest", "claim", ["locality", "newest"])
