"""What a request asks of a declared list, what its page shows of it, and its export: one mechanism for every list."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from inspect import Parameter, Signature
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy import ColumnElement, Connection, Table

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Before
from api.http.pagination import after_cursor
from api.http.problem import invalid
from api.http.service import Served
from facts.digest import Digest
from facts.errors import Fault
from facts.span import local_day
from runtime.accounts.caller import Caller
from runtime.evidence_log.log_event import log_event
from runtime.platform.lists import ListPart, ServedList
from runtime.platform.service import Service
from storage.database.accounts.saved_filters import SavedFilter, saved_filters
from storage.database.connection import reading, writing
from storage.database.lists import DESCENDING, ColumnKind, ListPlan, ListQuery
from storage.evidence_log.leaf import LeafKind

_DAY = r"^((19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})?$"
_TYPES: Mapping[ColumnKind, Any] = {
    ColumnKind.WORDS: Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)],
    ColumnKind.CHOICE: Annotated[str, Query(max_length=64, pattern=NO_CONTROLS)],
    ColumnKind.MOMENT: Annotated[str, Query(pattern=_DAY, description="a day of China's calendar")],
    ColumnKind.DAY: Annotated[str, Query(pattern=_DAY, description="a day of China's calendar")],
    ColumnKind.COUNT: Annotated[str, Query(pattern=r"^[0-9]{0,9}$")],
    ColumnKind.NUMBER: Annotated[str, Query(pattern=r"^[0-9]{0,15}$")],
    ColumnKind.MONEY: Annotated[str, Query(pattern=r"^([0-9]{1,10}(\.[0-9]{1,2})?)?$", description="in yuan")],
}
_EXPORTS, _EACH = 60, timedelta(hours=1)  # a file of 20,000 rows costs seconds
_DAYS = {ColumnKind.MOMENT, ColumnKind.DAY}
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def list_query(plan: ListPlan, *, but: tuple[str, ...] = (), paged: bool = True) -> Callable[..., ListQuery]:
    """The dependency that reads a request for the list; its parameters are those of the declared columns.

    ``but`` names those that a route of the JSON API has already, ``paged`` says that the page before is named here.
    """
    kinds = {name: column.kind for column in plan.columns for name in column.fields if name not in but}
    days = {name for name, kind in kinds.items() if kind in _DAYS}

    def read(**sent: str) -> ListQuery:
        given = {name: sent[name].strip() for name in kinds if sent[name].strip()}
        if faults := [Fault(name, text, "a day such as 2026-01-31") for name, text in _no_days(given, days)]:
            raise invalid(*faults)
        return ListQuery(plan, given, sent["sort"], sent.get("before", ""))

    asked = {name: _TYPES[kind] for name, kind in kinds.items()}
    ways = "|".join(f"{DESCENDING}?{name}" for name in plan.orders)
    asked["sort"] = Annotated[str, Query(pattern=f"^({ways})?$", description="a column; with - from its end")]
    asked |= {"before": Before} if paged else {}
    read.__signature__ = Signature(  # type: ignore[attr-defined]  # FastAPI reads a dependency's parameters from it
        [Parameter(name, Parameter.KEYWORD_ONLY, default="", annotation=kind) for name, kind in asked.items()]
    )
    return read


def _no_days(given: Mapping[str, str], days: set[str]) -> Iterator[tuple[str, str]]:
    for name in sorted(days & set(given)):
        try:
            date.fromisoformat(given[name])
        except ValueError:
            yield name, given[name]


def asked_rows(
    connection: Connection, query: ListQuery, table: Table, cursor: str | None, *within: ColumnElement[bool]
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[Any]]]:
    """For a route of the JSON API: the conditions behind its cursor, and the order where one is asked for."""
    if not query.sort:
        return [*query.where(), *after_cursor(table, cursor)], []
    return [*query.where(), *replace(query, before=cursor or "").behind(connection, *within)], query.order()


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as its page draws it: what was asked, where the next page is, and what the reader kept of earlier looks."""

    query: ListQuery
    following: int | None
    saved: tuple[SavedFilter, ...]
    keeps: bool

    @property
    def plan(self) -> ListPlan:
        """The list itself."""
        return self.query.plan

    @property
    def address(self) -> str:
        """What was asked, as it stands in an address."""
        return urlencode(self.query.address)

    @property
    def next_page(self) -> str:
        """The address of the following page."""
        return urlencode(self.query.address | {"before": str(self.following)}) if self.following else ""

    def sorted_by(self, name: str) -> str:
        """``ascending``, ``descending``, or nothing where another column orders the list."""
        if self.query.sort.removeprefix(DESCENDING) != name:
            return ""
        return "descending" if self.query.descending else "ascending"

    def turned(self, name: str) -> str:
        """The address of the same list ordered by the column, the other way round where it is already."""
        way = DESCENDING if self.sorted_by(name) == "ascending" else ""
        return urlencode(dict(self.query.given) | {"sort": f"{way}{name}"})

    def export(self, form: str) -> str:
        """The address at which all of it is handed out."""
        return f"{self.plan.files or self.plan.path}.{form}" + (f"?{self.address}" if self.address else "")

    @property
    def more_asked(self) -> bool:
        """Whether any of the fields that stand folded was used."""
        return any(
            self.query.given.get(name) for column in self.plan.columns if column.folded for name in column.fields
        )


def list_view(service: Service, caller: Caller, query: ListQuery, part: ListPart[Any]) -> ListView:
    """The list as its page draws it."""
    number = caller.account_id
    if number is None:
        return ListView(query, part.following, (), keeps=False)
    with reading(service.engine, "reading saved filters") as connection:
        return ListView(query, part.following, saved_filters(connection, number, query.plan.path), keeps=True)


def serve_exports(router: APIRouter, served: ServedList[Any]) -> None:
    """Adds the addresses at which the list is handed out; what they give is what the filters show to this caller."""
    for form in MEDIA:
        router.add_api_route(
            f"{(served.plan.files or served.plan.path).removeprefix(router.prefix)}.{form}",
            _handed(served, form),
            name=f"{served.plan.name}_{form}",
        )


def _handed(served: ServedList[Any], form: str) -> Callable[..., Response]:
    asking, right = Depends(list_query(served.plan, paged=False)), needs(served.action)

    def handed(service: Served, caller: Annotated[Caller, right], query: Annotated[ListQuery, asking]) -> Response:
        """The list as a file."""
        return _export(service, caller, served, query, form)

    return handed


def _export(service: Service, caller: Caller, served: ServedList[Any], query: ListQuery, form: str) -> Response:
    service.limiter.take("export", caller.key, service.clock(), _EXPORTS, _EACH)
    from report.list_table import list_csv, list_workbook  # noqa: PLC0415 - openpyxl, which few calls need

    with reading(service.engine, f"handing out {served.plan.name}") as connection:
        rows = list(served.every(service, connection, caller, query))
    title = served.plan.text.zh
    content = list_csv(served.heads, rows) if form == "csv" else list_workbook(title, served.heads, rows)
    if served.people:
        told = {"sha256": Digest.of(content).sha256, "rows": len(rows), "asked": query.address}
        with writing(service.engine, "noting an export") as connection:
            log_event(service, connection, LeafKind.EXPORT, caller, f"list {served.plan.name}", told)
    name = f"{title}-{local_day(service.clock()).isoformat()}.{form}"
    return Response(content, media_type=MEDIA[form], headers=disposition(name))
