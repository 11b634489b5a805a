"""One job: a finished file of a media server becomes a file of its class, from inside the agreed folder only."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from facts.digest import Digest
from facts.errors import InputError
from runtime.platform.folders import class_folder, inside, uploads_folder
from runtime.platform.settings import Settings
from storage.database import jobs
from storage.database.classes.classes import add_file
from storage.database.connection import writing
from storage.database.jobs import Job, enqueue
from storage.database.uploads import name_in_use
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.uploads.file_names import name_fault
from storage.uploads.partial_file import NameTakenError, PartialFile

TAKE = "take"
_PIECE = 1 << 20


def ask_take(connection: Connection, class_id: int, source: Path, name: str, by: str, at: datetime) -> Job:
    """Queues the taking of one finished file; told twice of the same file, it is one job."""
    stat = source.stat()
    payload = json.dumps({"source": str(source), "name": name, "by": by})
    key = Digest.of(f"{source}\n{stat.st_size}\n{stat.st_mtime_ns}".encode()).sha256
    return enqueue(connection, TAKE, f"{TAKE}:{class_id}:{key}", class_id, at, payload)


def confined(root: Path | None, told: str) -> Path:
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
class Taker:
    """Takes files for the queue."""

    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]

    def do(self, job: Job) -> bool:
        """Whether the file became the class's by this very worker."""
        told = json.loads(job.payload)
        source = confined(self.settings.media_root, told["source"])
        if fault := name_fault(told["name"], "recording"):
            raise InputError(str(fault))
        partial = PartialFile(uploads_folder(self.settings.home), f"take-{job.id}")
        _copied(source, partial)
        digest = partial.digest()
        try:
            partial.place(inside(class_folder(self.settings.home, job.class_id), told["name"]))
        except NameTakenError as error:
            partial.discard()
            raise InputError(f"media: {error}") from error
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
    """A copy of our own: what the media server does with its file later is its own affair."""
    if partial.offset is None:
        partial.create()
    with source.open("rb") as read, partial.path.open("r+b") as write:
        if partial.offset != os.fstat(read.fileno()).st_size:
            write.truncate(0)
            shutil.copyfileobj(read, write, _PIECE)
            write.flush()
            os.fsync(write.fileno())
