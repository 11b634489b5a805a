"""A still or a clip to carry away, asked for on the page of a class day."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import Id
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.recordings.excerpts import MOST_S, excerpt_of

router = APIRouter(include_in_schema=False)


@router.post("/classes/{number}/files/{file_id}/excerpt")
def take(
    service: Served,
    caller: Annotated[Caller, needs(Action.RECORDING_READ)],
    number: Id,
    file_id: Id,
    at_s: Annotated[float, Form(ge=0, le=10**7, allow_inf_nan=False)],
    length_s: Annotated[float, Form(ge=0, le=MOST_S, allow_inf_nan=False)] = 0,
) -> Response:
    """The archive; nothing of it is kept but its entry in the log."""
    made = excerpt_of(service, caller, number, file_id, at_s, length_s)
    return Response(made.content, media_type="application/zip", headers=disposition(made.name))
