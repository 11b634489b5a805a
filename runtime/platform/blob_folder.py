"""The service's home where others work as well: what is made here is kept in the bucket too, what is lacking comes from there."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from facts.digest import Digest
from runtime.platform.environment import environment
from runtime.platform.settings import Settings
from storage.blobs.address import open_blobs
from storage.blobs.port import BlobStore
from storage.evidence.errors import AlteredError

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class BlobFolder:
    """A home and the blobs that it shares with other machines; without these it is all there is."""

    home: Path
    blobs: BlobStore | None = None

    def keep(self, place: Path) -> None:
        """The file, or every file of the folder, also where other machines find it."""
        self.keep_as(place, place)

    def keep_as(self, source: Path, place: Path) -> None:
        """The same for what will lie at another place."""
        if self.blobs is None:
            return
        for one in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if one.is_file() and not one.is_symlink():
                self.blobs.put(self._name(place / one.relative_to(source)), one)

    def holds(self, place: Path, digest: Digest | None = None) -> bool:
        """Whether the file lies here; where others write as well, another of its name may have come since."""
        if not place.is_file():
            return False
        if self.blobs is None or digest is None:
            return True
        told = place.stat()
        return _digest_here(place, told.st_size, told.st_mtime_ns, told.st_ino) == digest

    def bring(self, place: Path, digest: Digest | None = None) -> bool:
        """Whether the file lies here now; ``digest`` is what its bytes must have."""
        if self.holds(place, digest):
            return True
        name = self._name(place)
        if self.blobs is None or self.blobs.entry(name) is None:
            return False
        self._fetch(name, place, digest)
        return True

    def bring_folder(self, place: Path) -> bool:
        """Whether the folder lies here now, with everything in it."""
        if not place.is_dir() and self.blobs:
            aside = place.parent / f".{place.name}-{secrets.token_hex(8)}"
            for one in self.blobs.entries(self._name(place)):
                self._fetch(one.name, aside / Path(one.name).relative_to(self._name(place)), None)
            with suppress(OSError):  # none is kept, or another was quicker
                aside.rename(place)
            shutil.rmtree(aside, ignore_errors=True)
        return place.is_dir()

    def forget(self, place: Path) -> None:
        """The file is gone here; so it is elsewhere."""
        if self.blobs:
            self.blobs.delete(self._name(place))

    def _name(self, place: Path) -> str:
        """What it is called wherever it lies."""
        return place.resolve().relative_to(self.home.resolve()).as_posix()

    def _fetch(self, name: str, place: Path, digest: Digest | None) -> None:
        """Whole or not at all."""
        if self.blobs is None:
            return
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self.home / "uploads" / f"fetched-{secrets.token_hex(8)}"
        part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with part.open("xb") as made:
                found = Digest.of(_copied(self.blobs.get(name), made.fileno()))
                os.fsync(made.fileno())
            if digest and found != digest:
                raise AlteredError(
                    f"{self.blobs.url}: got bytes with SHA-256 {found.short} under {name}, expected {digest.short} as on"
                    " record; fetch the file from the backup"
                )
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)


def _copied(pieces: Iterator[bytes], target: int) -> Iterator[bytes]:
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(target, view) :]
        yield piece


@lru_cache(maxsize=4096)
def _digest_here(place: Path, *_told: int) -> Digest:
    """Hashed once in each process, for as long as the file is the same."""
    with place.open("rb") as read:
        return Digest.of(iter(partial(read.read, _PIECE), b""))


def blob_folder(settings: Settings) -> BlobFolder:
    """The home of these settings, shared where they name an address of blobs."""
    return BlobFolder(settings.home, _opened(settings.blobs) if settings.blobs else None)


@lru_cache(maxsize=4)
def _opened(url: str) -> BlobStore:
    """Once for each process; a bucket that cannot be opened is tried again by the next who asks."""
    return open_blobs(url, environment())
