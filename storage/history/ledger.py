"""Which files were taken in, when and how many rows: the same file twice changes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from sqlalchemy import Connection, func, insert, select

from facts.id_number import masked_id
from facts.registry import Registry, RegistryRow
from storage.database.tables import history as t
from storage.history.keys import HistoryKeys
from storage.history.loader import analyse, load

_COUNTED = {
    "persons": t.PERSONS,
    "classes": t.CLASSES,
    "enrolments": t.ENROLMENTS,
    "sessions": t.SESSIONS,
    "certificates": t.CERTIFICATES,
    "employments": t.EMPLOYMENTS,
    "standings": t.STANDINGS,
    "posts": t.POSTS,
    "sanctions": t.SANCTIONS,
    "catalogue": t.CATALOGUE,
}
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Export:
    """One file of a registry: its digest, its name, the day whose truth it tells, and when it is taken in."""

    sha256: str
    registry: Registry
    file: str
    seen: date
    at: datetime
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """One line of the ledger."""

    file: str
    registry: str
    at: datetime
    seen: date
    rows: int
    left_out: int


def anything(connection: Connection) -> bool:
    """Whether the history knows a single thing; an empty one answers nothing and must not pass for one that does."""
    return any(connection.execute(select(1).select_from(table).limit(1)).first() for table in _COUNTED.values())


def take_in(
    connection: Connection,
    export: Export,
    rows: Sequence[RegistryRow],
    keys: HistoryKeys,
    told: Callable[[int], None] = lambda _: None,
) -> bool:
    """Load the file's rows in the caller's transaction; ``False`` where that very file was taken in before."""
    own = t.IMPORTS.c.sha256 == export.sha256, t.IMPORTS.c.registry == export.registry.value
    if connection.execute(select(t.IMPORTS.c.id).where(*own)).first():
        return False
    load(connection, rows, keys, export.seen, told)
    connection.execute(
        insert(t.IMPORTS).values(
            sha256=export.sha256,
            registry=export.registry.value,
            file=_without_numbers(export.file),
            at=export.at,
            seen_day=export.seen.toordinal(),
            rows=len(rows),
            left_out=export.left_out,
        )
    )
    analyse(connection)
    return True


def _without_numbers(file: str) -> str:
    """A file may be called by somebody's ID number."""
    name = PurePath(file).name
    return name if sum(sign.isdigit() for sign in name) < _DIGITS else masked_id(name)


def imports(connection: Connection) -> tuple[Import, ...]:
    """The ledger, oldest first."""
    m = t.IMPORTS
    return tuple(
        Import(row.file, row.registry, row.at, date.fromordinal(row.seen_day), row.rows, row.left_out)
        for row in connection.execute(select(m).order_by(m.c.id))
    )


def counts(connection: Connection) -> dict[str, int]:
    """How many rows the history has of each kind."""
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in _COUNTED.items()
    }
