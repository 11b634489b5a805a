"""录像时间: the clerk says when recordings began that do not say so themselves; their own clocks always go first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import Id
from api.http.render import redirect, render
from api.http.service import Served
from api.recordings.pages.time_form import typed
from facts.class_settings import ClassSettings
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.addresses import class_path
from runtime.classes.class_report import ClassWithReport, class_with_report
from runtime.classes.settings import change_settings, faults_of
from runtime.platform.service import Service
from runtime.recordings.time_statements import TimeRow, end_of, stated_times, time_rows
from storage.database.classes.classes import files
from storage.database.classes.settings import SettingsChange, SettingsRow, StaleSettingsError, newest_settings
from storage.database.connection import reading, writing
from storage.database.tables.classes import FILES

router = APIRouter(include_in_schema=False, prefix="/classes/{number}/times")
Writing = Annotated[Caller, needs(Action.SETTINGS_WRITE)]


@router.get("")
def page(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.SETTINGS_READ)],
    number: Id,
    saved: Annotated[str, Query(pattern="^[a-z0-9]{0,10}$")] = "",
) -> Response:
    """What is stated, and what still tells no time."""
    opened = class_with_report(service, caller, number)
    now, rows = _in_force(service, opened)
    return _drawn(request, caller, opened, now, rows, saved=bool(saved))


@router.post("")
async def change(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """A new version of the settings, or the form again with what is wrong beside each field."""
    form = await request.form(max_fields=4_000)
    version = str(form.get("version", ""))
    opened = await run_in_threadpool(class_with_report, service, caller, number)
    now, offered = await run_in_threadpool(_in_force, service, opened)
    rows = typed(form, offered)
    based_on = int(version) if re.fullmatch(r"[0-9]{1,9}", version) else -1
    return await run_in_threadpool(_changed, request, service, caller, opened, now, based_on, rows)


def _in_force(service: Service, opened: ClassWithReport) -> tuple[SettingsRow, tuple[TimeRow, ...]]:
    """The settings, and the form that they and the newest report make."""
    number = opened.owner.id
    with reading(service.engine, "reading a class's settings") as connection:
        now, own = newest_settings(connection, number), files(connection, FILES.c.class_id == number)
    return now, time_rows(opened.document, now.settings, own)


def _changed(
    request: Request,
    service: Service,
    caller: Caller,
    opened: ClassWithReport,
    now: SettingsRow,
    based_on: int,
    rows: Sequence[TimeRow],
) -> Response:
    found, number = stated_times(rows), opened.owner.id
    asked = replace(now.settings, recordings=found.stated)
    at = service.clock()
    with reading(service.engine, "checking a class's settings") as connection:
        told = dict(found.faults) or _beside(faults_of(connection, opened.owner, asked, at), asked, rows)
    if told:
        return _drawn(request, caller, opened, now, rows, faults=told, status=422)
    try:
        with writing(service.engine, "changing a class's settings") as connection:
            owner = class_for(connection, caller, number)
            change_settings(connection, service.log, owner, SettingsChange(number, based_on, asked, caller.key), at)
    except StaleSettingsError as stale:
        text = Text(
            f"您填写期间设置已改为第 {stale.in_force} 版；核对后再保存",
            f"the settings became version {stale.in_force} meanwhile; look at them and save again",
        )
        return _drawn(request, caller, opened, _in_force(service, opened)[0], rows, faults={"": text}, status=409)
    return redirect(f"{class_path(number)}/times?saved=1")


def _beside(told: Mapping[str, Text], asked: ClassSettings, rows: Sequence[TimeRow]) -> dict[str, Text]:
    """The settings' faults at the form's rows; one about anything else stands above them."""
    places = {row.file: index for index, row in enumerate(rows)}
    found = {}
    for where, text in told.items():
        part, _, rest = where.partition(".")
        index, _, name = rest.partition(".")
        own = part == "recordings" and index.isdigit()
        found[f"{places[asked.recordings[int(index)].file]}.{name}" if own else ""] = text
    return found


def _drawn(
    request: Request,
    caller: Caller,
    opened: ClassWithReport,
    now: SettingsRow,
    rows: Sequence[TimeRow],
    *,
    faults: Mapping[str, Text] | None = None,
    status: int = 200,
    saved: bool = False,
) -> Response:
    return render(
        request,
        "recordings/recording_times.html.j2",
        caller,
        status,
        opened=opened,
        here="/settings",
        now=now,
        rows=[(row, end_of(row)) for row in rows],
        left=sum(row.blank for row in rows),
        cameras=_cameras(opened, now.settings, rows),
        faults=faults or {},
        saved=saved,
        may_write=caller.may(Action.SETTINGS_WRITE),
    )


def _cameras(opened: ClassWithReport, settings: ClassSettings, rows: Sequence[TimeRow]) -> dict[str, str]:
    """Every camera that the class knows of, with its room."""
    found = {one["id"]: one["room"] for one in opened.document["cameras"]} if opened.document else {}
    found |= {row.camera: "" for row in rows if row.camera and row.camera not in found}
    return dict(sorted((found | {one.id: one.room for one in settings.cameras}).items()))
