"""The cameras that the service records: kept by their institution, seen by whoever oversees it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Done, Filter, Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import asked_rows, list_query
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.service import Served
from api.recordings.schemas import (
    CameraChange,
    CameraMove,
    CameraShape,
    CameraTrialShape,
    GapShape,
    NewCamera,
    camera_shape,
    gap_shape,
    trial_shape,
)
from facts.errors import NotFoundError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.recordings.camera_condition import standings, trial_standing
from runtime.recordings.camera_list import CAMERA_LIST
from runtime.recordings.camera_refusals import CameraRequest
from runtime.recordings.camera_register import (
    camera_for,
    cameras_reached,
    cameras_within,
    correct_camera,
    drop_camera,
    make_camera,
    move_camera,
    try_now,
)
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.recordings.cameras import KeptCamera
from storage.database.recordings.gaps import camera_gaps
from storage.database.recordings.trials import newest_trial
from storage.database.tables.cameras import CAMERA_GAPS, CAMERAS

router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"])
Looking = Annotated[Caller, needs(Action.RECORDING_READ)]
Keeping = Annotated[Caller, needs(Action.RECORDING_WRITE)]


@router.get("")
def listed(
    service: Served,
    caller: Looking,
    institution_id: IdFilter = None,
    room: Filter = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(CAMERA_LIST.plan, paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CameraShape]:
    """The cameras within the caller's reach."""
    where = matching((CAMERAS.c.institution_id, institution_id), (CAMERAS.c.room, room))
    with reading(service.engine, "listing cameras") as connection:
        asked, order = asked_rows(connection, query, CAMERAS, cursor, cameras_reached(caller))
        rows = cameras_within(connection, caller, *asked, *where, limit=limit + 1, order=order)
        found = standings(connection, rows, service.clock())
    writes = caller.may(Action.RECORDING_WRITE)
    return page(found, limit, lambda one: camera_shape(one, writes=writes), lambda one: one.row.id)


@router.get("/{number}")
def one(service: Served, caller: Looking, number: Id) -> CameraShape:
    """One camera."""
    with reading(service.engine, "reading a camera") as connection:
        return _shape(service, connection, caller, camera_for(connection, caller, number))


@router.post("", status_code=201, response_model=CameraShape)
def make(request: Request, service: Served, caller: Keeping, sent: NewCamera, key: IdempotencyKey = None) -> Response:
    """A new camera; a recorder takes it within seconds."""

    def work(connection: Connection) -> CameraShape:
        made = make_camera(service, connection, caller, sent.wanted, sent.institution_id)
        return _shape(service, connection, caller, made)

    return run_once(request, service, caller, key, sent, work)


@router.patch("/{number}", response_model=CameraShape)
def change(request: Request, service: Served, caller: Keeping, number: Id, sent: CameraChange) -> Response:
    """The correction; what is recorded goes on where only name, room or plan are others."""

    def work(connection: Connection) -> CameraShape:
        before = camera_for(connection, caller, number)
        given = {name: getattr(before, name) for name in CameraChange.model_fields if name != "password"}
        wanted = CameraRequest(**(given | sent.model_dump(exclude_none=True)))
        return _shape(service, connection, caller, correct_camera(service, connection, caller, number, wanted))

    return run_once(request, service, caller, None, sent, work, 200)


@router.delete("/{number}", response_model=Done)
def end(request: Request, service: Served, caller: Keeping, number: Id) -> Response:
    """It is recorded no more; what was recorded stays."""

    def work(connection: Connection) -> Done:
        drop_camera(service, connection, caller, number)
        return Done()

    return run_once(request, service, caller, None, None, work, 200)


@router.post("/{number}/move", response_model=CameraShape)
def move(request: Request, service: Served, caller: Keeping, number: Id, sent: CameraMove) -> Response:
    """To another institution within the caller's reach: a new camera there; what was recorded stays with the first."""

    def work(connection: Connection) -> CameraShape:
        made = move_camera(service, connection, caller, number, sent.institution_id)
        return _shape(service, connection, caller, made)

    return run_once(request, service, caller, None, sent, work, 200)


@router.get("/{number}/gaps")
def gaps(service: Served, caller: Looking, number: Id, cursor: Cursor = None, limit: Limit = 50) -> Page[GapShape]:
    """What is missing of its recordings and why, in the order in which it was written down."""
    with reading(service.engine, "reading gaps") as connection:
        camera_for(connection, caller, number)
        own = (CAMERA_GAPS.c.camera_id == number, *after_cursor(CAMERA_GAPS, cursor))
        found = camera_gaps(connection, *own, limit=limit + 1, oldest_first=True)
    return page(found, limit, gap_shape, lambda one: one.id)


@router.post("/{number}/try", status_code=202, response_model=Done)
def try_camera_now(request: Request, service: Served, caller: Keeping, number: Id) -> Response:
    """Let a recorder look for some seconds; ``trial`` tells what it found."""

    def work(connection: Connection) -> Done:
        try_now(service, connection, caller, number)
        return Done()

    return run_once(request, service, caller, None, None, work, 202)


@router.get("/{number}/trial")
def trial(service: Served, caller: Keeping, number: Id) -> CameraTrialShape:
    """What the newest trial found."""
    with reading(service.engine, "reading a trial") as connection:
        camera_for(connection, caller, number)
        found = trial_standing(newest_trial(connection, number), service.clock())
    if found is None:
        raise NotFoundError("试看结果", "trial")
    return trial_shape(found)


@router.get("/{number}/trial.jpg", response_class=Response)
def trial_picture(service: Served, caller: Keeping, number: Id) -> Response:
    """Its picture, blurred so that nobody is recognised."""
    with reading(service.engine, "reading a trial") as connection:
        camera_for(connection, caller, number)
        found = newest_trial(connection, number)
    if found is None or found.picture is None:
        raise NotFoundError("画面", "picture")
    return Response(found.picture, media_type="image/jpeg", headers={"cache-control": "private, no-store"})


def _shape(service: Service, connection: Connection, caller: Caller, row: KeptCamera) -> CameraShape:
    (found,) = standings(connection, [row], service.clock())
    return camera_shape(found, writes=caller.may(Action.RECORDING_WRITE))
