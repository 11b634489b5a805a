"""Rulebooks that were handed in, with two signatures."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "rulebook",
        sa.Column("id", Number, primary_key=True),
        sa.Column("book_id", sa.String(100), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("effective", sa.String(10), nullable=False),
        sa.Column("handed_in_by", sa.String(80), nullable=False),
        sa.Column("handed_in_at", Moment, nullable=False),
        sa.Column("leaf", Number, nullable=False),
        sa.Column("signed_by", sa.String(80)),
        sa.Column("signed_at", Moment),
        sa.Column("signed_leaf", Number),
        sa.UniqueConstraint("book_id", "version"),
    )
    op.create_index("ix_rulebook_effective", "rulebook", ["effective"])
