"""Which jobs somebody waits for, so that they are done before those that the program asked for by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0039"


def upgrade() -> None:
    """Jobs that are there already are of the first rank."""
    op.add_column("job", sa.Column("rank", sa.Integer, nullable=False, server_default="0"))
    op.drop_index("ix_job_state_due_at", "job")
    op.create_index("ix_job_state_rank_due_at", "job", ["state", "rank", "due_at"])
