"""How often somebody asked for something within minutes, counted over all nodes of a service."""

from sqlalchemy import Column, Integer, Table

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment

RATE_WINDOWS = Table(
    "rate_window",
    METADATA,
    Column("key", SHA256, primary_key=True),  # of what is asked for and by whom
    Column("ends_at", Moment, nullable=False, index=True),
    Column("requests", Integer, nullable=False),
)
