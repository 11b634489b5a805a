"""One job: a finished file of a media server becomes a file of its class, from inside the agreed folder only."""

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from facts.digest import Digest
from facts.errors import Fault, FaultsError, InputError, NotFoundError
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import class_folder, inside, uploads_folder
from runtime.platform.settings import Settings
from runtime.uploads.arrival import OwnNameError, name_in_use
from runtime.uploads.own_names import own_name_refusal
from storage.database import jobs
from storage.database.classes.classes import add_file, classes
from storage.database.connection import writing
from storage.database.jobs import Job, enqueue
from storage.database.tables.classes import CLASSES
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.uploads.file_names import name_fault
from storage.uploads.partial_file import NameTakenError, PartialFile

IMPORT = "take"
_STREAM = re.compile(r"([\w.-]{1,100})/([\w.-]{1,60})")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A finished file in the agreed folder: of which class, and what it is to be called there."""

    class_code: str
    source: Path
    name: str


def media_file(root: Path | None, stream: str, told: str, name: str) -> MediaFile:
    """The file that a media server tells of; its stream's path is ``CLASS/CAMERA``."""
    parts = _STREAM.fullmatch(stream)
    if parts is None:
        raise FaultsError([Fault("stream", repr(stream[:80]), "CLASS/CAMERA in letters, digits, . _ and -")])
    if fault := name_fault(name, "recording"):
        raise FaultsError([fault])
    if said := own_name_refusal(name):
        raise OwnNameError(name, said)
    try:
        source = file_within(root, told)
    except InputError as error:
        raise FaultsError([Fault("file", repr(told[-80:]), "a finished file inside XUESHI_MEDIA_ROOT")]) from error
    return MediaFile(parts[1], source, name)


def ask_import(connection: Connection, caller: Caller, media: MediaFile, at: datetime) -> Job:
    """Queues the import of one finished file; the same file announced twice is one job."""
    found = classes(connection, CLASSES.c.code == media.class_code, reached(caller))
    if len(found) != 1:
        raise NotFoundError("班期", "class, or not the only one of its code")
    return queue_import(connection, media, found[0].id, caller.key, at)


def queue_import(connection: Connection, media: MediaFile, class_id: int, by: str, at: datetime) -> Job:
    """The job that takes the file in, whoever told of it first."""
    payload = json.dumps({"source": str(media.source), "name": media.name, "by": by})
    return enqueue(connection, IMPORT, import_key(class_id, media.source), class_id, at, payload)


def import_key(class_id: int, source: Path) -> str:
    """One name for this very file as it is now: a hook and a scan that find it speak of one job."""
    stat = source.stat()
    digest = Digest.of(f"{source}\n{stat.st_size}\n{stat.st_mtime_ns}".encode())
    return f"{IMPORT}:{class_id}:{digest.sha256}"


def file_within(root: Path | None, told: str) -> Path:
    """The regular file that a media server tells of, if it truly lies in the agreed folder; links lead nowhere."""
    if root is None:
        raise InputError("media: got a file, expected XUESHI_MEDIA_ROOT to name the folder that media servers write to")
    place = Path(told) if told.startswith("/") else root / told
    try:
        real, top = place.resolve(strict=True), root.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        real, top = place, root / "…"
    if not real.is_relative_to(top) or not real.is_file():
        raise InputError(f"media: got {told[-80:]!r}, expected a finished file inside XUESHI_MEDIA_ROOT")
    return real


@dataclass(frozen=True, slots=True)
class MediaImporter:
    """Copies finished files into their classes' folders, for the queue."""

    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]

    def do(self, job: Job) -> bool:
        """Whether the file became the class's by this very worker."""
        told = json.loads(job.payload)
        source = file_within(self.settings.media_root, told["source"])
        if fault := name_fault(told["name"], "recording"):
            raise InputError(str(fault))
        partial = PartialFile(uploads_folder(self.settings.home), f"take-{job.id}")
        _copied(source, partial)
        digest = partial.digest()
        with partial.settling():
            try:
                place = inside(class_folder(self.settings.home, job.class_id), told["name"])
                partial.place(place)
            except NameTakenError as error:
                partial.discard()
                raise InputError(f"media: {error}") from error
            blob_folder(self.settings).keep(place)
            kept = self._record(job, told["name"], told["by"], partial.offset or 0, digest)
        partial.discard()
        return kept

    def _record(self, job: Job, name: str, by: str, size_bytes: int, digest: Digest) -> bool:
        at = self.clock()
        with writing(self.engine, "keeping a recording") as connection:
            if not jobs.finish(connection, job, at):
                return False
            if not name_in_use(connection, job.class_id, name):
                number = add_file(connection, job.class_id, name, "recording", size_bytes, digest.sha256, by, at)
                leaf = Leaf(LeafKind.RECORDING, at, digest, f"class:{job.class_id} file:{number}")
                EvidenceLog(self.engine).append_within(connection, [leaf])
        return True


def _copied(source: Path, partial: PartialFile) -> None:
    """A copy, because the media server may move or delete its own file later."""
    if partial.offset is None:
        partial.create()
    with source.open("rb") as read, partial.path.open("r+b") as write:
        if partial.offset != os.fstat(read.fileno()).st_size:
            write.truncate(0)
            shutil.copyfileobj(read, write, _PIECE)
            write.flush()
            os.fsync(write.fileno())
