"""班期设置: a class's cameras, where it signs in, who may share a phone, and who changed what when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import Connection

from api.classes.pages.settings_form import BLANK_ROWS, SettingsDraft, draft_of, read, typed, with_found
from api.http.auth import needs
from api.http.fields import Id
from api.http.render import redirect, render
from api.http.service import Served
from facts.check_in import Datum
from facts.class_settings import NOTHING_SET
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.classes.settings_text import changes
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.addresses import class_path
from runtime.classes.class_report import ClassWithReport, class_with_report
from runtime.classes.settings import change_settings, with_material
from runtime.platform.service import Service
from runtime.recordings.time_statements import time_rows
from runtime.roll_call.presence import middle_of_phones
from storage.database.accounts import tokens
from storage.database.accounts.accounts import accounts
from storage.database.classes.classes import files
from storage.database.classes.settings import (
    SettingsChange,
    SettingsRow,
    StaleSettingsError,
    newest_settings,
    settings_versions,
)
from storage.database.connection import reading, writing
from storage.database.tables.class_settings import CLASS_SETTINGS
from storage.database.tables.classes import FILES

router = APIRouter(include_in_schema=False, prefix="/classes/{number}/settings")
_WORD = r"^[a-z0-9]{0,10}$"
_MORE_ROWS, _VERSIONS = 4, 50
_WORDS = {
    Datum.GCJ02: Text("GCJ-02（高德、腾讯地图，微信，钉钉）", "GCJ-02 (AMap, Tencent maps, WeChat, DingTalk)"),
    Datum.WGS84: Text("WGS-84（GPS、手机浏览器）", "WGS-84 (GPS, phone browsers)"),
    Datum.BD09: Text("BD-09（百度地图）", "BD-09 (Baidu maps)"),
}


@router.get("")
def page(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.SETTINGS_READ)],
    number: Id,
    use: Annotated[str, Query(pattern=_WORD)] = "",
    saved: Annotated[str, Query(pattern=_WORD)] = "",
) -> Response:
    """What the class is set to; whoever may change it gets a form."""
    opened = class_with_report(service, caller, number)
    with reading(service.engine, "reading a class's settings") as connection:
        now = newest_settings(connection, number)
    draft = draft_of(now.settings)
    filled = use == "phones" and caller.may(Action.SETTINGS_WRITE)
    draft = _as_phones_say(service, number, draft) if filled else draft
    return _drawn(request, service, caller, opened, now.version, draft=draft, saved=bool(saved), filled=filled)


@router.post("")
async def change(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.SETTINGS_WRITE)], number: Id
) -> Response:
    """A new version, or the form again with what is wrong beside each field; more rows are no change."""
    form = await request.form()
    act, version = form.get("act"), str(form.get("version", ""))
    opened = await run_in_threadpool(class_with_report, service, caller, number)
    draft = typed(form, _cameras(opened))
    based_on = int(version) if re.fullmatch(r"[0-9]{1,9}", version) else -1
    return await run_in_threadpool(
        _more if act == "more" else _changed, request, service, caller, opened, based_on, draft
    )


def _more(
    request: Request, service: Service, caller: Caller, opened: ClassWithReport, based_on: int, draft: SettingsDraft
) -> Response:
    return _drawn(request, service, caller, opened, based_on, draft=draft, blank=_MORE_ROWS)


def _changed(
    request: Request, service: Service, caller: Caller, opened: ClassWithReport, based_on: int, draft: SettingsDraft
) -> Response:
    found, number = read(draft), opened.owner.id
    if found.faults:
        return _drawn(request, service, caller, opened, based_on, draft=draft, faults=found.faults, status=422)
    try:
        with writing(service.engine, "changing a class's settings") as connection:
            owner = class_for(connection, caller, number)
            wanted = SettingsChange(number, based_on, with_material(connection, number, found.settings), caller.key)
            change_settings(connection, service.log, owner, wanted, service.clock())
    except StaleSettingsError as stale:
        text = Text(
            f"您填写期间设置已改为第 {stale.in_force} 版，见下方记录；核对后再保存",
            f"the settings became version {stale.in_force} meanwhile, see below; look at them and save again",
        )
        return _drawn(request, service, caller, opened, stale.in_force, draft=draft, faults={"": text}, status=409)
    return redirect(f"{class_path(number)}/settings?saved=1")


def _drawn(
    request: Request,
    service: Service,
    caller: Caller,
    opened: ClassWithReport,
    based_on: int,
    *,
    draft: SettingsDraft,
    faults: Mapping[str, Text] | None = None,
    status: int = 200,
    blank: int = BLANK_ROWS,
    saved: bool = False,
    filled: bool = False,
) -> Response:
    """``based_on`` is the version that whoever fills in the form has seen; only a refusal shows them a newer one."""
    names = _cameras(opened)
    with reading(service.engine, "reading a class's settings") as connection:
        own = CLASS_SETTINGS.c.class_id == opened.owner.id
        versions = settings_versions(connection, own, limit=_VERSIONS + 1, newest_first=True)
        people = _people(connection, versions)
        own_files = files(connection, FILES.c.class_id == opened.owner.id)
    now = versions[0] if versions else SettingsRow(0, opened.owner.id, 0, NOTHING_SET)
    stated = {one.id for one in now.settings.cameras if one.room}
    return render(
        request,
        "classes/settings.html.j2",
        caller,
        status,
        opened=opened,
        here="/settings",
        now=now,
        based_on=based_on,
        draft=with_found(draft, names, blank),
        unsaid=[name for name in names if name not in stated],
        rooms=_rooms(opened),
        stills=_stills(opened),
        datums=_WORDS,
        phones=middle_of_phones(service, opened.owner.id, now.settings),
        told=_changes(versions),
        people=people,
        faults=faults or {},
        saved=saved,
        filled=filled,
        may_write=caller.may(Action.SETTINGS_WRITE),
        times=time_rows(opened.document, now.settings, own_files),
    )


def _rooms(opened: ClassWithReport) -> list[str]:
    return sorted({hour["room"] for hour in opened.document["hours"] if hour["room"]}) if opened.document else []


def _cameras(opened: ClassWithReport) -> list[str]:
    return [camera["id"] for camera in opened.document["cameras"]] if opened.document else []


def _stills(opened: ClassWithReport) -> dict[str, str]:
    """One masked picture of each camera, on which the lectern can be drawn."""
    hours = opened.document["hours"] if opened.document else []
    shown = ((hour["window"], opened.pictures.get(f"best:{hour['id']}")) for hour in hours)
    return {window["camera"]: path for window, path in shown if window and path}


def _changes(versions: Sequence[SettingsRow]) -> list[tuple[SettingsRow, tuple[Text, ...]]]:
    """Each version with what it changed, the newest first."""
    before = [one.settings for one in versions[1:]] + ([NOTHING_SET] if len(versions) <= _VERSIONS else [])
    return [(one, changes(old, one.settings)) for one, old in zip(versions, before, strict=False)]


def _people(connection: Connection, versions: Sequence[SettingsRow]) -> dict[str, str]:
    """The names of whoever made them."""
    if not versions:
        return {}
    named = {f"account:{one.id}": one.shown for one in accounts(connection)}
    return named | {f"key:{one.id}": one.name for one in tokens.keys(connection)}


def _as_phones_say(service: Service, number: int, draft: SettingsDraft) -> SettingsDraft:
    """The form with the middle filled in; nothing is kept before somebody saves it."""
    if (found := middle_of_phones(service, number, NOTHING_SET)) is None:
        return draft
    place = {"radius_m": "150", "coarse_m": "200"} | dict(draft.place)
    place |= {"latitude": str(found["latitude"]), "longitude": str(found["longitude"]), "datum": Datum.WGS84.value}
    return replace(draft, place=place)
