"""What lists are ordered by has its index, and an account keeps its filters."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0043"
down_revision = "0042"
_INDEXES = {
    "class": (["made_at"], ["name", "id"], ["code", "id"], ["programme", "id"], ["occupation", "id"]),
    "class_doubt": (["kind"], ["raised_at"]),
    "claim": (["made_at"], ["code", "id"], ["supported_fen", "id"], ["unproven_fen", "id"], ["doubts", "id"]),
    "package": (["day", "id"], ["size_bytes", "id"], ["made_at"]),
    "camera": (["room", "id"],),
    "log_leaf": (["at"],),
    "roll_trainee": (["name"], ["tail"]),
}


def upgrade() -> None:
    """Forward only; no row is touched."""
    for table, indexes in _INDEXES.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    op.create_table(
        "saved_filter",
        sa.Column("id", Number, primary_key=True),
        sa.Column("account_id", Number, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("path", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.UniqueConstraint("account_id", "path", "name"),
    )
