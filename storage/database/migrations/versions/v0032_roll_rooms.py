"""The room of each class hour on the roll, so that the recordings of a room find their classes."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"


def upgrade() -> None:
    """Rolls are made from the classes' files: without them the worker makes them anew, with their rooms."""
    op.add_column("roll_hour", sa.Column("room", sa.String(100)))
    for table in ("roll_hour", "roll_trainee", "roll"):
        op.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
