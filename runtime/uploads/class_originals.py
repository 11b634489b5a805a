"""A class's files where they lie: what this machine's folder lacks comes from the evidence store, else from the blobs.

Recordings are read by ranges of their evidence. Lists and papers are small, and no lock keeps what is not sealed yet:
these are fetched whole, and kept only if their bytes are those on record.
"""

import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine

from facts.digest import Digest
from facts.errors import InputError
from facts.stored_recording import StoredRecording
from runtime.platform.blob_folder import BlobFolder, blob_folder
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.platform.folders import class_folder, inside, uploads_folder
from runtime.platform.settings import Settings
from runtime.verification.stored_recordings import NOTHING_STORED, StoredRecordings, opened_recordings
from storage.database.classes.classes import FileRow, files
from storage.database.connection import reading
from storage.database.tables.classes import FILES
from storage.evidence.address import open_store
from storage.evidence.errors import NotStoredError
from storage.evidence.port import EvidenceStore, Ref
from storage.retention.register import EvidenceRegister

RECORDING = "recording"


@contextmanager
def class_originals(
    engine: Engine, settings: Settings, class_id: int, only: Collection[str] | None = None
) -> Iterator[StoredRecordings]:
    """Within it the class can be read as if everything lay in its folder; refused where a file is nowhere.

    ``only``: the names of those that are wanted of it.
    """
    with reading(engine, "reading which files a class has") as connection:
        rows = [row for row in files(connection, FILES.c.class_id == class_id) if only is None or row.name in only]
    folder, shared = class_folder(settings.home, class_id), blob_folder(settings)
    lacking = [row for row in rows if not _lies_in(shared, folder, row)]
    if not lacking:
        yield NOTHING_STORED
        return
    store = open_store(settings.store, environment(), now)
    recordings = []
    for row in lacking:
        place, stored = inside(folder, row.name), _stored(engine, store, row)
        if stored is None:
            if not shared.bring(place, Digest(row.sha256)):
                raise _nowhere(row, store)
        elif row.role == RECORDING:
            recordings.append(stored)
        else:
            _fetch(store, stored, place, uploads_folder(settings.home))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with opened_recordings(store, folder, recordings) as opened:
        yield opened


def _lies_in(shared: BlobFolder, folder: Path, row: FileRow) -> bool:
    place = inside(folder, row.name)
    same = place.is_file() and place.stat().st_size == row.size_bytes
    return same and shared.holds(place, Digest(row.sha256))


def _stored(engine: Engine, store: EvidenceStore, row: FileRow) -> StoredRecording | None:
    known = EvidenceRegister(engine).where(store.url, row.sha256)
    for one in known:
        with suppress(NotStoredError):
            ref = store.stat(Ref(one.digest, one.version_id)).ref
            return StoredRecording(row.name, ref.digest, ref.version_id, row.size_bytes)
    return None


def _nowhere(row: FileRow, store: EvidenceStore) -> InputError:
    return InputError(
        f"{row.name}：既不在本机，也不在证据库中 {store.url}: got no object {row.sha256[:12]}, expected the file here or there;"
        " look for it in the backup, or let its institution hand it in again"
    )


def _fetch(store: EvidenceStore, stored: StoredRecording, place: Path, aside: Path) -> None:
    """Whole or not at all: the store's bytes are hashed on their way."""
    for folder in (place.parent, aside):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = aside / f"fetched-{secrets.token_hex(8)}"
    try:
        with part.open("xb") as made:
            for piece in store.get(Ref(stored.digest, stored.version_id)):
                made.write(piece)
            made.flush()
            os.fsync(made.fileno())
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
