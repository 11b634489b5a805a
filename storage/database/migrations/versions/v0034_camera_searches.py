"""Searches for cameras: asked for by a page, done by a recorder."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """A table of its own; nothing that was there changes."""
    op.create_table(
        "camera_search",
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), primary_key=True, autoincrement=False),
        sa.Column("asked_by", sa.String(40), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("taken_at", Moment),
        sa.Column("done_at", Moment),
        sa.Column("result", sa.Text, nullable=False),
    )
