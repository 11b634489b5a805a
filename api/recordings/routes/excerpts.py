"""A still or a clip of a recording, by the API."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import Id
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.recordings.excerpts import MOST_S, excerpt_of

router = APIRouter(prefix="/api/v1/classes", tags=["files"])


class ExcerptRequest(BaseModel):
    """Where in the recording; without a length, the picture that stands there."""

    at_s: float = Field(ge=0, le=10**7, allow_inf_nan=False)
    length_s: float = Field(default=0, ge=0, le=MOST_S, allow_inf_nan=False)


@router.post(
    "/{number}/files/{file_id}/excerpts",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}, "description": "the excerpt, and what it is taken from"}},
)
def take(
    service: Served,
    caller: Annotated[Caller, needs(Action.RECORDING_READ)],
    number: Id,
    file_id: Id,
    sent: ExcerptRequest,
) -> Response:
    """画面.png or 片段.mp4 with excerpt.json and 说明.txt; asks for a look's reason first, has its own entry in the log."""
    made = excerpt_of(service, caller, number, file_id, sent.at_s, sent.length_s)
    return Response(made.content, media_type="application/zip", headers=disposition(made.name))
