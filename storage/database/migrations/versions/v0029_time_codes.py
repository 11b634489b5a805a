"""The public keys of time codes (亮码)."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment

revision = "0029"
down_revision = "0027"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "time_code_key",
        sa.Column("public_key", sa.String(64), primary_key=True),
        sa.Column("since", Moment, nullable=False),
    )
