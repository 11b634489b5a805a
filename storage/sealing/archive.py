"""A package as one ZIP, written while it is sent: the same bytes each time, one piece of them in memory."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

PIECE = 1 << 18
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say: what the bag was made when, its own label tells
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3
_BIG = 1 << 31


class _Sink:
    """Collects what the writer writes until it is taken; it cannot seek, so sizes follow the bytes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """See ``io.RawIOBase``."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """Everything since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def zipped(folder: Path) -> Iterator[bytes]:
    """The folder under its own name, its files in the order of their paths, stored as they are."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload] # it may not seek
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
            yield from _entry(archive, sink, path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    yield sink.take()


def _entry(archive: zipfile.ZipFile, sink: _Sink, path: Path, name: str) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr, entry.create_system = _PLAIN_FILE, _UNIX
    big = path.stat().st_size >= _BIG
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=big) as target:
        while piece := source.read(PIECE):
            target.write(piece)
            yield sink.take()
    yield sink.take()
