"""Where a recording lies, told so that another machine finds it: the one place that knows how recordings are shared."""

import os
from dataclasses import dataclass
from pathlib import Path

from runtime.cluster.errors import UnfitWorkerError


@dataclass(frozen=True, slots=True)
class RecordingPlace:
    """A recording by its path on the machine that asks, and below that machine's home where it lies there."""

    path: Path
    below_home: str
    size_bytes: int

    def here(self, home: Path) -> Path:
        """Its path on this machine; refused where it is not here, or is shorter or longer than the one that was hashed."""
        tried = [home / self.below_home] if self.below_home else []
        found = next((path for path in (*tried, self.path) if path.is_file()), None)
        if found is None:
            raise UnfitWorkerError(
                f"{self.path.name}: got no such recording on this worker, expected it below {home} or at the asker's own"
                " path; let the worker see the same evidence"
            )
        if (size := found.stat().st_size) != self.size_bytes:
            raise UnfitWorkerError(
                f"{self.path.name}: got {size} bytes on this worker, expected the {self.size_bytes} that its digest was"
                " made of; the copy is cut short or still under way"
            )
        return Path(os.path.realpath(found))


def place_of(path: Path, home: Path) -> RecordingPlace:
    """The place of a recording of this machine."""
    below = path.relative_to(home).as_posix() if path.is_relative_to(home) else ""
    return RecordingPlace(path, below, path.stat().st_size)
