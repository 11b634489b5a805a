"""The files of a class, and their bytes; recordings show faces, so their bytes ask for a reason first."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import select

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.byte_ranges import asked_range, content_range
from api.http.fields import Filter, Id
from api.http.openapi import problems
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.problem import ProblemError
from api.http.service import Served
from facts.digest import Digest
from facts.errors import NotFoundError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.classes.unmasking import FACE, IDENTITY, refuse_unasked
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from storage.database.classes.classes import FileRow, files
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES, FILES
from storage.evidence.errors import NotStoredError
from storage.evidence.port import ByteRange, Ref
from storage.retention.register import EvidenceRegister

router = APIRouter(prefix="/api/v1", tags=["files"])
_PIECE = 1 << 18
_LINK_LIFE = timedelta(minutes=10)
_BYTES = {
    "description": "Bytes.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_TYPES = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
    "ts": "video/mp2t",
}


class FileShape(BaseModel):
    """One file, whole, by its digest."""

    id: int
    class_id: int
    name: str
    role: str
    size_bytes: int
    sha256: str
    added_by: str
    added_at: datetime


@router.get("/classes/{number}/files")
def of_class(
    service: Served,
    caller: Annotated[Caller, needs(Action.RECORDING_READ)],
    number: Id,
    role: Filter = None,
    name: Filter = None,
    sha256: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[FileShape]:
    """Recordings, rosters, timetables and papers of one class."""
    where = matching((FILES.c.role, role), (FILES.c.name, name), (FILES.c.sha256, sha256))
    with reading(service.engine, "listing files") as connection:
        class_for(connection, caller, number)
        found = files(connection, FILES.c.class_id == number, *after_cursor(FILES, cursor), *where, limit=limit + 1)
    return page(found, limit, shape, lambda one: one.id)


@router.get("/files/{number}")
def one(service: Served, caller: Annotated[Caller, needs(Action.RECORDING_READ)], number: Id) -> FileShape:
    """One file."""
    return shape(_there(service, caller, number))


@router.get(
    "/files/{number}/content",
    response_class=Response,
    responses=problems(416)
    | {200: _BYTES, 206: _BYTES, 304: {"description": "Not changed."}}
    | {307: {"description": "The store itself gives these bytes, for a few minutes (XUESHI_STORE_LINKS=1)."}},
)
def content(
    service: Served,
    caller: Annotated[Caller, needs(Action.FACE_VIEW)],
    number: Id,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the header's name
    if_range: Annotated[str | None, Header()] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The bytes, whole or a range of them (RFC 9110), once the caller has said why."""
    found = _there(service, caller, number)
    with reading(service.engine, "looking for a reason") as connection:
        kind = FACE if found.role in {"recording", "paper"} else IDENTITY
        refuse_unasked(service, connection, caller, kind, found.class_id)
    tag = f'"{found.sha256}"'
    headers = {
        "etag": tag,
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        **disposition(Path(found.name).name, inline=True),
        "content-type": _TYPES.get(found.name.rpartition(".")[2].casefold(), "application/octet-stream"),
    }
    if if_none_match == tag:
        return Response(status_code=304, headers={"etag": tag})
    held = _held(service, found)
    if isinstance(held, Ref) and service.settings.store_links and (address := service.store.link(held, _LINK_LIFE)):
        return Response(status_code=307, headers={"location": address, "cache-control": "no-store"})
    wanted = asked_range(range if if_range in {None, tag} else None, found.size_bytes)
    start, end = wanted or (0, found.size_bytes)
    headers["content-length"] = str(end - start)
    if wanted:
        headers["content-range"] = content_range(start, end, found.size_bytes)
    return StreamingResponse(_bytes(service, held, wanted), 206 if wanted else 200, headers)


def shape(found: FileRow) -> FileShape:
    """The file as the API shows it."""
    return FileShape(
        id=found.id,
        class_id=found.class_id,
        name=found.name,
        role=found.role,
        size_bytes=found.size_bytes,
        sha256=found.sha256,
        added_by=found.added_by,
        added_at=found.added_at,
    )


def _there(service: Service, caller: Caller, number: int) -> FileRow:
    within = FILES.c.class_id.in_(select(CLASSES.c.id).where(reached(caller)))
    with reading(service.engine, "reading a file") as connection:
        found = files(connection, FILES.c.id == number, within)
    if not found:
        raise NotFoundError("文件", "file")
    return found[0]


def _held(service: Service, found: FileRow) -> Path | Ref:
    """Where the bytes are: in the class's folder, or in the evidence store where the folder has been emptied."""
    place = inside(class_folder(service.settings.home, found.class_id), found.name)
    if place.is_file() and place.stat().st_size == found.size_bytes:
        return place
    known = EvidenceRegister(service.engine).where(service.store.url, found.sha256)
    for ref in [*(Ref(one.digest, one.version_id) for one in known), Ref(Digest(found.sha256))]:
        with suppress(NotStoredError):
            return service.store.stat(ref).ref
    title = Text("文件已不在本机与证据库中", "the file is neither here nor in the store")
    raise ProblemError(404, "GONE", title, expected=found.sha256)


def _bytes(service: Service, held: Path | Ref, wanted: tuple[int, int] | None) -> Iterator[bytes]:
    """A range, or the whole, which the store then hashes on its way."""
    if isinstance(held, Ref):
        return service.store.get(held, ByteRange(*wanted) if wanted else None)
    return _from_disk(held, *(wanted or (0, held.stat().st_size)))


def _from_disk(place: Path, start: int, end: int) -> Iterator[bytes]:
    with place.open("rb") as file:
        file.seek(start)
        left = end - start
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
