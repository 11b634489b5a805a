"""The folder that media servers write to: ``…/CLASS/CAMERA/…`` with recordings below; links are not followed."""

from collections.abc import Iterator
from pathlib import Path

_DEPTH, _MOST_ENTRIES = 3, 20_000
_VIDEO = frozenset({".mp4", ".m4v", ".mkv", ".ts", ".flv", ".mov"})


def media_folders(root: Path | None) -> Iterator[Path]:
    """The folders that may be named after a class."""
    for folder in folders_in(root) if root else ():
        yield folder
        for deeper in folders_in(folder):
            yield deeper
            yield from folders_in(deeper)


def folders_in(folder: Path) -> list[Path]:
    """The folders that lie in this one."""
    try:
        return sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
    except OSError:  # gone, or not ours to read: as good as empty
        return []


def media_recordings(folder: Path, depth: int = _DEPTH) -> Iterator[tuple[float, Path]]:
    """A camera's files with the time of their last byte; what a server still hides behind a dot is not finished."""
    try:
        entries = sorted(folder.iterdir())[-_MOST_ENTRIES:]
        for entry in entries:
            if entry.is_symlink():
                continue
            if entry.is_dir() and depth > 0:
                yield from media_recordings(entry, depth - 1)
            elif entry.suffix.casefold() in _VIDEO and not entry.name.startswith("."):
                yield entry.stat().st_mtime, entry
    except OSError:  # a segment that was moved away while we looked
        return
