"""What registries say was paid, each row for itself: stages of one class no longer overwrite each other."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Number

revision = "0014"
down_revision = "0013"

_KEY = ("person", "class_id", "first_day", "last_day", "programme", "days", "amount_fen", "paid_year")


def upgrade() -> None:
    """Forward only; what was imported before is carried over as the registry last stated it."""
    numbers = [name for name in _KEY if name != "programme"]
    op.create_table(
        "history_payment",
        *(sa.Column(name, Number, autoincrement=False, nullable=False) for name in numbers[:4]),
        sa.Column("programme", sa.String(length=80), nullable=False),
        *(sa.Column(name, Number, autoincrement=False, nullable=False) for name in numbers[4:]),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint(*_KEY, name="pk_history_payment"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO history_payment (person, class_id, first_day, last_day, programme, days, amount_fen, paid_year,"
        " seen_day) SELECT e.person, e.class_id, e.first_day, e.last_day, substr(c.programme, 1, 80),"
        " coalesce(e.days, 0), coalesce(e.amount_fen, 0), coalesce(e.paid_year, 0), e.seen_day"
        " FROM history_enrolment e JOIN history_class c ON c.id = e.class_id"
        " WHERE coalesce(e.amount_fen, 0) > 0 OR e.paid_year IS NOT NULL"
    )
