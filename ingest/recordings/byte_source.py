"""Bytes of a recording, here or elsewhere: only regular files are opened, every byte read is counted."""

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from ingest.recordings.range_source import Part, source_of

_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class ByteSource:
    """A read-only file for libav and for ranges; ``bytes_read`` is what was really asked of the disk, or of elsewhere.

    ``size`` ends with the last byte that the disk holds: the empty tail of a sparse or preallocated file is no data,
    although it counts in ``file_size``.
    """

    def __init__(self, path: Path) -> None:
        self.bytes_read = 0
        self._at, self._fd, self._path = 0, -1, path
        self._elsewhere = source_of(path)
        if self._elsewhere:
            self.size = self.file_size = self._elsewhere.size_bytes(path)
            return
        self._fd = os.open(path, os.O_RDONLY | _NO_WAIT)
        state = os.fstat(self._fd)
        if not stat.S_ISREG(state.st_mode):
            os.close(self._fd)
            raise OSError(f"{path}: got no regular file, expected a recording")
        self.file_size = state.st_size
        self.size = _held(self._fd, state)

    def read(self, count: int = -1) -> bytes:
        """The next bytes, none beyond what the disk holds."""
        left = max(0, self.size - self._at)
        data = self.read_at(self._at, left if count < 0 else min(count, left))
        self._at += len(data)
        return data

    def read_at(self, pos: int, count: int) -> bytes:
        """The bytes at a place, none where a damaged index names one before the file's first byte or behind its last."""
        if not 0 <= pos < self.size:
            return b""
        count = max(0, min(count, self.size - pos))
        if self._elsewhere:
            data = self._elsewhere.read(self._path, pos, count) if count else b""
        else:
            os.lseek(self._fd, pos, os.SEEK_SET)
            data = os.read(self._fd, count)
        self.bytes_read += len(data)
        return data

    def read_parts(self, parts: Sequence[Part]) -> list[bytes]:
        """The bytes at many places that are known beforehand: from elsewhere they come side by side."""
        if not self._elsewhere:
            return [self.read_at(pos, count) for pos, count in parts]
        clipped = [(pos, min(count, self.size - pos) if 0 <= pos < self.size else 0) for pos, count in parts]
        inside = [part for part in clipped if part[1] > 0]
        given = dict(zip(inside, self._elsewhere.read_parts(self._path, inside), strict=True)) if inside else {}
        self.bytes_read += sum(map(len, given.values()))
        return [given.get(part, b"") for part in clipped]

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the reading position; nothing is read."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def end_at(self, size: int) -> None:
        """From here on the file counts as no longer than this."""
        self.size = min(self.size, size)

    def close(self) -> None:
        """Give the descriptor back; a second call is harmless."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _held(fd: int, state: os.stat_result) -> int:
    """Up to where a file has data: ten sparse gigabytes must cost nothing."""
    if getattr(state, "st_blocks", state.st_size) * 512 >= state.st_size or not hasattr(os, "SEEK_DATA"):
        return state.st_size
    end = 0
    try:
        while end < state.st_size:
            end = os.lseek(fd, os.lseek(fd, end, os.SEEK_DATA), os.SEEK_HOLE)
    except OSError as fault:
        return end if fault.errno == errno.ENXIO else state.st_size  # ENXIO: no data from here on
    return end
