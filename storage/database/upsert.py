"""An insertion that may meet a row that is there already, as each database writes it."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_over(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The insertion; its ``on_conflict_…`` says what becomes of the other row."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
