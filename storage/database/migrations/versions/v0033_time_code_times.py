"""In which minutes a time code (亮码) was on a screen, so that recordings are looked at more closely there."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Forward only; of earlier hours nothing is known, and they are looked at as before."""
    op.create_table(
        "time_code_shown",
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), primary_key=True, autoincrement=False),
        sa.Column("hour_id", sa.String(80), primary_key=True),
        sa.Column("minute", Moment, primary_key=True),
    )
