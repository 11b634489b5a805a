"""Longer keys of what moved, and each recording's own list of them; those of before are made anew by the next search."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Keys of other lengths meet nothing: without them a recording is sketched anew from its stored movements."""
    op.execute(sa.text("DELETE FROM motion_sketch"))
    op.drop_index("ix_motion_sketch_motion_id", "motion_sketch")
    op.add_column("motion", sa.Column("keys", sa.LargeBinary))
