"""摄像机: the cameras that the service records for an institution; how each stands, a form, and a trial at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.fields import NO_CONTROLS, Id, Short
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import redirect, render
from api.http.service import Served
from facts.errors import NotFoundError
from facts.refusals import Refusal, RefusalsError
from facts.span import local
from facts.text import Text
from ingest.cameras.address import hidden
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.recordings.camera_condition import CameraStanding, reason_text, standings, trial_standing
from runtime.recordings.camera_list import CAMERA_LIST
from runtime.recordings.camera_refusals import CameraRequest
from runtime.recordings.camera_register import (
    camera_for,
    cameras_within,
    correct_camera,
    drop_camera,
    make_camera,
    try_now,
)
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery
from storage.database.recordings.cameras import CameraFields, KeptCamera
from storage.database.recordings.trials import newest_trial
from storage.database.tables.cameras import CAMERAS

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(51, Text("摄像机", "Recording"), "/cameras", Action.RECORDING_READ)
Looking = Annotated[Caller, needs(Action.RECORDING_READ)]
Keeping = Annotated[Caller, needs(Action.RECORDING_WRITE)]
Line = Annotated[Short, Form()]
Address = Annotated[str, Form(max_length=500, pattern=NO_CONTROLS)]
Host = Annotated[str, Query(max_length=45, pattern=r"^[0-9.]*$")]
Choice = Annotated[str, Form(pattern=r"^[a-z]{0,16}$")]
_BLANK = CameraRequest("", "rtsp://")
_ON_PAGE, _SHOWN, _TASKS = 100, 12, 6


def camera_form(
    room: Line = "",
    name: Line = "",
    address: Address = "",
    sub_address: Address = "",
    user: Line = "",
    password: Line = "",
    transport: Choice = "tcp",
    plan: Choice = "timetable",
    audio: Choice = "",
    enabled: Choice = "",
) -> CameraRequest:
    """What the form says."""
    return CameraRequest(
        room=room.strip(),
        address=address.strip(),
        name=name.strip(),
        sub_address=sub_address.strip(),
        user=user.strip(),
        password=password,
        transport=transport,
        plan=plan,
        audio=audio == "yes",
        enabled=enabled == "yes",
    )


Given = Annotated[CameraRequest, Depends(camera_form)]


@router.get("/cameras")
def listed(
    request: Request,
    service: Served,
    caller: Looking,
    query: Annotated[ListQuery, Depends(list_query(CAMERA_LIST.plan))],
) -> Response:
    """Every camera within reach."""
    with reading(service.engine, "listing cameras") as connection:
        part = CAMERA_LIST.part(service, connection, caller, query, _ON_PAGE)
    return render(
        request,
        "recordings/cameras.html.j2",
        caller,
        found=part.rows,
        view=list_view(service, caller, query, part),
        keeps=_keeps(caller),
        reason=reason_text,
    )


serve_exports(router, CAMERA_LIST)


@router.get("/new-camera")
def blank(request: Request, caller: Keeping, host: Host = "") -> Response:
    """An empty form, or one for a camera that was found."""
    return _form(request, caller, replace(_BLANK, address=f"rtsp://{host}/") if host else _BLANK)


@router.post("/new-camera")
def make(request: Request, service: Served, caller: Keeping, given: Given) -> Response:
    """The new camera, and on to its page, where it can be tried at once."""
    try:
        with writing(service.engine, "keeping a camera") as connection:
            made = make_camera(service, connection, caller, given)
    except RefusalsError as refused:
        return _form(request, caller, given, refused.refusals)
    return redirect(f"/cameras/{made.id}")


@router.get("/cameras/{number}")
def one(request: Request, service: Served, caller: Looking, number: Id) -> Response:
    """One camera: how it stands, what is missing today, what a trial found."""
    with reading(service.engine, "reading a camera") as connection:
        (found,) = standings(connection, [camera_for(connection, caller, number)], service.clock())
        trial = trial_standing(newest_trial(connection, number), service.clock()) if _keeps(caller) else None
    return render(
        request,
        "recordings/camera.html.j2",
        caller,
        one=found,
        gaps=found.long_gaps[:_SHOWN],
        trial=trial,
        keeps=_keeps(caller),
        reason=reason_text,
    )


@router.get("/cameras/{number}/about")
def about(request: Request, service: Served, caller: Keeping, number: Id) -> Response:
    """The form with what is kept, but no password."""
    with reading(service.engine, "opening a form") as connection:
        row = camera_for(connection, caller, number)
    return _form(request, caller, _told(row), owner=row)


@router.post("/cameras/{number}/about")
def change(request: Request, service: Served, caller: Keeping, number: Id, given: Given) -> Response:
    """The correction; recorders follow within seconds."""
    with reading(service.engine, "opening a form") as connection:
        row = camera_for(connection, caller, number)
    try:
        with writing(service.engine, "correcting a camera") as connection:
            correct_camera(service, connection, caller, number, given)
    except RefusalsError as refused:
        return _form(request, caller, given, refused.refusals, row)
    return redirect(f"/cameras/{number}")


@router.post("/cameras/{number}/end")
def end(service: Served, caller: Keeping, number: Id) -> Response:
    """It is recorded no more."""
    with writing(service.engine, "ending a camera") as connection:
        drop_camera(service, connection, caller, number)
    return redirect("/cameras")


@router.post("/cameras/{number}/try")
def try_camera_now(service: Served, caller: Keeping, number: Id) -> Response:
    """A recorder looks for some seconds; the page waits for it."""
    with writing(service.engine, "asking for a trial") as connection:
        try_now(service, connection, caller, number)
    return redirect(f"/cameras/{number}")  # no place within it: a page that names one does not load again by itself


@router.get("/cameras/{number}/trial.jpg")
def trial_picture(service: Served, caller: Keeping, number: Id) -> Response:
    """What the camera showed, blurred."""
    with reading(service.engine, "reading a trial") as connection:
        camera_for(connection, caller, number)
        found = newest_trial(connection, number)
    if found is None or found.picture is None:
        raise NotFoundError("画面", "picture")
    return Response(found.picture, media_type="image/jpeg", headers={"cache-control": "private, no-store"})


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """Cameras that should record now and do not, with the reason."""
    if not _keeps(caller):
        return ()
    rows = cameras_within(connection, caller, CAMERAS.c.enabled)
    missing = [one for one in standings(connection, rows, service.clock()) if one.is_missing]
    return [_task(one) for one in missing[:_TASKS]]


def _task(one: CameraStanding) -> TodoItem:
    named = " ".join(filter(None, (one.row.room, one.row.name))) or str(one.row.id)
    text = Text(f"✗ 摄像机 {named}：{one.text.zh}", f"✗ camera {named}: {one.text.en}")
    since = f"{local(one.told.since):%H:%M:%S}" if one.told else ""
    why = one.why or Text("", "")
    detail = Text(f"从 {since} 起缺录像 {why.zh}", f"nothing recorded since {since} {why.en}") if since else None
    return TodoItem(12, text, f"/cameras/{one.row.id}", detail, "fail")


def _keeps(caller: Caller) -> bool:
    return caller.may(Action.RECORDING_WRITE)


def _told(row: KeptCamera) -> CameraRequest:
    return CameraRequest(**{name: getattr(row, name) for name in CameraFields.__slots__})


def _form(
    request: Request,
    caller: Caller,
    given: CameraRequest,
    refusals: Sequence[Refusal] = (),
    owner: KeptCamera | None = None,
) -> Response:
    """What was typed comes back, but never a password, and no address that a password could stand in."""
    shown = replace(given, address=hidden(given.address), sub_address=hidden(given.sub_address), password="")
    return render(
        request,
        "recordings/camera_form.html.j2",
        caller,
        422 if refusals else 200,
        given=shown,
        faults={one.where: one.text for one in refusals},
        owner=owner,
    )
