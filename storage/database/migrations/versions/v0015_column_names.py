"""How institutions call the columns of their tables."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "column_name",
        sa.Column("id", Number, primary_key=True),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("header", sa.String(80), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("leaf", Number, nullable=False),
        sa.UniqueConstraint("institution_id", "role", "header"),
    )
