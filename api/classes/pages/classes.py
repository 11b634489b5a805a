"""班期: the list to search, and the pages of one class laid out from the pieces of its report."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS, Before, Id
from api.http.render import redirect, render
from api.http.service import Served
from facts.errors import ConflictError
from facts.text import Text
from facts.verdict import Status
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.classes.class_report import class_path, class_with_report
from runtime.verification.queue import ask_verification
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES
from storage.database.verification.worklist import class_lines, classes_by_status, hours_by_status, matching_words

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(10, Text("班期", "Classes"), "/classes", Action.CLASS_READ)
Reading = Annotated[Caller, needs(Action.VERDICT_READ)]
Words = Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)]
NEW = "new"
_ON_PAGE = 50


@router.get("/classes")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLASS_READ)],
    q: Words = "",
    status: Words = "",
    programme: Words = "",
    occupation: Words = "",
    before: Before = "",
) -> Response:
    """The classes within reach, the newest first."""
    asked = {"q": q.strip(), "status": status, "programme": programme.strip(), "occupation": occupation.strip()}
    own = CLASSES.c
    where = [reached(caller)]
    where += [matching_words(asked["q"])] if asked["q"] else []
    where += [own[name].icontains(asked[name], autoescape=True) for name in ("programme", "occupation") if asked[name]]
    where += [own.status.is_(None) if status == NEW else own.status == status] if status else []
    with reading(service.engine, "listing classes") as connection:
        counts = classes_by_status(connection, reached(caller))
        older = [own.id < int(before)] if before else []
        found = class_lines(connection, *where, *older, limit=_ON_PAGE + 1)
        shown = found[:_ON_PAGE]
        hours = hours_by_status(connection, [one.report_id for one in shown if one.report_id])
    given = {name: value for name, value in asked.items() if value}
    following = urlencode(given | {"before": str(shown[-1].id)}) if len(found) > _ON_PAGE else ""
    return render(
        request,
        "classes/classes.html.j2",
        caller,
        found=shown,
        hours=hours,
        counts=counts,
        asked=asked,
        following=following,
        newest=urlencode(given) if before else None,
        statuses=[(one.value, Text(one.zh, one.en)) for one in Status] + [(NEW, Text("尚无报告", "no report yet"))],
    )


@router.get("/classes/{number}")
def one(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """班期月历, and what is to be done."""
    verifies = caller.may(Action.VERDICT_ASK)
    return render(
        request,
        "classes/class.html.j2",
        caller,
        book=class_with_report(service, caller, number),
        here="",
        verifies=verifies,
    )


@router.post("/classes/{number}/verify")
def verify(service: Served, caller: Annotated[Caller, needs(Action.VERDICT_ASK)], number: Id) -> Response:
    """Queues the verification of everything that was uploaded; the same files are never verified twice."""
    with writing(service.engine, "asking for a verification") as connection:
        job = ask_verification(connection, class_for(connection, caller, number), service.clock())
    if job is None:
        raise ConflictError("a class without files", "recordings, a roster and a timetable", "upload them first")
    return redirect(class_path(number))


@router.get("/classes/{number}/doubts")
def doubts(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """The doubts with their clause, their innocent explanations, and what it costs to settle them."""
    return render(
        request, "classes/class_doubts.html.j2", caller, book=class_with_report(service, caller, number), here="/doubts"
    )


@router.get("/classes/{number}/attendance")
def attendance(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """考勤矩阵: trainee × hour, masked, each cell with its sources."""
    return render(
        request,
        "classes/class_attendance.html.j2",
        caller,
        book=class_with_report(service, caller, number),
        here="/attendance",
    )


@router.get("/classes/{number}/inputs")
def inputs(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """What was handed in, what was assumed, and what cannot be known."""
    return render(
        request, "classes/class_inputs.html.j2", caller, book=class_with_report(service, caller, number), here="/inputs"
    )
