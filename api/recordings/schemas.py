"""Cameras as the API takes and shows them; no password ever comes out."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.http.fields import NO_CONTROLS, Short
from facts.recorder import GapReason
from runtime.recordings.camera_condition import CameraStanding, SearchResult, SearchStanding, TrialStanding
from runtime.recordings.camera_refusals import CameraRequest
from storage.database.recordings.gaps import CameraGap

CameraPlan = Literal["timetable", "always"]
Transport = Literal["tcp", "udp"]
StateWord = Literal["off", "unheld", "starting", "recording", "silent", "waiting", "failed"]


class CameraShape(BaseModel):
    """One camera, and how it stands: ``state`` is ``silent`` where pictures are due and none come, ``reason`` why."""

    id: int
    institution_id: int
    room: str
    name: str
    address: str | None
    sub_address: str | None
    user: str | None
    transport: Transport
    plan: CameraPlan
    audio: bool
    enabled: bool
    version: int
    made_at: datetime
    changed_at: datetime
    state: StateWord
    reason: GapReason | None
    words: str
    since: datetime | None
    newest_at: datetime | None
    missing_today_s: int


class NewCamera(BaseModel, extra="forbid"):
    """A camera to be; ``institution_id`` only where the caller speaks for several."""

    room: Short = ""
    name: Short = ""
    address: str = Field(max_length=500, pattern=NO_CONTROLS, examples=["rtsp://192.168.1.64/Streaming/Channels/101"])
    sub_address: str = Field("", max_length=500, pattern=NO_CONTROLS)
    user: Short = ""
    password: Short = ""
    transport: Transport = "tcp"
    plan: CameraPlan = "timetable"
    audio: bool = False
    enabled: bool = True
    institution_id: int | None = Field(None, ge=1, lt=2**53)

    @property
    def wanted(self) -> CameraRequest:
        """The same for whoever makes it."""
        return CameraRequest(**self.model_dump(exclude={"institution_id"}))


class CameraChange(BaseModel, extra="forbid"):
    """What is to be another; what is left out stays, the password too."""

    room: Short | None = None
    name: Short | None = None
    address: str | None = Field(None, max_length=500, pattern=NO_CONTROLS)
    sub_address: str | None = Field(None, max_length=500, pattern=NO_CONTROLS)
    user: Short | None = None
    password: Short | None = None
    transport: Transport | None = None
    plan: CameraPlan | None = None
    audio: bool | None = None
    enabled: bool | None = None


class CameraMove(BaseModel, extra="forbid"):
    """Whose the device is from now on."""

    institution_id: int = Field(ge=1, lt=2**53)


class GapShape(BaseModel):
    """A planned stretch without footage; one without an end goes on."""

    starts_at: datetime
    ends_at: datetime | None
    reason: GapReason
    words: str


class CameraTrialShape(BaseModel):
    """What a trial found: of the pictures, or in ``reason`` and ``text`` what is wrong; ``waiting`` while it goes on."""

    asked_at: datetime
    done_at: datetime | None
    waiting: bool
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    keyframe_s: float | None = None
    bits_per_s: float = 0.0
    clock_rate: float | None = None
    camera_offset_s: float | None = None
    reason: GapReason | None = None
    text: str = ""
    words: str = ""
    has_picture: bool = False


class SeenCameraShape(BaseModel):
    """A camera that answered; ``clock_offset_s`` is by how much its clock is ahead, ``other_certificate`` that it is not the one first met."""

    address: str
    port: int
    name: str
    model: str
    clock_offset_s: float | None
    other_certificate: bool


class CameraSearchShape(BaseModel):
    """Who answered; ``unnamed_networks`` where the operator named none, and so nobody was asked."""

    asked_at: datetime | None
    done_at: datetime | None
    waiting: bool
    unnamed_networks: bool
    cameras: list[SeenCameraShape]


def search_shape(one: SearchStanding | None) -> CameraSearchShape:
    """The search as the API shows it."""
    if one is None:
        return CameraSearchShape(asked_at=None, done_at=None, waiting=False, unnamed_networks=False, cameras=[])
    told = one.result or SearchResult()
    cameras = [
        SeenCameraShape(
            address=each.address,
            port=each.port,
            name=each.name,
            model=each.model,
            clock_offset_s=each.clock.offset_s if each.clock else None,
            other_certificate=each.other_certificate,
        )
        for each in told.cameras
    ]
    return CameraSearchShape(
        asked_at=one.kept.asked_at,
        done_at=one.kept.done_at,
        waiting=one.is_waiting,
        unnamed_networks=told.unnamed,
        cameras=cameras,
    )


def camera_shape(one: CameraStanding, *, writes: bool) -> CameraShape:
    """The camera as the API shows it; where it is, only to whoever keeps it."""
    row, told = one.row, one.told
    own = {"address": row.address, "sub_address": row.sub_address, "user": row.user} if writes else {}
    return CameraShape.model_validate(
        {name: getattr(row, name) for name in CameraShape.model_fields if hasattr(row, name)}
        | dict.fromkeys(("address", "sub_address", "user"))
        | own
        | {"state": one.state, "reason": told.reason or None if told else None, "words": one.words}
        | {"since": told.since if told else None, "newest_at": told.newest_at if told else None}
        | {"missing_today_s": one.missing_s}
    )


def gap_shape(one: CameraGap) -> GapShape:
    """The gap as the API shows it."""
    return GapShape.model_validate(one, from_attributes=True)


def trial_shape(one: TrialStanding) -> CameraTrialShape:
    """The trial as the API shows it."""
    told, names = one.result, ("codec", "width", "height", "fps", "keyframe_s", "bits_per_s", "clock_rate", "reason")
    found = {name: getattr(told, name) for name in (*names, "words")} if told else {}
    found |= {"camera_offset_s": told.clock.offset_s} if told and told.clock else {}
    own = {"asked_at": one.kept.asked_at, "done_at": one.kept.done_at, "waiting": one.is_waiting}
    text = {"text": one.reason.zh if one.reason else "", "has_picture": one.kept.picture is not None}
    return CameraTrialShape.model_validate(own | found | text)
