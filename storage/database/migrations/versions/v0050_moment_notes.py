"""Notes at moments of recordings."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Forward only; the new table is empty, because nothing was noted before."""
    op.create_table(
        "moment_note",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("camera", sa.String(200), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_index("ix_moment_note_class_id_at", "moment_note", ["class_id", "at"])
