"""Notes every change of a record that carries weight in the log, within the transaction that makes it.

It listens to the engine, so that no writer can forget it: what a statement is about to change is held against the log
first (a record that was changed behind the program's back is not built upon), and before the transaction is kept one
leaf says what every changed record is now. The leaf takes the time of the newest leaf before it: its place is what counts.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Delete, Engine, Executable, Insert, Table, Update, event, func, insert, select

from storage.database.tables.imprints import IMPRINTS
from storage.evidence_log.imprint import (
    GONE,
    NOTED,
    WEIGHTED,
    ChangedRecords,
    Key,
    compare,
    digest_of_batch,
    digest_of_row,
    key_of,
    key_text,
    keys_of,
    newest_imprints,
    parts,
    rows_by_key,
    weighty,
)
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import appended, queued_state
from storage.evidence_log.rows import Rows

BASELINE = "baseline"
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # of a log that has no leaf yet: no clock is asked here
_PAGE = 500  # records of one leaf, all of which are read to compare one of them
Values = Mapping[str, Any]


def guard(engine: Engine) -> None:
    """Listen to everything that the engine writes."""
    event.listen(engine, "before_execute", _before)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _forget)


def _before(
    connection: Connection, statement: Executable, many: Sequence[Values], one: Values, _: Mapping[str, Any]
) -> None:
    if not isinstance(statement, Insert | Update | Delete) or statement.table not in WEIGHTED:
        return
    table = statement.table
    assert isinstance(table, Table)  # noqa: S101 - the keys of WEIGHTED are
    given: Sequence[Values] = many or ([one] if one else [{}])
    noted = connection.info.setdefault(NOTED, ChangedRecords())
    if isinstance(statement, Insert):
        said = statement.compile().params
        _inserting(connection, noted, table, [{**said, **each} for each in given])
    elif isinstance(statement, Delete) or _weighs(table, statement, given):
        for each in given:
            _changing(connection, noted, table, statement, each)


def _weighs(table: Table, statement: Update, given: Sequence[Values]) -> bool:
    changed = {str(getattr(column, "name", column)) for column in (statement._values or {})} | set(given[0])  # noqa: SLF001 - nothing public tells
    return not (changed & set(table.columns.keys())) <= WEIGHTED[table]


def _inserting(connection: Connection, noted: ChangedRecords, table: Table, rows: Sequence[Values]) -> None:
    own = keys_of(table)
    keys = [tuple(row.get(column.name) for column in own) for row in rows]
    if any(None in key for key in keys):  # the database numbers them: those beyond the last one there is now
        last = connection.execute(select(func.coalesce(func.max(own[0]), 0))).scalar_one()
        noted.above.setdefault(table, last)
        return
    compare(connection, table, rows_by_key(connection, table, keys))  # one that is there already will be refused
    noted.keys.setdefault(table, {}).update((key_text(key), key) for key in keys)


def _changing(
    connection: Connection, noted: ChangedRecords, table: Table, statement: Update | Delete, given: Values
) -> None:
    query = select(*weighty(table)).with_for_update()
    if statement.whereclause is not None:
        query = query.where(statement.whereclause)
    rows = connection.execute(query, given).all()
    fresh, changed = dict[str, str](), dict[str, Key]()
    for row in rows:
        key = key_of(table, row)
        named = key_text(key)
        fresh[named] = digest_of_row(table, row)
        changed[named] = key
    compare(connection, table, fresh)
    noted.keys.setdefault(table, {}).update(changed)


def _commit(connection: Connection) -> None:
    noted: ChangedRecords | None = connection.info.pop(NOTED, None)
    if noted is None:
        return
    for table, last in noted.above.items():
        own = keys_of(table)[0]
        made = connection.execute(select(own).where(own > last)).scalars()
        noted.keys.setdefault(table, {}).update((key_text([number]), (number,)) for number in made)
    said: list[tuple[str, str, str]] = []
    for table, keys in noted.keys.items():
        now = rows_by_key(connection, table, list(keys.values()))
        known = newest_imprints(connection, table.name, [key for key in keys if key not in now])
        said += [(table.name, key, digest) for key, digest in now.items()]
        said += [(table.name, key, GONE) for key in keys if key not in now and key in known]
    note(connection, said)


def _forget(connection: Connection) -> None:
    connection.info.pop(NOTED, None)


def note(connection: Connection, said: Sequence[tuple[str, str, str]], subject: str = "") -> None:
    """One leaf that says what these records are from now on."""
    if not said:
        return
    rows = Rows(connection)
    state = queued_state(rows)
    leaf = Leaf(LeafKind.RECORD, state.latest or _BEGINNING, digest_of_batch(said), subject)
    (place,) = appended(rows, state, [leaf])
    values = [
        {"record_table": table, "record_key": key, "place": place, "sha256": digest} for table, key, digest in said
    ]
    for part in parts(values):
        connection.execute(insert(IMPRINTS), part)


def adopt(connection: Connection) -> None:
    """The records of a database that an earlier version kept, taken as they stand: once, and the log says so."""
    for table in WEIGHTED:
        rows = connection.execute(select(*weighty(table)))
        said = [(table.name, key_text(key_of(table, row)), digest_of_row(table, row)) for row in rows]
        for first in range(0, len(said), _PAGE):
            note(connection, said[first : first + _PAGE], BASELINE)
