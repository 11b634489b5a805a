"""The life of doubts."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "doubt",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("claim", sa.Text, nullable=False),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("text_zh", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
    )
    op.create_index("ix_doubt_claim", "doubt", ["claim"])
    op.create_index("ix_doubt_class_id", "doubt", ["class_id"])
    op.create_table(
        "doubt_event",
        sa.Column("doubt", sa.String(32), sa.ForeignKey("doubt.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("leaf", Number, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
