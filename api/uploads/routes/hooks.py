"""Media servers tell of a finished recording: ZLMediaKit's on_record_mp4, MediaMTX's runOnRecordSegmentComplete.

The stream's path is ``CLASS/CAMERA``; the file must lie in XUESHI_MEDIA_ROOT. Servers that cannot send a header put the
API key into the path.
"""

from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import SignatureGuard, needs, unknown_caller
from api.http.fields import NO_CONTROLS
from api.http.idempotency import run_once
from api.http.openapi import problems
from api.http.service import Served
from facts.span import local
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.caller_lookup import caller_by_key
from runtime.platform.service import Service
from runtime.uploads.media_import import ask_import, media_file

router = APIRouter(prefix="/api/v1/hooks", tags=["hooks"])
Hooking = Annotated[Caller, needs(Action.MEDIA_HOOK)]
Key = Annotated[str, Path(pattern=r"^[!-~]{20,100}$")]
Keyed = Depends(
    SignatureGuard("the API key stands in the path, because the media server sends no header; the route checks it")
)
FilePathText = Annotated[str, Field(max_length=500, pattern=NO_CONTROLS)]
_LAST_MOMENT = 4_102_444_800  # the year 2100


class ZlmRecording(BaseModel):
    """What ZLMediaKit sends with on_record_mp4; fields that are not used here are ignored."""

    app: Annotated[str, Field(max_length=100, pattern=NO_CONTROLS)]
    stream: Annotated[str, Field(max_length=100, pattern=NO_CONTROLS)]
    file_path: FilePathText
    start_time: int = Field(ge=0, lt=_LAST_MOMENT)


class MediaMtxSegment(BaseModel):
    """What MediaMTX knows of a finished segment: ``{"path": "$MTX_PATH", "segment_path": "$MTX_SEGMENT_PATH"}``."""

    path: Annotated[str, Field(max_length=200, pattern=NO_CONTROLS)]
    segment_path: FilePathText


class HookAnswer(BaseModel):
    """ZLMediaKit wants ``code`` 0; the job says how far the import is."""

    code: int = 0
    msg: str = "success"
    job_id: int


@router.post("/zlmediakit", response_model=HookAnswer)
def zlmediakit(request: Request, service: Served, caller: Hooking, sent: ZlmRecording) -> Response:
    """A finished MP4 of ZLMediaKit, with the key in a header."""
    return _zlmediakit(request, service, caller, sent)


@router.post("/zlmediakit/{key}", response_model=HookAnswer, dependencies=[Keyed], responses=problems(401))
def zlmediakit_keyed(request: Request, service: Served, key: Key, sent: ZlmRecording) -> Response:
    """The same with the key in the path."""
    return _zlmediakit(request, service, _caller(service, key), sent)


@router.post("/mediamtx", response_model=HookAnswer)
def mediamtx(request: Request, service: Served, caller: Hooking, sent: MediaMtxSegment) -> Response:
    """A finished segment of MediaMTX, with the key in a header."""
    return _mediamtx(request, service, caller, sent)


@router.post("/mediamtx/{key}", response_model=HookAnswer, dependencies=[Keyed], responses=problems(401))
def mediamtx_keyed(request: Request, service: Served, key: Key, sent: MediaMtxSegment) -> Response:
    """The same with the key in the path."""
    return _mediamtx(request, service, _caller(service, key), sent)


def _zlmediakit(request: Request, service: Service, caller: Caller, sent: ZlmRecording) -> Response:
    start = local(datetime.fromtimestamp(sent.start_time, UTC))
    name = f"{sent.stream}_{start:%Y%m%dT%H%M%S}+0800.mp4"
    return _import(request, service, caller, f"{sent.app}/{sent.stream}", sent.file_path, name, sent)


def _mediamtx(request: Request, service: Service, caller: Caller, sent: MediaMtxSegment) -> Response:
    name = f"{sent.path.rpartition('/')[2]}_{FilePath(sent.segment_path).name}"
    return _import(request, service, caller, sent.path, sent.segment_path, name, sent)


def _import(
    request: Request, service: Service, caller: Caller, stream: str, path: str, name: str, sent: BaseModel
) -> Response:
    media = media_file(service.settings.media_root, stream, path, name)

    def work(connection: Connection) -> HookAnswer:
        return HookAnswer(job_id=ask_import(connection, caller, media, service.clock()).id)

    return run_once(request, service, caller, None, sent, work, 200)


def _caller(service: Service, key: str) -> Caller:
    found = caller_by_key(service, key)
    if found is None or not found.may(Action.MEDIA_HOOK):
        raise unknown_caller()
    return found
