"""Where a recording lies, told so that another machine finds it: the one place that knows how recordings are shared."""

import os
from dataclasses import dataclass
from pathlib import Path

from facts.digest import Digest
from runtime.cluster.errors import UnfitWorkerError
from runtime.cluster.recording_shelf import RecordingShelf


@dataclass(frozen=True, slots=True)
class RecordingPlace:
    """A recording by its path on the machine that asks, and below that machine's home where it lies there.

    ``sha256`` is what its bytes were when they were hashed for this verification.
    """

    path: Path
    below_home: str
    size_bytes: int
    sha256: str = ""

    def here(self, home: Path, shelf: RecordingShelf | None = None, group: str = "") -> Path:
        """Its path on this machine; refused where it is not here, or is shorter or longer than the one that was hashed.

        With a ``shelf`` of shared blobs it is brought from there, and the asker's own path is not believed.
        """
        if self.lies_below(home):
            return self._whole(home / self.below_home)
        if shelf is not None:
            return shelf.brought(group, self.below_home, self._digest, self.size_bytes)
        if not self.path.is_file():
            raise UnfitWorkerError(
                f"{self.path.name}: got no such recording on this worker, expected it below {home} or at the asker's own"
                " path; let the worker see the same evidence, or give it XUESHI_BLOBS"
            )
        return self._whole(self.path)

    def lies_below(self, home: Path) -> bool:
        """Whether it is a file of this home."""
        return bool(self.below_home) and (home / self.below_home).is_file()

    @property
    def _digest(self) -> Digest:
        if not (self.below_home and self.sha256):
            raise UnfitWorkerError(
                f"{self.path.name}: got a recording outside the asker's home, expected one of its classes; no other lies in"
                " the blobs"
            )
        return Digest(self.sha256)

    def _whole(self, found: Path) -> Path:
        if (size := found.stat().st_size) != self.size_bytes:
            raise UnfitWorkerError(
                f"{self.path.name}: got {size} bytes on this worker, expected the {self.size_bytes} that its digest was"
                " made of; the copy is cut short or still under way"
            )
        return Path(os.path.realpath(found))


def place_of(path: Path, home: Path, digest: Digest | None = None) -> RecordingPlace:
    """The place of a recording of this machine."""
    below = path.relative_to(home).as_posix() if path.is_relative_to(home) else ""
    return RecordingPlace(path, below, path.stat().st_size, digest.sha256 if digest else "")
