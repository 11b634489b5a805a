"""One file of the recorder while it grows: where its fragments lie, and any of them, without a word to whoever writes it."""

import os
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Self

from facts.recorder import StreamFragment, StreamShape
from ingest.cameras.fragment_times import fragment_head
from ingest.cameras.fragments import MOST_BYTES, FragmentReader, moved
from ingest.cameras.stream_boxes import BrokenStreamError
from ingest.cameras.stream_codec import StreamCodec, stream_codec

_HEAD = 8
_MOST_HEAD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FragmentPlace:
    """Where one whole fragment lies in its file, and when in it."""

    at: int
    size_bytes: int
    start_s: float
    length_s: float
    key: bool


class SegmentReader:
    """Fragments that are whole; what is still being written is not there yet."""

    def __init__(self, path: Path, start: datetime) -> None:
        self.path, self.start = path, start
        self.places: list[FragmentPlace] = []
        self.shape: StreamShape | None = None
        self.codec: StreamCodec | None = None
        self._file = FileIO(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC))
        self._reader = FragmentReader()
        self._at = 0
        self._head: tuple[int, bytes] | None = None

    @property
    def inode(self) -> int:
        """Which file it is, whatever it is called by now."""
        return os.fstat(self._file.fileno()).st_ino

    @property
    def end(self) -> datetime:
        """When the newest whole fragment ends."""
        last = self.places[-1] if self.places else None
        return self.start + timedelta(seconds=last.start_s + last.length_s if last else 0.0)

    def look(self) -> int:
        """Find what became whole since the last look; how many fragments that is."""
        before, size = len(self.places), os.fstat(self._file.fileno()).st_size
        while self._at + _HEAD <= size:
            head = os.pread(self._file.fileno(), _HEAD, self._at)
            length = int.from_bytes(head[:4], "big")
            if not _HEAD <= length <= MOST_BYTES:
                raise BrokenStreamError(f"{self.path.name}: a box of {length} bytes at {self._at}")
            if self._at + length > size:
                break
            try:
                self._take(head[4:8], length)
            except (ValueError, IndexError, struct.error) as error:
                raise BrokenStreamError(f"{self.path.name}: {head[4:8]!r} at {self._at} ({error})") from error
            self._at += length
        return len(self.places) - before

    def key_before(self, moment: datetime | None = None) -> int | None:
        """The newest keyframe's fragment, or the newest that begins no later than the moment; else the first one."""
        keys = [number for number, place in enumerate(self.places) if place.key]
        if moment is None:
            return keys[-1] if keys else None
        limit = (moment - self.start).total_seconds()
        early = [number for number in keys if self.places[number].start_s <= limit]
        return early[-1] if early else (keys[0] if keys else None)

    def fragment(self, number: int, to_s: float | None = None) -> StreamFragment:
        """Its bytes; placed anew where ``to_s`` says so."""
        place = self.places[number]
        box = os.pread(self._file.fileno(), place.size_bytes, place.at)
        if len(box) != place.size_bytes:
            raise BrokenStreamError(f"{self.path.name}: got {len(box)} of {place.size_bytes} bytes at {place.at}")
        found = StreamFragment(0.0, place.start_s, place.length_s, 0, place.key, place.size_bytes, box)
        return found if to_s is None or self.shape is None else moved(found, to_s, self.shape)

    def _take(self, kind: bytes, length: int) -> None:
        if kind in {b"ftyp", b"moov", b"moof"}:
            if length > _MOST_HEAD_BYTES:
                raise BrokenStreamError(f"{self.path.name}: {kind!r} of {length} bytes")
            body = os.pread(self._file.fileno(), length, self._at)
            if kind == b"moof":
                self._head = self._at, body
            elif self.shape is None:
                self._reader.feed(body, 0.0)
                self.shape = self._reader.shape
                self.codec = stream_codec(self.shape.header) if self.shape else None
        elif kind == b"mdat" and self._head and self.shape:
            at, body = self._head
            said = fragment_head(body, self.shape.timescale)
            whole = self._at + length - at
            self.places.append(FragmentPlace(at, whole, said.start_s, said.length_s, said.key))
            self._head = None

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
