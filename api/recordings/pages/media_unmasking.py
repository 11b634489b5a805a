"""What shows faces: recordings, previews, sheets without blurring; each asks for the reason, which the log keeps."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import FileResponse, Response

from api.http.auth import needs
from api.http.fields import Id, Reason
from api.http.render import redirect, safe_path
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.addresses import class_path
from runtime.classes.unmasking import FACE, ask_unmasking
from runtime.recordings.media_unmasking import preview_of, sheet_of
from storage.database.connection import writing

router = APIRouter(include_in_schema=False)
Looking = Annotated[Caller, needs(Action.FACE_VIEW)]


@router.post("/classes/{number}/look")
def look(
    service: Served,
    caller: Looking,
    number: Id,
    reason: Annotated[Reason, Form()],
    back: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """The reason is kept, its digest logged, and the class's recordings may be seen for half an hour."""
    with writing(service.engine, "noting a reason") as connection:
        class_for(connection, caller, number)
        ask_unmasking(service, connection, caller, FACE, number, reason)
    return redirect(safe_path(back) if back else class_path(number))


@router.get("/classes/{number}/previews/{file_id}/{window}")
def preview(service: Served, caller: Looking, number: Id, file_id: Id, window: int) -> Response:
    """预览·非原件: five minutes of a recording that the browser cannot play, a picture for each keyframe."""
    drawn = preview_of(service, caller, number, file_id, window)
    return FileResponse(drawn, media_type="video/mp4", headers={"cache-control": "private, no-store"})


@router.get("/classes/{number}/sheets/{index}")
def sheet(service: Served, caller: Looking, number: Id, index: int) -> Response:
    """The contact sheet of the hour of that index with its faces, once the caller has said why."""
    drawn = sheet_of(service, caller, number, index)
    return Response(drawn, media_type="image/jpeg", headers={"cache-control": "private, no-store"})
