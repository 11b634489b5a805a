"""Sign-ins by phone."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "checkin",
        sa.Column("nonce", sa.String(32), primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("hour_id", sa.String(80), nullable=False),
        sa.Column("room", sa.String(80), nullable=False),
        sa.Column("trainee", sa.String(80), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("seen_at", Moment),
        sa.Column("at", Moment, nullable=False),
        sa.Column("arrived_at", Moment, nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("witness", sa.String(80), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("leaf", Number, nullable=False),
    )
    op.create_index("ix_checkin_class_id_hour_id", "checkin", ["class_id", "hour_id"])
    op.create_index("ix_checkin_device", "checkin", ["device"])
    op.create_table(
        "roll_hour",
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), primary_key=True),
        sa.Column("hour_id", sa.String(80), primary_key=True),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_roll_hour_starts_at", "roll_hour", ["starts_at"])
    op.create_table(
        "roll_trainee",
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), primary_key=True),
        sa.Column("trainee", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
    )
    op.create_table(
        "roll",
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), primary_key=True),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
    )
