"""Footage that was seen before: both stretches side by side, in step, for whoever may see recordings."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import Id
from api.http.render import render
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.classes.class_report import class_with_report
from runtime.recordings.replay_sides import doubt_of, pairs_of

router = APIRouter(include_in_schema=False)


@router.get("/classes/{number}/replays/{place}")
def shown(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.VERDICT_READ)], number: Id, place: Id
) -> Response:
    """The doubt of that number in the newest report; each class's faces are shown for a reason of its own."""
    opened = class_with_report(service, caller, number)
    entry = doubt_of(opened, place)
    return render(
        request,
        "doubts/replay.html.j2",
        caller,
        opened=opened,
        doubt=entry,
        pairs=pairs_of(service, caller, opened, entry),
        may_look=caller.may(Action.FACE_VIEW),
    )
