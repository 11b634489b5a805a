"""What may be sent to a class and what is half sent, so that a sender resumes and errs before a byte has gone."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.http.auth import needs
from api.http.fields import Id
from api.http.service import Served
from api.uploads.routes.uploads import router as uploads
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.uploads.arrival import free_bytes
from runtime.uploads.precheck import ChosenFile, OpenUpload, Outlook, UploadPlan, own_uploads, upload_plans
from storage.database.connection import reading

router = APIRouter(prefix="/api/v1/classes/{number}/uploads", tags=["uploads"])
Writing = Annotated[Caller, needs(Action.RECORDING_WRITE)]
_MOST_FILES = 200


class UploadShape(BaseModel):
    """One upload under way; ``tail_sha256`` is of the last ``tail_bytes`` before the offset."""

    location: str
    name: str
    role: str
    length: int
    offset: int
    tail_bytes: int
    tail_sha256: str


class UploadsShape(BaseModel):
    """The caller's uploads to a class, and the room that is left."""

    items: list[UploadShape]
    room_bytes: int
    most_bytes: int


class ChosenShape(BaseModel, extra="forbid"):
    """A file that somebody wants to send."""

    name: str = Field(max_length=1000)
    size_bytes: int = Field(ge=0, lt=2**53)


class ChoiceShape(BaseModel, extra="forbid"):
    """Some of them; ask again for more."""

    files: list[ChosenShape] = Field(max_length=_MOST_FILES)


class SaidShape(BaseModel):
    """A sentence for people."""

    zh: str
    en: str


class PlanShape(BaseModel):
    """What becomes of one file; ``role`` is a guess by its name that its headers may correct."""

    name: str
    role: str
    roles: list[str]
    outlook: Outlook
    said: SaidShape | None
    upload: UploadShape | None
    file_id: int | None
    replaceable: bool


class PlansShape(BaseModel):
    """One answer for each file, in order."""

    files: list[PlanShape]


@router.get("")
def under_way(service: Served, caller: Writing, number: Id) -> UploadsShape:
    """The caller's own uploads that are not whole yet."""
    with reading(service.engine, "listing uploads") as connection:
        owner = class_for(connection, caller, number)
        items = [_upload(one) for one in own_uploads(service, connection, caller, number)]
        room = free_bytes(service, connection, owner)
    return UploadsShape(items=items, room_bytes=room, most_bytes=service.settings.upload_bytes)


@router.post("/plan")
def plan(service: Served, caller: Writing, number: Id, sent: ChoiceShape) -> PlansShape:
    """Whether each file may come, is half here, or is here already; nothing is changed by asking."""
    chosen = [ChosenFile(one.name, one.size_bytes) for one in sent.files]
    with reading(service.engine, "planning uploads") as connection:
        owner = class_for(connection, caller, number)
        return PlansShape(files=[_plan(one) for one in upload_plans(service, connection, caller, owner, chosen)])


def _upload(one: OpenUpload) -> UploadShape:
    return UploadShape(
        location=f"{uploads.prefix}/{one.token}",
        name=one.name,
        role=one.role,
        length=one.length,
        offset=one.offset,
        tail_bytes=one.tail_bytes,
        tail_sha256=one.tail_sha256,
    )


def _plan(one: UploadPlan) -> PlanShape:
    return PlanShape(
        name=one.name,
        role=one.role,
        roles=list(one.roles),
        outlook=one.outlook,
        said=_said(one.said),
        upload=_upload(one.upload) if one.upload else None,
        file_id=one.file_id,
        replaceable=one.replaceable,
    )


def _said(text: Text | None) -> SaidShape | None:
    return SaidShape(zh=text.zh, en=text.en) if text else None
