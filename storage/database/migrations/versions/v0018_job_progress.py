"""How far a job is."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.add_column("job", sa.Column("percent", sa.Integer))
    op.add_column("job", sa.Column("left_s", sa.Integer))
