"""What every query of the history is made of: a statement over sets, narrowed to one claim where asked, and its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal_column

from facts.history import HistoryMatch, HistoryQuestion
from storage.database.tables.history import PARTIES

_ROWS_AT_ONCE = 1_000
_SHOWN = 20
SEPARATOR = "；"


@dataclass(frozen=True, slots=True)
class ClaimScope:
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


WHOLE = ClaimScope()


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """The statement that answers one kind of question, and the match that each of its rows is."""

    statement: Callable[[HistoryQuestion, ClaimScope], "Select[Any]"]
    match: Callable[["Row[Any]", HistoryQuestion], HistoryMatch]

    def matches(
        self, connection: Connection, question: HistoryQuestion, scope: ClaimScope = WHOLE
    ) -> Iterator[HistoryMatch]:
        """What the history shows, row by row as the database finds it."""
        options = {"yield_per": _ROWS_AT_ONCE}
        with connection.execute(self.statement(question, scope), execution_options=options) as rows:
            for row in rows:
                yield self.match(row, question)


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
