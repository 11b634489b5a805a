"""巡查: a wall of the cameras' newest pictures with their age; nobody is recognisable until somebody says why."""

from collections.abc import Callable, Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, Connection, desc, or_, select

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.fields import Id, Reason
from api.http.render import redirect, render
from api.http.service import Served
from facts.errors import NotFoundError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.classes.unmasking import FACE, ask_unmasking, granted
from runtime.platform.service import Service
from runtime.recordings.camera_wall import WallCamera, camera_picture, class_names, wall_cameras
from storage.database.classes.classes import ClassRow, FileRow, classes, files
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES, FILES

router = APIRouter(include_in_schema=False, prefix="/wall")
NAV = MenuEntry(50, Text("巡查", "Cameras"), "/wall", Action.RECORDING_READ)
Looking = Annotated[Caller, needs(Action.RECORDING_READ)]
_MOST, _MOST_FILES = 60, 400
_SMALL, _LARGE = 480, 960
_RECORDING = FILES.c.role == "recording"


@router.get("")
def wall(request: Request, service: Served, caller: Looking) -> Response:
    """Every camera within reach."""
    with reading(service.engine, "reading the cameras") as connection:
        found = _all(service, caller, connection)
    return render(
        request,
        "recordings/wall.html.j2",
        caller,
        found=found[:_MOST],
        more=max(len(found) - _MOST, 0),
        stream=_stream(service),
        at=service.clock(),
    )


@router.get("/{number}")
def of_class(request: Request, service: Served, caller: Looking, number: Id) -> Response:
    """One class's cameras, larger; clear once the reader has said why."""
    with reading(service.engine, "reading the cameras") as connection:
        owner = class_for(connection, caller, number)
        found, clear = _of(service, connection, owner), granted(service, connection, caller, FACE, number)
    may_look = caller.may(Action.FACE_VIEW)
    return render(
        request,
        "recordings/wall_class.html.j2",
        caller,
        owner=owner,
        found=found,
        clear=clear,
        may_look=may_look,
        stream=_stream(service),
        at=service.clock(),
    )


@router.post("/{number}/look")
def look(
    service: Served,
    caller: Annotated[Caller, needs(Action.FACE_VIEW)],
    number: Id,
    reason: Annotated[Reason, Form()],
) -> Response:
    """Half an hour of clear pictures, for the reason that is logged."""
    with writing(service.engine, "asking for a look") as connection:
        class_for(connection, caller, number)
        ask_unmasking(service, connection, caller, FACE, number, reason)
    return redirect(f"/wall/{number}")


@router.get("/{number}/{token}.jpg")
def newest(
    service: Served,
    caller: Looking,
    number: Id,
    token: Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")],
    large: bool = False,
) -> Response:
    """The camera's newest picture."""
    with reading(service.engine, "reading a camera") as connection:
        owner = class_for(connection, caller, number)
        found = next((one for one in _of(service, connection, owner) if one.token == token), None)
        clear = caller.may(Action.FACE_VIEW) and granted(service, connection, caller, FACE, number)
    data = camera_picture(found, _LARGE if large else _SMALL, clear=clear) if found else None
    if data is None:
        raise NotFoundError("画面", "picture")
    return Response(data, media_type="image/jpeg", headers={"cache-control": "private, no-store"})


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """Cameras that fell silent today."""
    if not caller.may(Action.RECORDING_READ) or service.settings.media_root is None:
        return ()
    now = service.clock()
    silent = [one for one in _all(service, caller, connection, uploads=False) if one.just_silent(now)]
    if not silent:
        return ()
    names = "、".join(f"{one.class_name} {one.name}" for one in silent[:3])
    text = Text(f"{len(silent)} 台摄像机静默超过 5 分钟", f"{len(silent)} cameras silent for more than 5 minutes")
    return (TodoItem(15, text, "/wall", Text(names, names)),)


def _all(service: Service, caller: Caller, connection: Connection, *, uploads: bool = True) -> Sequence[WallCamera]:
    within = reached(caller)
    kept = _newest_files(connection, within) if uploads else ()
    live = CLASSES.c.code.in_(class_names(service.settings.media_root))
    owners = classes(connection, within, or_(CLASSES.c.id.in_({one.class_id for one in kept}), live))
    return wall_cameras(service.settings.media_root, service.settings.home, owners, kept)


def _of(service: Service, connection: Connection, owner: ClassRow) -> Sequence[WallCamera]:
    kept = files(connection, FILES.c.class_id == owner.id, _RECORDING)
    return wall_cameras(service.settings.media_root, service.settings.home, [owner], kept)


def _newest_files(connection: Connection, within: ColumnElement[bool]) -> tuple[FileRow, ...]:
    """The recordings that came last, whatever class they are of."""
    last = select(FILES.c.id).join(CLASSES, CLASSES.c.id == FILES.c.class_id).where(_RECORDING, within)
    return files(connection, FILES.c.id.in_(last.order_by(desc(FILES.c.id)).limit(_MOST_FILES)))


def _stream(service: Service) -> Callable[[WallCamera], str]:
    """Where the camera's living picture is, for whoever clicks."""
    template = service.settings.stream_address

    def address(one: WallCamera) -> str:
        filled = template.replace("{class}", quote(one.code, safe="")).replace("{camera}", quote(one.name, safe=""))
        return filled if one.live else ""

    return address
