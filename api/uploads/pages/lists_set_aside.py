"""不再采用: a list that was verified cannot be deleted, but its institution may say that it stands by it no more."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Id
from api.http.render import redirect
from api.http.service import Served
from api.uploads.pages.hand_in import drawn, files_path
from facts.class_settings import ClassSettings
from facts.errors import ConflictError, FaultsError, NotFoundError
from facts.statements import ListSetAside
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.class_report import class_with_report
from runtime.classes.settings import change_settings
from runtime.platform.service import Service
from storage.database.classes.classes import files
from storage.database.classes.settings import SettingsChange, StaleSettingsError, newest_settings
from storage.database.connection import writing
from storage.database.tables.classes import FILES

router = APIRouter(include_in_schema=False, prefix="/classes/{number}/files/{file_id}")
Writing = Annotated[Caller, needs(Action.SETTINGS_WRITE)]
_WHY = Text(
    "没有改：请写 2 至 200 个字的理由，写在一行里；录像和手机签到不能不采用",
    "not changed: give the reason in 2 to 200 characters on one line; recordings and phone sign-ins always count",
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
        _change(service, caller, number, file_id, lambda now, name: _without(now, name, reason.strip()))
    except FaultsError:
        return drawn(request, service, caller, class_with_report(service, caller, number), 422, _WHY)
    return redirect(f"{files_path(number)}#files")


@router.post("/restore")
def restore(service: Served, caller: Writing, number: Id, file_id: Id) -> Response:
    """The list counts again."""
    _change(service, caller, number, file_id, _with)
    return redirect(f"{files_path(number)}#files")


def _without(now: ClassSettings, name: str, reason: str) -> ClassSettings:
    return replace(now, aside=(*_with(now, name).aside, ListSetAside(name, reason)))


def _with(now: ClassSettings, name: str) -> ClassSettings:
    return replace(now, aside=tuple(one for one in now.aside if one.file != name))


def _change(
    service: Service, caller: Caller, number: int, file_id: int, made: Callable[[ClassSettings, str], ClassSettings]
) -> None:
    with writing(service.engine, "changing which lists count") as connection:
        owner = class_for(connection, caller, number)
        found = files(connection, FILES.c.id == file_id, FILES.c.class_id == owner.id)
        if not found:
            raise NotFoundError("文件", "file")
        now = newest_settings(connection, owner.id)
        asked = SettingsChange(owner.id, now.version, made(now.settings, found[0].name), caller.key)
        try:
            change_settings(connection, service.log, owner, asked, service.clock())
        except StaleSettingsError as stale:
            raise ConflictError(
                f"version {stale.based_on}", f"version {stale.in_force}", "look at the page again, then change it"
            ) from stale
