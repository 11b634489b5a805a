"""Recordings without keys are found in an index of their own: every search asks for them, and most have none to find."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Without it each search read the table of everything that ever moved."""
    none = sa.text("keys IS NULL")
    op.create_index("ix_motion_unsketched", "motion", ["id"], sqlite_where=none, postgresql_where=none)
