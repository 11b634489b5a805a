"""Media servers tell of a finished recording: ZLMediaKit's on_record_mp4, MediaMTX's runOnRecordSegmentComplete.

The stream's path is ``CLASS/CAMERA``; the file must lie in XUESHI_MEDIA_ROOT. Servers that cannot send a header put the
API key into the path.
"""

import re
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import SignatureGuard, caller_by_key, needs, unknown_caller
from api.http.fields import NO_CONTROLS
from api.http.idempotency import run_once
from api.http.openapi import problems
from api.http.problem import invalid
from api.http.service import Served
from facts.errors import Fault, InputError, NotFoundError
from facts.span import local
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.service import Service
from runtime.uploads.media_import import ask_import, file_within
from storage.database.classes.classes import classes
from storage.database.tables.classes import CLASSES
from storage.uploads.file_names import name_fault

router = APIRouter(prefix="/api/v1/hooks", tags=["hooks"])
Hooking = Annotated[Caller, needs(Action.MEDIA_HOOK)]
Key = Annotated[str, Path(pattern=r"^[!-~]{20,100}$")]
Keyed = Depends(
    SignatureGuard("the API key stands in the path, because the media server sends no header; the route checks it")
)
Told = Annotated[str, Field(max_length=500, pattern=NO_CONTROLS)]
_STREAM = re.compile(r"([\w.-]{1,100})/([\w.-]{1,60})")
_LAST_MOMENT = 4_102_444_800  # the year 2100


class RecordMp4(BaseModel):
    """What ZLMediaKit sends with on_record_mp4; fields that are not used here are ignored."""

    app: Annotated[str, Field(max_length=100, pattern=NO_CONTROLS)]
    stream: Annotated[str, Field(max_length=100, pattern=NO_CONTROLS)]
    file_path: Told
    start_time: int = Field(ge=0, lt=_LAST_MOMENT)


class Segment(BaseModel):
    """What MediaMTX knows of a finished segment: ``{"path": "$MTX_PATH", "segment_path": "$MTX_SEGMENT_PATH"}``."""

    path: Annotated[str, Field(max_length=200, pattern=NO_CONTROLS)]
    segment_path: Told


class Taken(BaseModel):
    """ZLMediaKit wants ``code`` 0; the job says how far the taking is."""

    code: int = 0
    msg: str = "success"
    job_id: int


@router.post("/zlmediakit", response_model=Taken)
def zlmediakit(request: Request, service: Served, caller: Hooking, sent: RecordMp4) -> Response:
    """A finished MP4 of ZLMediaKit, with the key in a header."""
    return _zlmediakit(request, service, caller, sent)


@router.post("/zlmediakit/{key}", response_model=Taken, dependencies=[Keyed], responses=problems(401))
def zlmediakit_keyed(request: Request, service: Served, key: Key, sent: RecordMp4) -> Response:
    """The same with the key in the path."""
    return _zlmediakit(request, service, _caller(service, key), sent)


@router.post("/mediamtx", response_model=Taken)
def mediamtx(request: Request, service: Served, caller: Hooking, sent: Segment) -> Response:
    """A finished segment of MediaMTX, with the key in a header."""
    return _mediamtx(request, service, caller, sent)


@router.post("/mediamtx/{key}", response_model=Taken, dependencies=[Keyed], responses=problems(401))
def mediamtx_keyed(request: Request, service: Served, key: Key, sent: Segment) -> Response:
    """The same with the key in the path."""
    return _mediamtx(request, service, _caller(service, key), sent)


def _zlmediakit(request: Request, service: Service, caller: Caller, sent: RecordMp4) -> Response:
    start = local(datetime.fromtimestamp(sent.start_time, UTC))
    name = f"{sent.stream}_{start:%Y%m%dT%H%M%S}+0800.mp4"
    return _take(request, service, caller, f"{sent.app}/{sent.stream}", sent.file_path, name, sent)


def _mediamtx(request: Request, service: Service, caller: Caller, sent: Segment) -> Response:
    name = f"{sent.path.rpartition('/')[2]}_{FilePath(sent.segment_path).name}"
    return _take(request, service, caller, sent.path, sent.segment_path, name, sent)


def _take(
    request: Request, service: Service, caller: Caller, stream: str, told: str, name: str, sent: BaseModel
) -> Response:
    parts = _STREAM.fullmatch(stream)
    if parts is None:
        raise invalid(Fault("stream", repr(stream[:80]), "CLASS/CAMERA in letters, digits, . _ and -"))
    if fault := name_fault(name, "recording"):
        raise invalid(fault)
    try:
        source = file_within(service.settings.media_root, told)
    except InputError as error:
        raise invalid(Fault("file", repr(told[-80:]), "a finished file inside XUESHI_MEDIA_ROOT")) from error

    def work(connection: Connection) -> Taken:
        found = classes(connection, CLASSES.c.code == parts[1], reached(caller))
        if len(found) != 1:
            raise NotFoundError("班期", "class, or not the only one of its code")
        job = ask_import(connection, found[0].id, source, name, caller.key, service.clock())
        return Taken(job_id=job.id)

    return run_once(request, service, caller, None, sent, work, 200)


def _caller(service: Service, key: str) -> Caller:
    found = caller_by_key(service, key)
    if found is None or not found.may(Action.MEDIA_HOOK):
        raise unknown_caller()
    return found
