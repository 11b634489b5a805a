"""Lists as they are declared: which columns one may narrow and order them by, and the conditions that come of a request.

A column is ordered by only where an index of its own table holds it and it is never empty, so that a page of a list
is read along that index and nothing is sorted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, FromClause, false, literal, or_, select, tuple_

from facts.span import SHANGHAI
from facts.text import Text

ListCell = str | int | float | None
DESCENDING = "-"
_WHOLE = Text("全部", "all")


class ColumnKind(StrEnum):
    """What a column holds, and so how a list is narrowed by it."""

    WORDS = "words"  # text that holds what is asked for
    CHOICE = "choice"  # one of a few
    MOMENT = "moment"  # between two days of China's calendar
    DAY = "day"  # the same for what is kept as a day
    COUNT = "count"  # at least, at most
    MONEY = "money"  # kept in fen, asked for in yuan
    NUMBER = "number"  # the number of another record, which an address names and no form asks for


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column of a list; without ``cell`` it is no column of the table that is handed out."""

    name: str
    text: Text
    kind: ColumnKind = ColumnKind.WORDS
    narrows: tuple[ColumnElement[Any], ...] = ()  # by which of these the list is narrowed; words by any of them
    orders: ColumnElement[Any] | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
    whole: Text = _WHOLE  # what a form says where none of the choices is made
    cell: Callable[[Any], ListCell] | None = None
    match: Callable[[str], ColumnElement[bool]] | None = None  # narrows in place of columns
    asked: bool = False  # narrowed by a condition that the list's own reader knows

    @property
    def fields(self) -> tuple[str, ...]:
        """The names under which a request narrows by the column."""
        if not self.narrows and not self.asked and self.match is None:
            return ()
        return tuple(f"{self.name}{end}" for end in _ENDS[self.kind])

    @property
    def folded(self) -> bool:
        """Whether its fields stand folded on a page: those of ranges."""
        return self.kind not in {ColumnKind.WORDS, ColumnKind.CHOICE, ColumnKind.NUMBER}


@dataclass(frozen=True, slots=True)
class ListPlan:
    """A list: its columns, the number of its rows, and in what it is looked up."""

    name: str
    text: Text
    path: str
    columns: tuple[ListColumn, ...]
    number: ColumnElement[int] | None  # none where the rows are few and read at once
    rows: FromClause
    newest_first: bool = True
    files: str = ""  # where its files are, if not at the path of its page
    first_sort: str = ""  # how it is ordered where nothing is asked, if not by number
    first_order: Text | None = None  # the same in words

    @property
    def fields(self) -> tuple[str, ...]:
        """Every name under which a request narrows the list."""
        return tuple(name for column in self.columns for name in column.fields)

    @property
    def orders(self) -> dict[str, ListColumn]:
        """The columns by which it may be ordered."""
        return {column.name: column for column in self.columns if column.orders is not None}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a request asks of a list; ``before`` is the number of the last row of the page before."""

    plan: ListPlan
    given: Mapping[str, str]
    sort: str = ""
    before: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether it asks for less than everything."""
        return bool(self.given)

    @property
    def address(self) -> dict[str, str]:
        """What leads to the same list again, from its beginning."""
        return dict(self.given) | ({"sort": self.sort} if self.sort else {})

    @property
    def descending(self) -> bool:
        """Whether it is read from the end."""
        way = self.sort or self.plan.first_sort
        return way.startswith(DESCENDING) if way else self.plan.newest_first

    def where(self) -> list[ColumnElement[bool]]:
        """The conditions for what was given."""
        return [one for column in self.plan.columns for one in _conditions(column, self.given)]

    def order(self) -> list[ColumnElement[Any]]:
        """The columns that it is read along."""
        keys = self._keys()
        return [key.desc() for key in keys] if self.descending else [key.asc() for key in keys]

    def behind(self, connection: Connection, *within: ColumnElement[bool]) -> list[ColumnElement[bool]]:
        """The condition for the rows behind the page before; behind a row that is not in reach there is nothing."""
        if not self.before or self.plan.number is None:
            return []
        *_, number = keys = self._keys()
        if len(keys) == 1:
            return [number < int(self.before) if self.descending else number > int(self.before)]
        last = select(keys[0]).select_from(self.plan.rows).where(number == int(self.before), *within)
        found = connection.execute(last).scalar_one_or_none()
        if found is None:
            return [false()]
        place = tuple_(literal(found, keys[0].type), literal(int(self.before)))
        return [tuple_(*keys) < place if self.descending else tuple_(*keys) > place]

    def _keys(self) -> list[ColumnElement[Any]]:
        column = self.plan.orders.get((self.sort or self.plan.first_sort).removeprefix(DESCENDING))
        first = None if column is None else column.orders
        number = [] if self.plan.number is None else [self.plan.number]
        return number if first is None or first is self.plan.number else [first, *number]


def _conditions(column: ListColumn, given: Mapping[str, str]) -> Iterator[ColumnElement[bool]]:
    if column.match is not None and (text := given.get(column.name, "")):
        yield column.match(text)
    if column.asked or not column.narrows:
        return
    first = column.narrows[0]
    for name, end in zip(column.fields, _ENDS[column.kind], strict=True):
        text = given.get(name, "")
        if not text:
            continue
        if column.kind is ColumnKind.WORDS:
            yield or_(*(one.icontains(text, autoescape=True) for one in column.narrows))
        elif column.kind is ColumnKind.CHOICE:
            yield first == text
        elif column.kind is ColumnKind.NUMBER:
            yield first == int(text)
        else:
            value, least = _READ[column.kind](text, end), end in {"_from", "_least"}
            value = date.fromisoformat(value) if isinstance(first.type, Date) else value
            yield first >= value if least else (first < value if column.kind is ColumnKind.MOMENT else first <= value)


def _midnight(text: str, end: str) -> datetime:
    """The beginning of the day, or of the day after the last."""
    day = datetime.combine(date.fromisoformat(text), datetime.min.time(), SHANGHAI)
    return day + timedelta(days=1) if end == "_to" else day


_BETWEEN, _LIMITS = ("_from", "_to"), ("_least", "_most")
_ENDS: Mapping[ColumnKind, tuple[str, ...]] = {
    ColumnKind.WORDS: ("",),
    ColumnKind.CHOICE: ("",),
    ColumnKind.NUMBER: ("",),
    ColumnKind.MOMENT: _BETWEEN,
    ColumnKind.DAY: _BETWEEN,
    ColumnKind.COUNT: _LIMITS,
    ColumnKind.MONEY: _LIMITS,
}
_READ: Mapping[ColumnKind, Callable[[str, str], Any]] = {
    ColumnKind.MOMENT: _midnight,
    ColumnKind.DAY: lambda text, _: text,
    ColumnKind.COUNT: lambda text, _: int(text),
    ColumnKind.MONEY: lambda text, _: int(Decimal(text) * 100),
}
