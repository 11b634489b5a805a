"""Rows as frozen records, joined by the names of columns and fields; in which order either lists them does not matter."""

from collections.abc import Callable
from dataclasses import Field, fields
from functools import lru_cache
from itertools import starmap
from operator import itemgetter
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import ColumnElement, FromClause, Result, Row

from facts.errors import InternalError


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]  # Any: a field may be of any type

    def __init__(self, *values: object, **named: object) -> None: ...


Record = TypeVar("Record", bound=_Dataclass)
Names = tuple[str, ...]


def columns_for(
    record: type[_Dataclass], table: FromClause, **elsewhere: ColumnElement[Any]
) -> tuple[ColumnElement[Any], ...]:
    """A column for each field, under its name: the expression given for it, or else the table's column of that name."""
    names = tuple(field.name for field in fields(record))
    _same_names(record, names, (*elsewhere, *(name for name in names if name not in elsewhere and name in table.c)))
    return tuple(elsewhere[name].label(name) if name in elsewhere else table.c[name] for name in names)


def record_of(record: type[Record], row: Row[*tuple[Any, ...]], *, beside: Names = (), **read: object) -> Record:
    """The record that the row spells; each of its columns must be a field, save those ``beside``.

    ``read`` gives the fields whose column holds them in another form, or that have none.
    """
    names, values = _fields_from(record, row._fields, beside, tuple(read))
    return record(**dict(zip(names, values(row), strict=True)), **read) if read else record(*values(row))


def records_of(record: type[Record], rows: Result[*tuple[Any, ...]]) -> tuple[Record, ...]:
    """The same for every row of an answer; names are compared once."""
    _, values = _fields_from(record, tuple(rows.keys()), (), ())
    return tuple(starmap(record, map(values, rows)))


@lru_cache(maxsize=512)
def _fields_from(
    record: type[_Dataclass], columns: Names, beside: Names, read: Names
) -> tuple[Names, Callable[[Row[*tuple[Any, ...]]], tuple[Any, ...]]]:
    """The fields that a row's columns fill, and how to take their values from it in the order of the fields."""
    names = tuple(field.name for field in fields(record))
    unread = [name for name in names if name not in read]
    _same_names(record, (*names, *beside), (*columns, *(name for name in read if name not in columns)))
    places = [columns.index(name) for name in unread]
    if len(places) > 1:
        return tuple(unread), itemgetter(*places)
    return tuple(unread), lambda row: tuple(row[place] for place in places)  # itemgetter makes no tuple of one


def _same_names(record: type[_Dataclass], wanted: Names, got: Names) -> None:
    missing = [name for name in wanted if name not in got]
    surplus = [name for place, name in enumerate(got) if name not in wanted or name in got[:place]]
    if missing or surplus:
        raise InternalError(
            f"{record.__name__}: got no column for {missing} and for no field the columns {surplus},"
            " expected one column for each field; correct the query or the record"
        )
