"""What a class is set to (班期设置): read by whoever oversees it, changed by its institution, every version kept."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, after_cursor, page
from api.http.service import Served
from facts.check_in import Datum
from facts.class_settings import (
    COARSE_M,
    LATITUDES,
    LONGITUDES,
    MOST_CAMERAS,
    MOST_ID_CHARS,
    MOST_LECTERN_CHARS,
    MOST_OFFSET_S,
    MOST_PER_PHONE,
    MOST_ROOM_CHARS,
    RADII_M,
    ClassSettings,
    DeviceRule,
    PlaceRule,
)
from facts.codec import plain
from facts.footage import Camera
from facts.span import instant
from facts.statements import (
    MOST_ASIDE,
    MOST_CAMERA_CHARS,
    MOST_FILE_CHARS,
    MOST_RECORDINGS,
    REASON_CHARS,
    YEARS,
    ListSetAside,
    StatedStart,
)
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.settings import change_settings
from storage.database.classes.settings import (
    SettingsChange,
    SettingsRow,
    newest_settings,
    settings_versions,
)
from storage.database.connection import reading
from storage.database.tables.class_settings import CLASS_SETTINGS

router = APIRouter(prefix="/api/v1/classes/{number}/settings", tags=["settings"])
Reading = Annotated[Caller, needs(Action.SETTINGS_READ)]


class CameraSetting(BaseModel, extra="forbid"):
    """A camera by its name in the recordings' file names, the room it looks into, and what to add to its clock."""

    id: str = Field(min_length=1, max_length=MOST_ID_CHARS, pattern=NO_CONTROLS, examples=["CH02"])
    room: str = Field("", max_length=MOST_ROOM_CHARS, pattern=NO_CONTROLS, examples=["201教室"])
    clock_offset_s: float = Field(0.0, ge=-MOST_OFFSET_S, le=MOST_OFFSET_S, allow_inf_nan=False)
    lectern: str = Field(
        "",
        max_length=MOST_LECTERN_CHARS,
        pattern=NO_CONTROLS,
        examples=["0.1 0.5 0.2 0.4"],
        description="where a teacher stands: left, top, width, height in shares of the picture; none: out of the picture",
    )


class PlaceSetting(BaseModel, extra="forbid"):
    """Where the class signs in; positions less sure than ``coarse_m`` say nothing."""

    latitude: float = Field(ge=LATITUDES[0], le=LATITUDES[1], allow_inf_nan=False)
    longitude: float = Field(ge=LONGITUDES[0], le=LONGITUDES[1], allow_inf_nan=False)
    datum: Datum = Field(description="the reference system of the two numbers: gcj02, wgs84 or bd09")
    radius_m: int = Field(150, ge=RADII_M[0], le=RADII_M[1])
    coarse_m: int = Field(200, ge=COARSE_M[0], le=COARSE_M[1])


class DeviceSetting(BaseModel, extra="forbid"):
    """How many may sign in by one phone in a class hour unmarked; whether another phone of one person is marked."""

    people_per_phone: Annotated[int, Field(ge=1, le=MOST_PER_PHONE)] = 1
    second_phone: bool = False


class RecordingSetting(BaseModel, extra="forbid"):
    """When a recording began that does not say so itself; what its name or its own clock says always goes first."""

    file: str = Field(min_length=1, max_length=MOST_FILE_CHARS, pattern=NO_CONTROLS, examples=["录像/hiv00001.mp4"])
    start: AwareDatetime = Field(description="of its first frame", examples=["2025-04-07T08:30:00+08:00"])
    camera: str = Field("", max_length=MOST_CAMERA_CHARS, pattern=NO_CONTROLS, examples=["CH02"])


class AsideSetting(BaseModel, extra="forbid"):
    """A list that the institution no longer stands by: nothing of it is read, and the file stays."""

    file: str = Field(min_length=1, max_length=MOST_FILE_CHARS, pattern=NO_CONTROLS, examples=["花名册.xlsx"])
    reason: str = Field(
        min_length=REASON_CHARS[0], max_length=REASON_CHARS[1], pattern=NO_CONTROLS, examples=["证号录错，已另传更正版"]
    )


class SettingsBody(BaseModel):
    """Everything that a class is set to; what is left out is set to nothing."""

    cameras: list[CameraSetting] = Field([], max_length=MOST_CAMERAS)
    place: PlaceSetting | None = None
    device: DeviceSetting = DeviceSetting()
    recordings: list[RecordingSetting] = Field([], max_length=MOST_RECORDINGS)
    aside: list[AsideSetting] = Field([], max_length=MOST_ASIDE)


class NewSettings(SettingsBody, extra="forbid"):
    """What the class is to be set to, and the version that the change is based on."""

    version: int = Field(ge=0, lt=2**31, description="the `version` that was read; another one is a conflict")


class SettingsShape(SettingsBody):
    """One version; 0 is a class of which nothing was ever set."""

    class_id: int
    version: int
    made_by: str
    made_at: datetime | None


@router.get("")
def one(service: Served, caller: Reading, number: Id) -> SettingsShape:
    """The version in force."""
    with reading(service.engine, "reading a class's settings") as connection:
        return shape(newest_settings(connection, class_for(connection, caller, number).id))


@router.put("", response_model=SettingsShape)
def change(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.SETTINGS_WRITE)],
    number: Id,
    sent: NewSettings,
    key: IdempotencyKey = None,
) -> Response:
    """A new version; the class is verified anew with it, and earlier reports stay as they were made."""

    def work(connection: Connection) -> SettingsShape:
        owner = class_for(connection, caller, number)
        asked = SettingsChange(owner.id, sent.version, settings_of(sent), caller.key)
        return shape(change_settings(connection, service.log, owner, asked, service.clock()))

    return run_once(request, service, caller, key, sent, work, 200)


@router.get("/history")
def history(
    service: Served, caller: Reading, number: Id, cursor: Cursor = None, limit: Limit = 50
) -> Page[SettingsShape]:
    """Every version, the first first."""
    with reading(service.engine, "reading a class's settings") as connection:
        own = CLASS_SETTINGS.c.class_id == class_for(connection, caller, number).id
        found = settings_versions(connection, own, *after_cursor(CLASS_SETTINGS, cursor), limit=limit + 1)
    return page(found, limit, shape, lambda row: row.id)


def settings_of(sent: SettingsBody) -> ClassSettings:
    """The record that the request spells."""
    cameras = tuple(Camera(one.id, one.room, one.clock_offset_s, one.lectern) for one in sent.cameras)
    place = PlaceRule(**sent.place.model_dump()) if sent.place else None
    recordings = tuple(StatedStart(one.file, _utc(one.start), one.camera) for one in sent.recordings)
    aside = tuple(ListSetAside(one.file, one.reason) for one in sent.aside)
    return ClassSettings(cameras, place, DeviceRule(**sent.device.model_dump()), recordings, aside)


def _utc(start: datetime) -> datetime:
    """A year that no recording is of stays as it was sent, for the fault to tell; some have no UTC."""
    return instant(start) if YEARS[0].year <= start.year <= YEARS[1].year else start


def shape(row: SettingsRow) -> SettingsShape:
    """The version as the API shows it."""
    said = {"class_id": row.class_id, "version": row.version, "made_by": row.made_by, "made_at": row.made_at}
    return SettingsShape.model_validate(plain(row.settings) | said)
