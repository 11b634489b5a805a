"""Blobs in a folder: a service's own home, as it always was."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from facts.digest import Digest
from storage.blobs.port import KINDS, BlobEntry, checked_name
from storage.evidence.errors import NotStoredError
from storage.evidence.folders import disk_faults
from storage.evidence.range_reader import RangeReader, whole_part

_PIECE = 1 << 20


class FolderBlobs:
    """Files by their names; only those below the folders of ``KINDS``."""

    def __init__(self, root: Path) -> None:
        self.root, self.url = root, root.absolute().as_uri()

    def put(self, name: str, source: Path) -> None:
        """See ``BlobStore``."""
        place = self._place(name)
        with disk_faults(self.root, "put"):
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, staged = tempfile.mkstemp(prefix=".blob-", dir=place.parent)
            try:
                with os.fdopen(descriptor, "wb") as made, source.open("rb") as read:
                    shutil.copyfileobj(read, made, _PIECE)
                    made.flush()
                    os.fsync(made.fileno())
                Path(staged).replace(place)
            except BaseException:
                Path(staged).unlink(missing_ok=True)
                raise

    def get(self, name: str) -> Iterator[bytes]:
        """See ``BlobStore``; a disk gives what it has."""
        if self.entry(name) is None:
            raise missing(self.url, name)
        return self._pieces(name)

    def entry(self, name: str) -> BlobEntry | None:
        """See ``BlobStore``."""
        with suppress(FileNotFoundError, NotADirectoryError):
            place = self._place(name)
            return BlobEntry(name, place.stat().st_size) if place.is_file() else None
        return None

    def digest(self, name: str) -> Digest:
        """See ``BlobStore``."""
        return Digest.of(self.get(name))

    def entries(self, under: str) -> Iterator[BlobEntry]:
        """See ``BlobStore``."""
        found = []
        for kind in KINDS if not under else (under,):
            for root, _, names in os.walk(self._place(kind)):
                lying = [Path(root, name) for name in names if not name.startswith(".blob-")]
                found += [
                    BlobEntry(one.relative_to(self.root).as_posix(), one.stat().st_size)
                    for one in lying
                    if one.is_file() and not one.is_symlink()
                ]
        yield from sorted(found)

    def delete(self, name: str) -> None:
        """See ``BlobStore``."""
        with disk_faults(self.root, "delete"):
            self._place(name).unlink(missing_ok=True)

    def reader(self, name: str) -> RangeReader:
        """See ``BlobStore``."""
        if self.entry(name) is None:
            raise missing(self.url, name)
        return _FileRanges(self._place(name), self.url)

    def _place(self, name: str) -> Path:
        return self.root / checked_name(name)

    def _pieces(self, name: str) -> Iterator[bytes]:
        with disk_faults(self.root, "get"), self._place(name).open("rb") as read:
            while piece := read.read(_PIECE):
                yield piece


class _FileRanges:
    def __init__(self, place: Path, url: str) -> None:
        self._fd, self._url = os.open(place, os.O_RDONLY), url
        self.size_bytes = os.fstat(self._fd).st_size

    def read(self, start: int, end: int) -> bytes:
        return whole_part(os.pread(self._fd, end - start, start), start, end, self._url)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def missing(url: str, name: str) -> NotStoredError:
    """Nothing is kept under the name."""
    return NotStoredError(f"{url}: got nothing under {name}, expected a file that was kept there; look in the backup")
