"""Several nodes of one service: on whose disk an upload's bytes lie, and how often somebody asked any of them.

Classes are counted by their status within an area in an index alone.

What is counted for minutes is written to no journal where the database can do without; after a crash it begins anew.
"""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Uploads that are under way already lie where they are asked for, as before."""
    op.add_column("upload", sa.Column("node", sa.String(100), nullable=False, server_default=""))
    op.create_table(
        "rate_window",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        prefixes=["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else [],
    )
    op.create_index("ix_rate_window_ends_at", "rate_window", ["ends_at"])
    op.create_index("ix_class_status_locality", "class", ["status", "locality"])
