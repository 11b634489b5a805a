"""不再采用: a list that was verified cannot be deleted, but its institution may say that it stands by it no more."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Id
from api.http.render import redirect
from api.http.service import Served
from api.uploads.pages.hand_in import drawn
from facts.errors import FaultsError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.classes.addresses import files_path
from runtime.classes.class_report import class_with_report
from runtime.uploads.lists_set_aside import restore, set_aside

router = APIRouter(include_in_schema=False, prefix="/classes/{number}/files/{file_id}")
Writing = Annotated[Caller, needs(Action.SETTINGS_WRITE)]
_WHY = Text(
    "没有改：请写 2 至 200 个字的理由，写在一行里；能打开的录像和手机打卡不能不采用",
    "not changed: give the reason in 2 to 200 characters on one line; recordings that open and phone sign-ins always count",
)


@router.post("/aside")
def aside(
    request: Request,
    service: Served,
    caller: Writing,
    number: Id,
    file_id: Id,
    reason: Annotated[str, Form(max_length=400, pattern=NO_CONTROLS)] = "",
) -> Response:
    """The list counts for nothing from the next verification on, which is asked for at once."""
    try:
        set_aside(service, caller, number, file_id, reason.strip())
    except FaultsError:
        return drawn(request, service, caller, class_with_report(service, caller, number), 422, _WHY)
    return redirect(f"{files_path(number)}#files")


@router.post("/restore")
def restored(service: Served, caller: Writing, number: Id, file_id: Id) -> Response:
    """The list counts again."""
    restore(service, caller, number, file_id)
    return redirect(f"{files_path(number)}#files")
