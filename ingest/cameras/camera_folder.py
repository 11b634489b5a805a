"""A camera's folder as the recorder fills it: a folder for each day, and in it files named by their start."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.recordings.file_clock import read_name

_MOST_NAMES = 20_000


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """One file and when it begins, as its name says; ``inode`` stays when it is renamed at its end."""

    start: datetime
    path: Path
    inode: int


def segments_backwards(folder: Path) -> Iterator[SegmentPlace]:
    """The newest file first; a day is read when it is reached."""
    for day in sorted(_names(folder), reverse=True):
        yield from sorted(_of_day(folder / day), key=lambda one: one.start, reverse=True)


def newest_segment(folder: Path) -> Path | None:
    """The newest file by its name alone, for whoever asks for many cameras at once."""
    for day in sorted(_names(folder), reverse=True):
        with suppress(OSError), os.scandir(folder / day) as entries:
            if name := max((one.name for one in entries if one.name.endswith(".mp4")), default=""):
                return folder / day / name
    return None


def segment_after(folder: Path, path: Path, inode: int) -> SegmentPlace | None:
    """The file that follows the one that was opened under this name; asked often, so only later names are read."""
    for day in sorted(name for name in _names(folder) if name >= path.parent.name):
        least = path.name if day == path.parent.name else ""
        later = [one for one in _of_day(folder / day, least) if one.inode != inode]
        if later:
            return min(later, key=lambda one: one.start)
    return None


def _of_day(day: Path, after: str = "") -> Iterator[SegmentPlace]:
    with suppress(OSError), os.scandir(day) as entries:
        for number, entry in enumerate(entries):
            if number >= _MOST_NAMES:
                return
            if entry.name > after and entry.name.endswith(".mp4") and entry.is_file(follow_symlinks=False):
                clock = read_name(entry.name)
                if clock.start:
                    yield SegmentPlace(clock.start, Path(entry.path), entry.inode())


def _names(folder: Path) -> list[str]:
    try:
        return [one.name for one in folder.iterdir() if one.is_dir() and not one.is_symlink()]
    except OSError:  # nothing was recorded yet
        return []
