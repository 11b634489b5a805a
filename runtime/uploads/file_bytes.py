"""A class's file and its bytes: in the class's folder, or in the evidence store where the folder has been emptied."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from facts.digest import Digest
from facts.errors import InputError, NotFoundError, RefusalError
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.classes.unmasking import FACE, IDENTITY, refuse_unasked
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import class_folder, inside
from runtime.platform.service import Service
from storage.database.classes.classes import FileRow, files
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES, FILES
from storage.evidence.port import ByteRange, Ref
from storage.retention.register import EvidenceRegister

_PIECE = 1 << 18


class BytesGoneError(NotFoundError):
    """The record of the file is there, its bytes are nowhere."""

    def __init__(self, sha256: str) -> None:
        title = Text("文件已不在本机与证据库中", "the file is neither here nor in the store")
        RefusalError.__init__(self, "GONE", title, expected=sha256)


def file_for(service: Service, caller: Caller, number: int) -> FileRow:
    """The file, if it is within the caller's reach."""
    within = FILES.c.class_id.in_(select(CLASSES.c.id).where(reached(caller)))
    with reading(service.engine, "reading a file") as connection:
        found = files(connection, FILES.c.id == number, within)
    if not found:
        raise NotFoundError("文件", "file")
    return found[0]


def refuse_masked(service: Service, caller: Caller, file: FileRow) -> None:
    """Recordings and papers show faces, lists show whole numbers: neither before the caller has said why."""
    with reading(service.engine, "looking for a reason") as connection:
        kind = FACE if file.role in {"recording", "paper"} else IDENTITY
        refuse_unasked(service, connection, caller, kind, file.class_id)


def place_of(service: Service, file: FileRow) -> Path | Ref:
    """Where the bytes lie."""
    place, shared = inside(class_folder(service.settings.home, file.class_id), file.name), blob_folder(service.settings)
    if place.is_file() and place.stat().st_size == file.size_bytes and shared.holds(place, Digest(file.sha256)):
        return place
    known = EvidenceRegister(service.engine).where(service.store.url, file.sha256)
    for ref in [*(Ref(one.digest, one.version_id) for one in known), Ref(Digest(file.sha256))]:
        with suppress(InputError):  # not there, or in a bucket, where nothing is found without its version
            return service.store.stat(ref).ref
    if shared.bring(place, Digest(file.sha256)):
        return place
    raise BytesGoneError(file.sha256)


def bytes_at(service: Service, place: Path | Ref, wanted: tuple[int, int] | None) -> Iterator[bytes]:
    """A range, or the whole, which the store then hashes on its way."""
    if isinstance(place, Ref):
        return service.store.get(place, ByteRange(*wanted) if wanted else None)
    return _from_disk(place, *(wanted or (0, place.stat().st_size)))


def _from_disk(place: Path, start: int, end: int) -> Iterator[bytes]:
    with place.open("rb") as file:
        file.seek(start)
        left = end - start
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
