"""Facts under a key of their class; rows that are plain are sealed by the worker, which has the keys."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "institution_key",
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), primary_key=True, autoincrement=False),
        sa.Column("under", sa.String(16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_table(
        "class_key",
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), primary_key=True, autoincrement=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("destroyed_at", Moment),
    )
    op.add_column("class_report", sa.Column("sealed", sa.LargeBinary))
    plain = sa.text("sealed IS NULL")
    op.create_index("ix_class_report_plain", "class_report", ["id"], sqlite_where=plain, postgresql_where=plain)
