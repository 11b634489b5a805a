"""监管: what is recorded within reach, one record with its life and its clauses, its steps, and the letter to print."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import Before, Id, Word
from api.http.render import lang_of, render
from api.http.service import Served
from facts.errors import NotFoundError
from facts.span import local_day
from facts.supervision import MeasureDeed, MeasureKind, MeasureStage
from facts.text import Text
from pipeline.accounts.rights import OF_AREA, Action
from report.measure_letter import measure_letter_page
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from runtime.supervision.clauses import measure_clauses
from runtime.supervision.letter import about, has_letter, measure_letter, people_shown
from runtime.supervision.measures import may_step, measure_view, seen
from runtime.supervision.worklist import waiting
from storage.database.accounts.accounts import accounts
from storage.database.connection import reading
from storage.database.supervision.measures import measures
from storage.database.tables.supervision import MEASURES

router = APIRouter(include_in_schema=False, prefix="/supervision")
NAV = MenuEntry(32, Text("监管", "Supervision"), "/supervision", Action.SUPERVISION_READ)
Reading = Annotated[Caller, needs(Action.SUPERVISION_READ)]
MINE = "mine"
STAGES = {one.value: one.text for one in MeasureStage} | {MINE: Text("等我办理", "waiting for me")}
_ON_PAGE = 50


@router.get("")
def listed(
    request: Request, service: Served, caller: Reading, stage: Word = "", kind: Word = "", before: Before = ""
) -> Response:
    """What is recorded within reach, the newest first."""
    own = MEASURES.c
    where = [*seen(caller)]
    where += [waiting(caller)] if stage == MINE else [own.stage == stage] if stage else []
    where += [own.kind == kind] if kind else []
    where += [own.id < int(before)] if before else []
    with reading(service.engine, "listing supervision") as connection:
        found = measures(connection, *where, limit=_ON_PAGE + 1)
        rows = [(row, about(connection, row)) for row in found[:_ON_PAGE]]
    return render(
        request,
        "supervision/measures.html.j2",
        caller,
        rows=rows,
        stages=STAGES,
        kinds=_kinds(caller),
        stage=stage,
        kind=kind,
        more=str(found[_ON_PAGE - 1].id) if len(found) > _ON_PAGE else "",
        may_write=caller.may(Action.SUPERVISION_WRITE),
        today=local_day(service.clock()),
    )


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


def _kinds(caller: Caller) -> list[tuple[str, Text]]:
    """The kinds that this reader can meet."""
    inside = caller.role in OF_AREA
    return [(one.value, one.text) for one in MeasureKind if inside or one.told]
