"""When each worker was last heard of."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "worker",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("seen_at", Moment, nullable=False),
    )
