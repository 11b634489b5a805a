"""What the log holds of every record that carries weight, and the audits that compare them."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read. Records that are there get theirs afterwards."""
    op.create_table(
        "record_imprint",
        sa.Column("record_table", sa.String(40), primary_key=True),
        sa.Column("record_key", sa.Text, primary_key=True),
        sa.Column("place", Number, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_imprint_place", "record_imprint", ["place"])
    op.create_table(
        "record_audit",
        sa.Column("id", Number, primary_key=True),
        sa.Column("begun_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("records", Number, nullable=False),
        sa.Column("leaves", Number, nullable=False),
        sa.Column("fault_count", Number, nullable=False),
        sa.Column("faults", sa.Text, nullable=False),
    )
