"""班期: the list to search, and the pages of one class laid out from the pieces of its report."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS, Id
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import redirect, render
from api.http.service import Served
from facts.recording_origin import HANDED_IN
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.classes.addresses import class_path
from runtime.classes.class_list import CLASS_LIST, STATUSES
from runtime.classes.class_report import class_with_report
from runtime.policy.shelf import shelf_of
from runtime.policy.trial import lapsed_documents, refuse_unless_lapsed
from runtime.spot_checks.class_findings import class_findings
from runtime.verification.queue import require_verification
from storage.database.classes.classes import files
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery
from storage.database.recordings.origins import recorded_here
from storage.database.tables.classes import FILES
from storage.database.verification.worklist import classes_by_status, hours_by_status

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(10, Text("班期", "Classes"), "/classes", Action.CLASS_READ)
Reading = Annotated[Caller, needs(Action.VERDICT_READ)]
_ON_PAGE = 50


@router.get("/classes")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLASS_READ)],
    query: Annotated[ListQuery, Depends(list_query(CLASS_LIST.plan))],
) -> Response:
    """The classes within reach, the newest first or in the order that is asked for."""
    with reading(service.engine, "listing classes") as connection:
        counts = classes_by_status(connection, reached(caller))
        part = CLASS_LIST.part(service, connection, caller, query, _ON_PAGE)
        hours = hours_by_status(connection, [one.report_id for one in part.rows if one.report_id])
    return render(
        request,
        "classes/classes.html.j2",
        caller,
        found=part.rows,
        hours=hours,
        counts=counts,
        view=list_view(service, caller, query, part),
        statuses=STATUSES,
    )


serve_exports(router, CLASS_LIST)


@router.get("/classes/{number}")
def class_overview(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """班期月历, and what is to be done."""
    verifies, opened = caller.may(Action.VERDICT_ASK), class_with_report(service, caller, number)
    return render(
        request,
        "classes/class_overview.html.j2",
        caller,
        opened=opened,
        findings=class_findings(service, caller, opened.owner, opened.institution),
        here="",
        verifies=verifies,
        lapsed=lapsed_documents(service, opened.owner.locality),
    )


@router.post("/classes/{number}/verify")
def verify(
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_ASK)],
    number: Id,
    document: Annotated[str, Form(max_length=100, pattern=NO_CONTROLS)] = "",
    provisional: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Queues the verification of everything that was uploaded; the same files are never verified twice.

    ``provisional`` with a lapsed document tries that one, where none is in force.
    """
    tried = document if provisional else ""
    with reading(service.engine, "opening a class") as connection:
        locality = class_for(connection, caller, number).locality
    refuse_unless_lapsed(service, tried, locality)
    shelf = shelf_of(service)
    with writing(service.engine, "asking for a verification") as connection:
        require_verification(connection, class_for(connection, caller, number), service.clock(), shelf, tried)
    return redirect(class_path(number))


@router.get("/classes/{number}/attendance")
def class_attendance(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """考勤矩阵: trainee × hour, masked, each cell with its sources."""
    return render(
        request,
        "classes/class_attendance.html.j2",
        caller,
        opened=class_with_report(service, caller, number),
        here="/attendance",
    )


@router.get("/classes/{number}/inputs")
def class_inputs(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """What was handed in, what was assumed, and what cannot be known."""
    opened = class_with_report(service, caller, number)
    with reading(service.engine, "reading where recordings come from") as connection:
        recordings = files(connection, FILES.c.class_id == number, FILES.c.role == "recording")
        recorded = recorded_here(connection, number)
    more: dict[str, Any] = {"recordings": recordings, "recorded": recorded, "handed_in": HANDED_IN}
    return render(request, "classes/class_inputs.html.j2", caller, opened=opened, here="/inputs", **more)
