"""Lists as the service reads them: a page after another for the console and the API, every row for an export."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Connection

from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from storage.database.lists import ListCell, ListPlan, ListQuery

Row = TypeVar("Row")
MOST_EXPORTED = 20_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ListPart(Generic[Row]):
    """Some rows of a list, and the number behind which it goes on; none where it ends."""

    rows: Sequence[Row]
    following: int | None


@dataclass(frozen=True, slots=True)
class ListRead:
    """One reading of a list: for whom, under which conditions, in the order of which query, and how many rows."""

    service: Service
    connection: Connection
    caller: Caller
    query: ListQuery
    where: Sequence[ColumnElement[bool]]
    limit: int


@dataclass(frozen=True, slots=True)
class ServedList(Generic[Row]):
    """A list with the right that it needs and what reads it.

    ``within`` gives the conditions that hold for the caller whatever is asked, reach before all; ``read`` reads as many
    rows as it is told, in the order that the query gives; ``people`` says that names of people leave with an export.
    """

    plan: ListPlan
    action: Action
    within: Callable[[Caller, ListQuery], list[ColumnElement[bool]]]
    read: Callable[[ListRead], Sequence[Row]]
    number: Callable[[Row], int]
    people: bool = False

    def part(
        self, service: Service, connection: Connection, caller: Caller, query: ListQuery, limit: int
    ) -> ListPart[Row]:
        """The next rows of the list, at most ``limit``."""
        within = self.within(caller, query)
        where = [*within, *query.where(), *query.behind(connection, *within)]
        found = self.read(ListRead(service, connection, caller, query, where, limit + 1))
        shown = found[:limit]
        return ListPart(shown, self.number(shown[-1]) if len(found) > limit else None)

    def rows(
        self,
        service: Service,
        connection: Connection,
        caller: Caller,
        query: ListQuery,
        cursor: str | None,
        limit: int,
        *more: ColumnElement[bool],
    ) -> Sequence[Row]:
        """For a route of the JSON API: as many rows behind its cursor as it asks for, under its own conditions too."""
        asked, within = replace(query, before=cursor or ""), self.within(caller, query)
        where = [*within, *more, *asked.where(), *asked.behind(connection, *within)]
        return self.read(ListRead(service, connection, caller, asked, where, limit))

    def every(
        self, service: Service, connection: Connection, caller: Caller, query: ListQuery
    ) -> Iterator[list[ListCell]]:
        """The cells of every row from the beginning, at most ``MOST_EXPORTED``."""
        cells = [column.cell for column in self.plan.columns if column.cell]
        part, count = replace(query, before=""), 0
        while count < MOST_EXPORTED:
            found = self.part(service, connection, caller, part, min(_AT_ONCE, MOST_EXPORTED - count))
            yield from ([cell(row) for cell in cells] for row in found.rows)
            if found.following is None:
                return
            count += len(found.rows)
            part = replace(part, before=str(found.following))

    @property
    def heads(self) -> list[str]:
        """The heads of an export's columns."""
        return [column.text.zh for column in self.plan.columns if column.cell]
