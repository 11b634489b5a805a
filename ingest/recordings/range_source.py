"""Recordings that lie elsewhere: whoever runs this process says by which paths they are opened, and who gives their bytes."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

Part = tuple[int, int]  # where it begins, and how many bytes


class RangeSource(Protocol):
    """Gives ranges of recordings that are no files of this machine.

    A range that cannot be had is no damage of the recording: it raises a ``SetupError`` or an ``InputError``.
    """

    def size_bytes(self, path: Path) -> int:
        """How long the recording is."""

    def read(self, path: Path, pos: int, count: int) -> bytes:
        """The bytes from ``pos`` on, all of them; both ends lie inside the recording."""

    def read_parts(self, path: Path, parts: Sequence[Part]) -> list[bytes]:
        """Many small parts that are known beforehand."""


_ELSEWHERE: dict[str, RangeSource] = {}  # by what a path leads to, however it is written


@contextmanager
def lying_elsewhere(paths: Iterable[Path], source: RangeSource) -> Iterator[None]:
    """Within it the recordings of these paths are read from the source."""
    own = list(paths)
    lie_elsewhere(own, source)
    try:
        yield
    finally:
        for path in own:
            _ELSEWHERE.pop(os.path.realpath(path), None)


def lie_elsewhere(paths: Iterable[Path], source: RangeSource) -> None:
    """From here on, for a process that ends with its work."""
    _ELSEWHERE.update(dict.fromkeys(map(os.path.realpath, paths), source))


def source_of(path: Path) -> RangeSource | None:
    """Who gives the recording's bytes; nobody where it is a file of this machine."""
    return _ELSEWHERE.get(os.path.realpath(path)) if _ELSEWHERE else None
