"""One camera that the recorder records: its newest picture, and its living one once somebody said why."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import Id, Reason
from api.http.render import lang_of, redirect, render
from api.http.service import Served
from api.recordings.pages.picture_answer import EACH, PICTURES, picture_answer
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.classes.unmasking import ask_camera_look, camera_granted
from runtime.recordings.camera_register import camera_for
from runtime.recordings.living_cameras import LONGEST_BACK_S
from runtime.recordings.living_wall import living_cards, newest_of
from storage.database.connection import reading, writing

router = APIRouter(include_in_schema=False, prefix="/wall/cameras")
Looking = Annotated[Caller, needs(Action.RECORDING_READ)]


@router.get("/{number}")
def living_camera(
    request: Request,
    service: Served,
    caller: Looking,
    number: Id,
    back: Annotated[int, Query(ge=0, le=LONGEST_BACK_S)] = 0,
) -> Response:
    """The camera; its living picture where a reason still holds."""
    with reading(service.engine, "reading a camera") as connection:
        found = camera_for(connection, caller, number)
        (card,) = living_cards(service, connection, [found])
        clear = camera_granted(service, connection, caller, number)
    may_look = caller.may(Action.FACE_VIEW)
    return render(
        request,
        "recordings/living_camera.html.j2",
        caller,
        one=card,
        clear=clear and may_look,
        may_look=may_look,
        back=back,
        at=service.clock(),
    )


@router.post("/{number}/look")
def look(
    service: Served,
    caller: Annotated[Caller, needs(Action.FACE_VIEW)],
    number: Id,
    reason: Annotated[Reason, Form()],
) -> Response:
    """Half an hour of this camera's living picture, for the reason that is logged."""
    with writing(service.engine, "asking for a look") as connection:
        camera_for(connection, caller, number)
        ask_camera_look(service, connection, caller, number, reason)
    return redirect(f"/wall/cameras/{number}")


@router.get("/{number}/newest.jpg")
def newest(request: Request, service: Served, caller: Looking, number: Id, large: bool = False) -> Response:
    """The newest picture; blocks without features unless they said why they must see it."""
    with reading(service.engine, "reading a camera") as connection:
        camera_for(connection, caller, number)
        clear = caller.may(Action.FACE_VIEW) and camera_granted(service, connection, caller, number)
    service.limiter.take("wall", caller.key, service.clock(), PICTURES, EACH)
    found = newest_of(service, number)
    return picture_answer(found.shown(clear=clear, large=large) if found else None, lang_of(request))
