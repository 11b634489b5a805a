"""Spot checks."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "spot_draw",
        sa.Column("commitment", sa.String(64), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("committed_at", Moment, nullable=False),
        sa.Column("published", sa.Text, nullable=False),
        sa.Column("revealed_at", Moment),
        sa.Column("sheet", sa.Text),
    )
    op.create_index("ix_spot_draw_committed_at", "spot_draw", ["committed_at"])
    op.create_table(
        "spot_class",
        sa.Column(
            "draw", sa.String(64), sa.ForeignKey("spot_draw.commitment", name="fk_spot_class_draw"), primary_key=True
        ),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("locality", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("stratum", sa.Text, nullable=False),
        sa.Column("weight", Number, nullable=False),
        sa.UniqueConstraint("draw", "class_id", name="uq_spot_class_draw_class_id"),
    )
    op.create_index("ix_spot_class_class_id", "spot_class", ["class_id"])
    op.create_table(
        "spot_assignment",
        sa.Column(
            "draw",
            sa.String(64),
            sa.ForeignKey("spot_draw.commitment", name="fk_spot_assignment_draw"),
            primary_key=True,
        ),
        sa.Column("class_id", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("inspector", sa.Text, nullable=False),
        sa.UniqueConstraint("draw", "class_id", "inspector", name="uq_spot_assignment_draw_class_id_inspector"),
    )
    op.create_index("ix_spot_assignment_inspector", "spot_assignment", ["inspector"])
    op.create_table(
        "spot_finding",
        sa.Column(
            "draw", sa.String(64), sa.ForeignKey("spot_draw.commitment", name="fk_spot_finding_draw"), primary_key=True
        ),
        sa.Column("class_id", sa.Text, primary_key=True),
        sa.Column("round", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("first_by", sa.Text, nullable=False),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("second_by", sa.Text),
        sa.Column("second_at", Moment),
        sa.Column("agrees", sa.Boolean),
        sa.Column("dissent", sa.Text, nullable=False),
    )
    op.create_table(
        "spot_hold",
        sa.Column(
            "draw", sa.String(64), sa.ForeignKey("spot_draw.commitment", name="fk_spot_hold_draw"), primary_key=True
        ),
        sa.Column("class_id", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("placed_at", Moment, nullable=False),
        sa.Column("lifted_at", Moment),
        sa.Column("lifted_by", sa.Text, nullable=False),
    )
