"""Failed sign-ins by name and place together; what was counted by name alone is forgotten, as a day would do anyway."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment

revision = "0025"
down_revision = "0023"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.drop_table("attempt")
    op.create_table(
        "attempt",
        sa.Column("key_sha256", sa.String(64), primary_key=True),
        sa.Column("name_sha256", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("locked_until", Moment),
    )
    op.create_index("ix_attempt_last_at", "attempt", ["last_at"])
    op.create_index("ix_attempt_name_sha256", "attempt", ["name_sha256"])
