"""Many rows inserted or updated at once, in the fastest way that each database has."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Table,
    column,
    func,
    literal_column,
    null,
    select,
    text,
)
from sqlalchemy import table as bare_table
from sqlalchemy.dialects import postgresql, sqlite

Values = Sequence[object]
_FORGETS = frozenset({"to_day"})  # a newer export may take an end back; nothing else that it leaves blank is lost
_FEW = 500  # so few rows are sent faster than a table is made for them
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def upsert(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Write the rows in the order of the table's columns; what a later export said stands against an earlier one."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_statement(table, connection.dialect), [tuple(row) for row in rows])
    elif len(rows) <= _FEW:
        named = [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
        # Only an insert that returns something is sent by the hundred rows; what it returns is not needed.
        connection.execute(_settled(postgresql.insert(table), table).returning(next(iter(table.primary_key))), named)
    else:
        _copy(connection, table, rows)


@lru_cache(maxsize=64)
def _statement(table: Table, dialect: Dialect) -> str:
    filled = sqlite.insert(table).values(dict.fromkeys(table.columns.keys()))
    return str(_settled(filled, table).compile(dialect=dialect))


def _copy(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    stage = f"stage_{table.name}"
    connection.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS {stage} (LIKE {table.name}) ON COMMIT DROP"))
    cursor: Any = connection.connection.cursor()
    cursor.execute(f"COPY {stage} FROM STDIN", stream=BytesIO(_lines(rows)))  # pg8000's own argument
    staged = bare_table(stage, *(column(each.name, each.type) for each in table.columns))
    filled = postgresql.insert(table).from_select(table.columns.keys(), select(staged))
    connection.execute(_settled(filled, table))
    connection.execute(text(f"TRUNCATE {stage}"))


def _lines(rows: Iterable[Values]) -> bytes:
    return "".join("\t".join(map(_copied, row)) + "\n" for row in rows).encode()


def _copied(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value).translate(_ESCAPES)


def _settled(filled: "sqlite.Insert | postgresql.Insert", table: Table) -> "sqlite.Insert | postgresql.Insert":
    """What happens to a row whose key is there already."""
    keys = [each.name for each in table.primary_key]
    new = filled.excluded
    if "digest" in table.c:
        # Two texts with one key would become one person; a column that may not be empty refuses them.
        return filled.on_conflict_do_update(
            index_elements=keys, set_={"digest": null()}, where=table.c.digest != new.digest
        )
    values = {each.name: _kept(new[each.name], each) for each in table.columns if each.name not in keys}
    if not values:
        return filled.on_conflict_do_nothing(index_elements=keys)
    newer = new.seen_day >= table.c.seen_day if "seen_day" in table.c else None
    return filled.on_conflict_do_update(index_elements=keys, set_=values, where=newer)


def _kept(new: "ColumnElement[object]", old: "ColumnElement[object]") -> "ColumnElement[object]":
    if old.name in _FORGETS:
        return new
    if isinstance(old.type, Integer):
        return func.coalesce(new, old)
    return func.coalesce(func.nullif(new, literal_column("''")), old)
