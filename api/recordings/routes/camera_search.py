"""Cameras searched for on the recorder's network, by ONVIF."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Done
from api.http.idempotency import run_once
from api.http.openapi import problems
from api.http.service import Served
from api.recordings.schemas import CameraSearchShape, search_shape
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.recordings.camera_condition import search_standing
from runtime.recordings.camera_register import search_now
from storage.database.connection import reading

router = APIRouter(prefix="/api/v1/camera-search", tags=["cameras"])
Keeping = Annotated[Caller, needs(Action.RECORDING_WRITE)]


@router.post("", status_code=202, response_model=Done, responses=problems(404))
def search(request: Request, service: Served, caller: Keeping) -> Response:
    """Let a recorder look for some seconds who answers; reading tells what it found."""

    def work(connection: Connection) -> Done:
        search_now(service, connection, caller)
        return Done()

    return run_once(request, service, caller, None, None, work, 202)


@router.get("", responses=problems(404))
def found(service: Served, caller: Keeping) -> CameraSearchShape:
    """What the institution's newest search found; nothing, and no time, where none was asked for."""
    with reading(service.engine, "reading a search") as connection:
        standing = search_standing(connection, caller, service.clock())
    return search_shape(standing)
