"""A file put right before anything rests on it: called what it is, or taken back; afterwards it is evidence and stays."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.http.auth import needs
from api.http.fields import ROLE, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.openapi import problems
from api.http.service import Served
from api.uploads.routes.files import FileShape, shape
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.uploads import file_changes

router = APIRouter(prefix="/api/v1/files/{number}", tags=["files"])
Writing = Annotated[Caller, needs(Action.RECORDING_WRITE)]


class RoleChange(BaseModel, extra="forbid"):
    """What the file really is."""

    role: str = Field(pattern=ROLE, examples=["roster"])


@router.patch("", response_model=FileShape, responses=problems(409))
def correct(
    request: Request, service: Served, caller: Writing, number: Id, sent: RoleChange, key: IdempotencyKey = None
) -> Response:
    """Another kind of material than it was taken for."""
    return run_once(
        request,
        service,
        caller,
        key,
        sent,
        lambda own: shape(file_changes.correct_role(service, own, caller, number, sent.role)),
        200,
    )


@router.delete("", status_code=204, response_class=Response, responses=problems(409))
def take_back(service: Served, caller: Writing, number: Id) -> Response:
    """The file is the class's no more; that it was and who took it back stays in the log."""
    file_changes.take_back(service, caller, number)
    return Response(status_code=204)
