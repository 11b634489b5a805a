"""What every detector is: a query over sets, words for each row, and what may innocently look the same."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal_column

from facts.history import HistoryDoubt, HistoryPattern
from storage.database.tables.history import PARTIES

_ROWS_AT_ONCE = 1_000
_SHOWN = 20
SEPARATOR = "；"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and what a claim concerns; nothing at all means the whole history."""

    people: tuple[int, ...] = ()
    course: int | None = None
    institution: int | None = None

    def of_people(self, person: "ColumnElement[Any]") -> "list[ColumnElement[bool]]":
        """The condition that keeps to the claim's people."""
        return [person.in_(self.people)] if self.people else []

    def of_course(self, course: "ColumnElement[Any]") -> "list[ColumnElement[bool]]":
        """The condition that keeps to the claimed class."""
        return [course == self.course] if self.course is not None else []

    def of_institution(self, institution: "ColumnElement[Any]") -> "list[ColumnElement[bool]]":
        """The condition that keeps to the claiming institution."""
        return [institution == self.institution] if self.institution is not None else []


WHOLE = Scope()
Params = Mapping[str, int]
Query = Callable[[Params, Scope], "Select[Any]"]
Told = Callable[["Row[Any]", Params], HistoryDoubt]


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector; ``of_claims`` says whether a single claim can show what it looks for."""

    about: HistoryPattern
    query: Query
    told: Told
    of_claims: bool = True

    def doubts(self, connection: Connection, params: Params, scope: Scope = WHOLE) -> Iterator[HistoryDoubt]:
        """What the history shows, row by row as the database finds it."""
        own = {each.name: each.default for each in self.about.parameters} | dict(params)
        options = {"yield_per": _ROWS_AT_ONCE}
        with connection.execute(self.query(own, scope), execution_options=options) as rows:
            for row in rows:
                yield self.told(row, own)


def day_of(ordinal: int) -> date:
    """The calendar day of a number of days."""
    return date.fromordinal(ordinal)


def party(name: str) -> Any:  # noqa: ANN401 - an alias has no type of its own
    """The parties once more, under another name in the query."""
    return PARTIES.alias(name)


def called(of: Any) -> "ColumnElement[str]":  # noqa: ANN401 - as above
    """How a party is called, by its code where it has no name."""
    return func.coalesce(func.nullif(of.c.name, literal_column("''")), of.c.code)


def joined(values: "ColumnElement[Any]") -> "ColumnElement[str]":
    """The group's values as one text."""
    return func.aggregate_strings(values, SEPARATOR)


def parts(text: str | None) -> tuple[str, ...]:
    """The first few of the joined values, each once."""
    found = tuple(dict.fromkeys((text or "").split(SEPARATOR)))
    return found if len(found) <= _SHOWN else (*found[:_SHOWN], f"…（{len(found)}）")
