"""What an authority records about institutions, and each step of it."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Forward only; the new tables are empty, because nothing was recorded before."""
    op.create_table(
        "measure",
        sa.Column("id", Number, primary_key=True),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("locality", sa.String(200), nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id")),
        sa.Column("claim_id", Number, sa.ForeignKey("claim.id")),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("paper", sa.String(100), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date),
        sa.Column("term", sa.Date),
        sa.Column("ended", sa.Date),
        sa.Column("hours", sa.Text, nullable=False),
        sa.Column("people", sa.Text, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_measure_institution_id", "measure", ["institution_id"])
    op.create_index("ix_measure_locality_stage", "measure", ["locality", "stage"])
    op.create_index("ix_measure_class_id", "measure", ["class_id"])
    op.create_table(
        "measure_event",
        sa.Column("measure_id", Number, sa.ForeignKey("measure.id"), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("leaf", Number, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "voucher",
        sa.Column("id", Number, primary_key=True),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("locality", sa.String(200), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("expires", sa.Date),
        sa.Column("class_id", Number, sa.ForeignKey("class.id")),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("number", name="uq_voucher_number"),
    )
    for column in ("institution_id", "locality", "person"):
        op.create_index(f"ix_voucher_{column}", "voucher", [column])
    op.create_table(
        "voucher_step",
        sa.Column("voucher_id", Number, sa.ForeignKey("voucher.id"), primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id")),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id")),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("leaf", Number, nullable=False),
    )
