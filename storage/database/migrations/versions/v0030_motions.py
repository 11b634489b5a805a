"""What moved in recordings, by which footage is known again; filled as classes are verified."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "motion",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("hour_id", sa.String(100), nullable=False),
        sa.Column("camera_id", sa.String(100), nullable=False),
        sa.Column("room", sa.String(200), nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_motion_class_id", "motion", ["class_id"])
    op.create_index("ix_motion_starts_at", "motion", ["starts_at"])
    op.create_table(
        "motion_sketch",
        sa.Column("sketch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("motion_id", Number, primary_key=True, autoincrement=False),
        sa.Column("at_s", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_motion_sketch_motion_id", "motion_sketch", ["motion_id"])
