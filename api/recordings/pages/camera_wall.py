"""巡查: a wall of the cameras' newest pictures with their age; nobody is recognisable until somebody says why."""

from collections.abc import Callable, Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.fields import Id, Reason
from api.http.render import lang_of, redirect, render
from api.http.service import Served
from api.recordings.pages.picture_answer import EACH, PICTURES, picture_answer
from facts.counting import counted
from facts.errors import NotFoundError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.unmasking import FACE, ask_unmasking, granted
from runtime.platform.service import Service
from runtime.recordings.camera_register import cameras_within
from runtime.recordings.camera_wall import (
    WallCamera,
    camera_picture,
    cameras_of_class,
    cameras_reached,
    is_known_bad,
)
from runtime.recordings.living_wall import living_cards
from storage.database.connection import reading, writing

router = APIRouter(include_in_schema=False, prefix="/wall")
NAV = MenuEntry(50, Text("巡查", "Cameras"), "/wall", Action.RECORDING_READ)
Looking = Annotated[Caller, needs(Action.RECORDING_READ)]
_MOST = 60


@router.get("")
def camera_wall(request: Request, service: Served, caller: Looking) -> Response:
    """Every camera within reach."""
    with reading(service.engine, "reading the cameras") as connection:
        cards = living_cards(service, connection, cameras_within(connection, caller, limit=_MOST))
        found = cameras_reached(service, caller, connection)
    return render(
        request,
        "recordings/camera_wall.html.j2",
        caller,
        cards=cards,
        found=found[:_MOST],
        more=max(len(found) - _MOST, 0),
        stream=_stream(service),
        bad=_bad(service),
        at=service.clock(),
    )


@router.get("/{number}")
def class_cameras(request: Request, service: Served, caller: Looking, number: Id) -> Response:
    """One class's cameras, larger; clear once the reader has said why."""
    with reading(service.engine, "reading the cameras") as connection:
        owner = class_for(connection, caller, number)
        found, clear = cameras_of_class(service, connection, owner), granted(service, connection, caller, FACE, number)
    may_look = caller.may(Action.FACE_VIEW)
    return render(
        request,
        "recordings/class_cameras.html.j2",
        caller,
        owner=owner,
        found=found,
        clear=clear,
        may_look=may_look,
        stream=_stream(service),
        bad=_bad(service),
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
    request: Request,
    service: Served,
    caller: Looking,
    number: Id,
    token: Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")],
    large: bool = False,
) -> Response:
    """The camera's newest picture, or words where there is none."""
    with reading(service.engine, "reading a camera") as connection:
        owner = class_for(connection, caller, number)
        found = next((one for one in cameras_of_class(service, connection, owner) if one.token == token), None)
        clear = caller.may(Action.FACE_VIEW) and granted(service, connection, caller, FACE, number)
    service.limiter.take("wall", caller.key, service.clock(), PICTURES, EACH)
    if found is None:
        raise NotFoundError("画面", "picture")
    drawn = camera_picture(service, found)
    return picture_answer(drawn.shown(clear=clear, large=large) if drawn else None, lang_of(request))


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """Cameras that fell silent today."""
    if not caller.may(Action.RECORDING_READ) or service.settings.media_root is None:
        return ()
    now = service.clock()
    silent = [one for one in cameras_reached(service, caller, connection, uploads=False) if one.just_silent(now)]
    if not silent:
        return ()
    names = "、".join(f"{one.class_name} {one.name}" for one in silent[:3])
    text = Text(
        f"{len(silent)} 台摄像机静默超过 5 分钟", f"{counted(len(silent), 'camera')} silent for more than 5 minutes"
    )
    return (TodoItem(15, text, "/wall", Text(names, names)),)


def _stream(service: Service) -> Callable[[WallCamera], str]:
    """Where the camera's living picture is, for whoever clicks."""
    template = service.settings.stream_address

    def address(one: WallCamera) -> str:
        filled = template.replace("{class}", quote(one.code, safe="")).replace("{camera}", quote(one.name, safe=""))
        return filled if one.live else ""

    return address


def _bad(service: Service) -> Callable[[WallCamera], bool]:
    """Of which cameras it is known already that their newest picture does not decode."""
    return lambda one: is_known_bad(service, one)
