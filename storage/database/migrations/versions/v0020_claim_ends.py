"""What reviewers decide about claims, and for whom each supports money."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "claim_decision",
        sa.Column("claim_id", Number, sa.ForeignKey("claim.id"), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("leaf", Number, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "claim_person",
        sa.Column("claim_id", Number, sa.ForeignKey("claim.id"), primary_key=True, autoincrement=False),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("recipient", sa.String(80), primary_key=True),
        sa.Column("fund", sa.String(200), primary_key=True),
        sa.Column("days", sa.Integer),
        sa.Column("amount_fen", Number, nullable=False),
    )
    op.create_index("ix_claim_person_person", "claim_person", ["person"])
