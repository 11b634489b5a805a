"""查找摄像机: which cameras answer on the recorder's network, and on to the form with one of them."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.render import redirect, render
from api.http.service import Served
from facts.recorder import camera_clock_text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.recordings.camera_condition import search_standing
from runtime.recordings.camera_register import search_now
from storage.database.connection import reading, writing

router = APIRouter(include_in_schema=False)
Keeping = Annotated[Caller, needs(Action.RECORDING_WRITE)]


@router.get("/find-cameras")
def found(request: Request, service: Served, caller: Keeping) -> Response:
    """What the newest search found, and a button for another."""
    with reading(service.engine, "reading a search") as connection:
        standing = search_standing(connection, caller, service.clock())
    return render(request, "recordings/camera_search.html.j2", caller, search=standing, clock_text=camera_clock_text)


@router.post("/find-cameras")
def search(service: Served, caller: Keeping) -> Response:
    """A recorder looks for some seconds; the page waits for it."""
    with writing(service.engine, "asking for a search") as connection:
        search_now(service, connection, caller)
    return redirect("/find-cameras")
