"""监管: what is recorded within reach, one record with its life and its clauses, its steps, and the letter to print."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import Id
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import lang_of, render
from api.http.service import Served
from facts.errors import NotFoundError
from facts.span import local_day
from facts.supervision import MeasureDeed
from facts.text import Text
from pipeline.accounts.rights import Action
from report.measure_letter import measure_letter_page
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from runtime.supervision.clauses import measure_clauses
from runtime.supervision.letter import about, has_letter, measure_letter, people_shown
from runtime.supervision.measure_list import MEASURE_LIST
from runtime.supervision.measures import may_step, measure_view
from storage.database.accounts.accounts import accounts
from storage.database.connection import reading
from storage.database.lists import ListQuery

router = APIRouter(include_in_schema=False, prefix="/supervision")
NAV = MenuEntry(32, Text("监管", "Supervision"), "/supervision", Action.SUPERVISION_READ)
Reading = Annotated[Caller, needs(Action.SUPERVISION_READ)]
_ON_PAGE = 50


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    query: Annotated[ListQuery, Depends(list_query(MEASURE_LIST.plan))],
) -> Response:
    """What is recorded within reach, the newest first."""
    with reading(service.engine, "listing supervision") as connection:
        part = MEASURE_LIST.part(service, connection, caller, query, _ON_PAGE)
    return render(
        request,
        "supervision/measures.html.j2",
        caller,
        found=part.rows,
        view=list_view(service, caller, query, part),
        may_write=caller.may(Action.SUPERVISION_WRITE),
    )


serve_exports(router, MEASURE_LIST)


@router.get("/{number}")
def one(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """One record: what was found, what follows by which clause, and whose turn it is."""
    return measure_page(request, service, caller, number)


@router.get("/{number}/letter.html")
def letter(
    request: Request,
    service: Served,
    caller: Reading,
    number: Id,
    lang: Annotated[str, Query(pattern="^[a-z]{0,2}$")] = "",
) -> Response:
    """The letter, one sheet to print."""
    with reading(service.engine, "reading supervision") as connection:
        view = measure_view(connection, caller, number)
        if not has_letter(caller, view.row):
            raise NotFoundError("函件", "letter")
        found = measure_letter(service, connection, view)
    page = measure_letter_page(found, lang or lang_of(request))
    return Response(page, media_type="text/html; charset=utf-8", headers=disposition(f"监管记录-{number}.html"))


def measure_page(
    request: Request,
    service: Service,
    caller: Caller,
    number: int,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    given: str = "",
    reporter: str = "",
) -> Response:
    """The record's page, with whatever was wrong with a step."""
    with reading(service.engine, "reading supervision") as connection:
        view = measure_view(connection, caller, number)
        matter = about(connection, view.row)
        people = {f"account:{one.id}": one.shown for one in accounts(connection)}
    row = view.row
    return render(
        request,
        "supervision/measure.html.j2",
        caller,
        status,
        row=row,
        view=view,
        about=matter,
        people=people,
        named=people_shown(view),
        clauses=measure_clauses(shelf_of(service), row.locality, row.of, row.first),
        may={deed.value: may_step(caller, view.case, deed) for deed in MeasureDeed},
        may_reporter=caller.may(Action.REPORTER_VIEW) and bool(view.words.reporter),
        reporter=reporter,
        has_letter=has_letter(caller, row),
        faults=faults,
        given=given,
        today=local_day(service.clock()),
    )
