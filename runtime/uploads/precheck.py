"""What becomes of chosen files: said before a byte is sent, in words that a clerk can act on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection

from facts.text import Text
from report.pieces import size
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.uploads.arrival import free_bytes, partial_of
from runtime.uploads.file_bindings import Binding, bindings_of_class
from runtime.uploads.file_kind import role_by_name
from runtime.uploads.own_names import own_name_refusal, same_name
from storage.database import uploads
from storage.database.classes.classes import ClassRow, FileRow, files
from storage.database.tables.classes import FILES
from storage.database.uploads import UploadRow
from storage.uploads.file_names import name_refusal, roles_of
from storage.uploads.partial_file import PartialFile

TAIL_BYTES = 1 << 18
_GIGABYTE = 1_000_000_000


class Outlook(StrEnum):
    """How a chosen file stands to the class."""

    NEW = "new"
    UNDER_WAY = "under_way"
    HELD = "held"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file on the clerk's own disk."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """An upload that is not whole yet; the digest of its last bytes lets the sender see that the file is the same."""

    token: str
    name: str
    role: str
    length: int
    offset: int
    tail_bytes: int
    tail_sha256: str


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """What is to be done with one chosen file, and why."""

    name: str
    role: str
    roles: tuple[str, ...]
    outlook: Outlook
    said: Text | None = None
    upload: OpenUpload | None = None
    file_id: int | None = None
    replaceable: bool = False


def upload_plans(
    service: Service, connection: Connection, caller: Caller, owner: ClassRow, chosen: Sequence[ChosenFile]
) -> Iterator[UploadPlan]:
    """One plan for each file, in order; what no longer fits is said of those that come last."""
    held = {same_name(one.name): one for one in files(connection, FILES.c.class_id == owner.id)}
    coming = {(one.name, one.length): one for one in own_uploads(service, connection, caller, owner.id)}
    bindings, room, seen = bindings_of_class(connection, owner), free_bytes(service, connection, owner), set[str]()
    for one in chosen:
        blank = UploadPlan(one.name, role_by_name(one.name), roles_of(one.name), Outlook.REFUSED)
        known, begun = held.get(same_name(one.name)), coming.get((one.name, one.size_bytes))
        if said := _refused(one, seen, service.settings.upload_bytes):
            yield replace(blank, said=said)
        elif known:
            yield _known(blank, one, known, bindings.binding(known, caller.key))
        elif begun:
            yield replace(blank, outlook=Outlook.UNDER_WAY, role=begun.role or blank.role, upload=begun)
        elif one.size_bytes > room:
            yield replace(blank, said=_no_room(room))
        else:
            room -= one.size_bytes
            yield replace(blank, outlook=Outlook.NEW)
        seen.add(same_name(one.name))


def size_text(size_bytes: int) -> str:
    """A size as people say it of whole recordings: ``64.0 GB``; smaller ones as reports write them."""
    return f"{size_bytes / _GIGABYTE:,.1f} GB" if size_bytes >= _GIGABYTE else size(size_bytes)


def own_uploads(service: Service, connection: Connection, caller: Caller, class_id: int) -> list[OpenUpload]:
    """The caller's uploads to the class that can be gone on with."""
    found = uploads.under_way(connection, caller.key, class_id, service.clock())
    shown = ((one, partial_of(service, one.token)) for one in found)
    return [_under_way(one, partial, offset) for one, partial in shown if (offset := partial.offset) is not None]


def _under_way(one: UploadRow, partial: PartialFile, offset: int) -> OpenUpload:
    tail = partial.tail(offset, TAIL_BYTES)
    return OpenUpload(one.token, one.name, one.role, one.length, offset, len(tail), sha256(tail).hexdigest())


def _refused(one: ChosenFile, seen: set[str], most: int) -> Text | None:
    if found := name_refusal(one.name):
        return found.text
    if said := own_name_refusal(one.name):
        return said
    if same_name(one.name) in seen:
        return Text("这次选了两个同名文件；请改名后再选", "chosen twice under one name; rename one and choose again")
    if one.size_bytes == 0:
        return Text("空文件（0 字节）；请重新导出或拷贝后再选", "an empty file (0 bytes); export or copy it again")
    if one.size_bytes > most:
        return Text(
            f"超过单个文件上限 {size_text(most)}；请在录像机上分段导出",
            f"larger than one file may be ({size_text(most)}); export it in parts",
        )
    return None


def _known(blank: UploadPlan, one: ChosenFile, known: FileRow, bound: Binding | None) -> UploadPlan:
    if known.size_bytes == one.size_bytes:
        said = Text(
            "班里已有同名、同样大小的文件，不用再传", "the class has this file (same name and size); nothing to send"
        )
        return replace(blank, outlook=Outlook.HELD, role=known.role, said=said, file_id=known.id)
    same = Text(
        f"班里已有同名文件（{size_text(known.size_bytes)}）",
        f"the class has a file of this name ({size_text(known.size_bytes)})",
    )
    more = (
        bound.text if bound else Text("可以替换，也可以改名后另传", "replace it, or rename yours and choose it again")
    )
    said = Text(f"{same.zh}；{more.zh}", f"{same.en}; {more.en}")
    return replace(blank, outlook=Outlook.TAKEN, said=said, file_id=known.id, replaceable=bound is None)


def _no_room(room: int) -> Text:
    return Text(
        f"机构空间不够（还剩 {size_text(room)}）；请联系系统管理员",
        f"no room left for the institution ({size_text(room)} free); ask the system administrator",
    )
