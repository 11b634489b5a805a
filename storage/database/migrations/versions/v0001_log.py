"""The Merkle log."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table("log", sa.Column("log_id", sa.String(32), primary_key=True))
    op.create_table(
        "log_leaf",
        sa.Column("place", Number, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_log_leaf_sha256", "log_leaf", ["sha256"])
    op.create_index("ix_log_leaf_subject", "log_leaf", ["subject"])
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", Number, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "log_head",
        sa.Column("number", Number, primary_key=True),
        sa.Column("size", Number, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
