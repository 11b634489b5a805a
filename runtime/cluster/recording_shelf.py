"""A worker's copies of recordings that lie in shared blobs: fetched whole, held against their digest, the oldest given up."""

import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from facts.digest import Digest
from facts.errors import XueshiError
from runtime.cluster.errors import BlobsAwayError, UnfitWorkerError
from storage.blobs.port import BlobStore
from storage.evidence.errors import StoreLostError

_FOLDER = "recordings"
MOST_BYTES = 100_000_000_000


@dataclass
class RecordingShelf:
    """A folder for each class's set of recordings below the worker's cache, so that a child is confined to one of them.

    ``opening`` opens the blobs when they are first wanted: a worker may begin before its store.
    """

    cache: Path
    opening: Callable[[], BlobStore]
    most_bytes: int = MOST_BYTES
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _fetching: dict[Path, threading.Lock] = field(default_factory=dict)
    _used: dict[str, int] = field(default_factory=dict)

    def folder(self, group: str) -> Path:
        """Where the recordings of a group lie; made where it is not there, because only what is there can be reached."""
        made = self.cache / _FOLDER / group
        made.mkdir(parents=True, exist_ok=True, mode=0o700)
        return made

    @contextmanager
    def using(self, group: str) -> Iterator[Path]:
        """Within it nothing of the group is given up."""
        with self._lock:
            self._used[group] = self._used.get(group, 0) + 1
            folder = self.folder(group)
            os.utime(folder)
        try:
            yield folder
        finally:
            with self._lock:
                self._used[group] -= 1
                if not self._used[group]:
                    del self._used[group]

    def brought(self, group: str, name: str, digest: Digest, size_bytes: int) -> Path:
        """The recording's path here, fetched by one thread at a time; refused in a line where it cannot be had as it was."""
        place = self.folder(group) / digest.sha256 / Path(name).name
        with self._alone(place):
            if place.is_file():
                return Path(os.path.realpath(place))
            try:
                self._make_room(size_bytes)
                self._fetch(name, place, digest)
            except UnfitWorkerError:
                raise
            except StoreLostError as error:
                raise BlobsAwayError(f"{Path(name).name}: could not be fetched by this worker: {error}") from error
            except (XueshiError, OSError) as error:
                raise UnfitWorkerError(f"{Path(name).name}: could not be fetched by this worker: {error}") from error
        return Path(os.path.realpath(place))

    def _fetch(self, name: str, place: Path, digest: Digest) -> None:
        blobs = self.opening()
        if blobs.entry(name) is None:
            raise UnfitWorkerError(
                f"{blobs.url}: got no {name}, expected it as the asker has it; xueshi store move copies it"
            )
        part = self.folder("") / f"fetched-{secrets.token_hex(8)}"
        try:
            with part.open("xb") as made:
                found = Digest.of(_written(blobs.get(name), made.write))
            if found != digest:
                raise UnfitWorkerError(
                    f"{blobs.url}: got bytes with SHA-256 {found.short} under {name}, expected {digest.short}"
                )
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)

    def _make_room(self, wanted_bytes: int) -> None:
        """The groups that were used longest ago go first; none that is used now."""
        with self._lock:
            top = self.folder("")
            groups = sorted((one for one in top.iterdir() if one.is_dir()), key=lambda one: one.stat().st_mtime)
            sizes = {one: sum(file.stat().st_size for file in one.rglob("*") if file.is_file()) for one in groups}
            over = sum(sizes.values()) + wanted_bytes - self.most_bytes
            for one in groups:
                if over <= 0:
                    return
                if one.name not in self._used:
                    shutil.rmtree(one, ignore_errors=True)
                    over -= sizes[one]

    @contextmanager
    def _alone(self, place: Path) -> Iterator[None]:
        with self._lock:
            lock = self._fetching.setdefault(place, threading.Lock())
        with lock:
            yield


def _written(pieces: Iterator[bytes], write: Callable[[bytes], int]) -> Iterator[bytes]:
    for piece in pieces:
        write(piece)
        yield piece
