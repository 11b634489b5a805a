"""Reviews of class hours by people."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "hour_review",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("report_id", Number, sa.ForeignKey("class_report.id"), nullable=False),
        sa.Column("hour_id", sa.String(100), nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("self_marked", sa.Boolean, nullable=False),
        sa.Column("first_by", sa.String(80), nullable=False),
        sa.Column("drawn", sa.String(80), nullable=False),
        sa.Column("recused", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("pending", sa.Text, nullable=False),
    )
    op.create_index("ix_hour_review_class_id_hour_id", "hour_review", ["class_id", "hour_id"])
    op.create_index("ix_hour_review_drawn_state", "hour_review", ["drawn", "state"])
