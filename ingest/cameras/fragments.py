"""Fragmented MP4 as it comes out of ffmpeg's pipe: the header once, then one fragment after another."""

import mmap
import struct
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from facts.recorder import StreamFragment, StreamShape
from ingest.cameras.fragment_times import fragment_of
from ingest.cameras.stream_boxes import BOX_HEAD, BrokenStreamError, boxes, find_box

MOST_BYTES = 64 << 20
_ROOM, _LEAST_SPACE = 1 << 18, 1 << 16


class FragmentReader:
    """Takes bytes as they come and gives whole fragments. Whoever reads them from a pipe reads into ``space``."""

    def __init__(self) -> None:
        self.shape: StreamShape | None = None
        self.timescale = 1
        self._buffer = mmap.mmap(-1, _ROOM)  # one for all fragments: nothing is asked of the system for each
        self._begin = self._next = self._fill = 0  # of the fragment under way, of its box under way, of what is here
        self._lacking = 0
        self._header = b""
        self._usual = 0

    def space(self) -> memoryview:
        """Where the next bytes belong; valid until the reader is asked for anything else."""
        least = max(_LEAST_SPACE, self._lacking)
        if len(self._buffer) - self._fill < least:
            self._make_room(least)
        return memoryview(self._buffer)[self._fill :]

    def filled(self, count: int, arrived_s: float) -> list[StreamFragment]:
        """So many bytes are in ``space`` now: the fragments that they complete."""
        self._fill += count
        found: list[StreamFragment] = []
        while (here := self._fill - self._next) >= BOX_HEAD:
            size, kind = struct.unpack_from(">I4s", self._buffer, self._next)
            if not BOX_HEAD <= size <= MOST_BYTES:
                raise BrokenStreamError(f"a box of {size} bytes, expected at most {MOST_BYTES}")
            self._lacking = size - here
            if here < size:
                break
            self._take(kind, self._next + size, found, arrived_s)
        if self._begin == self._fill:
            self._begin = self._next = self._fill = self._lacking = 0
        return found

    def feed(self, data: bytes, arrived_s: float) -> list[StreamFragment]:
        """The fragments that these bytes complete."""
        found, rest = [], memoryview(data)
        while rest:
            with self.space() as space:
                count = min(len(space), len(rest))
                space[:count] = rest[:count]
            found += self.filled(count, arrived_s)
            rest = rest[count:]
        return found

    def _take(self, kind: bytes, end: int, found: list[StreamFragment], arrived_s: float) -> None:
        """A whole box; the head of a fragment waits for the pictures that follow it."""
        at, self._next = self._next, end
        if kind == b"moof":
            self._begin = at
        elif kind == b"mdat" and self._begin < at:
            fragment, self._usual = fragment_of(self._buffer[self._begin : end], self.timescale, arrived_s, self._usual)
            found.append(fragment)
            self._begin = end
        elif self._begin == at:
            self._begin = end
            if kind == b"ftyp":
                self._header = self._buffer[at:end]
            elif kind == b"moov":
                self._learn(self._buffer[at:end])

    def _make_room(self, least: int) -> None:
        """What is here moves to the front, into a larger buffer where a fragment is larger than any before."""
        here = self._buffer[self._begin : self._fill]
        room = len(self._buffer)
        while room - len(here) < least:
            room *= 2
        if room > len(self._buffer):
            self._buffer = mmap.mmap(-1, room)
        self._buffer[: len(here)] = here
        self._next, self._fill, self._begin = self._next - self._begin, len(here), 0

    def _learn(self, moov: bytes) -> None:
        media = find_box(moov, "moov/trak/mdia/mdhd").body
        self.timescale = int.from_bytes(moov[media + (20 if moov[media] else 12) :][:4], "big") or 1
        entry = find_box(moov, "moov/trak/mdia/minf/stbl/stsd").body + 8
        width, height = struct.unpack_from(">HH", moov, entry + 32)
        codec = moov[entry + 4 : entry + 8].decode("latin-1")
        self.shape = StreamShape(codec, width, height, self.timescale, self._header + moov)


def moved(fragment: StreamFragment, to_s: float, shape: StreamShape) -> StreamFragment:
    """The same pictures with another start, and the sound with them; nothing else of the bytes changes."""
    return replace(fragment, start_s=to_s, box=b"".join(placed(fragment, to_s, shape)))


def placed(fragment: StreamFragment, to_s: float, shape: StreamShape) -> tuple[bytes, memoryview]:
    """The fragment's head with another start, and its pictures as they are and where they are."""
    box, by_s = fragment.box, to_s - fragment.start_s
    end = int.from_bytes(box[:4], "big")
    head = bytearray(box[:end])
    trafs = [one for one in boxes(box, BOX_HEAD, end) if one.kind == b"traf"]
    for number, traf in enumerate(trafs):
        inner = {one.kind: one.body for one in boxes(box, traf.body, traf.end)}
        if b"tfdt" not in inner:
            continue
        at, wide = inner[b"tfdt"] + 4, 8 if box[inner[b"tfdt"]] == 1 else 4
        if number == 0:
            start = round(to_s * shape.timescale)
        else:
            track = int.from_bytes(box[inner[b"tfhd"] + 4 : inner[b"tfhd"] + 8], "big")
            start = int.from_bytes(head[at : at + wide], "big") + round(
                by_s * _timescales(shape.header).get(track, shape.timescale)
            )
        head[at : at + wide] = (max(start, 0) & ((1 << 8 * wide) - 1)).to_bytes(wide, "big")
    return bytes(head), memoryview(box)[end:]


@lru_cache(maxsize=64)
def _timescales(header: bytes) -> Mapping[int, int]:
    """How many ticks a second has, by track; the header is the same for every fragment of a connection."""
    if not header:
        return {}
    moov, found = find_box(header, "moov"), {}
    for trak in boxes(header, moov.body, moov.end):
        if trak.kind == b"trak":
            own = header[trak.start : trak.end]
            about, media = find_box(own, "trak/tkhd").body, find_box(own, "trak/mdia/mdhd").body
            track = int.from_bytes(own[about + (20 if own[about] else 12) :][:4], "big")
            found[track] = int.from_bytes(own[media + (20 if own[media] else 12) :][:4], "big") or 1
    return found


def media_length_s(data: bytes) -> tuple[float, int, int]:
    """How long a file of fragments plays, its packets, and how many of its bytes are whole: what kill -9 left."""
    reader, at, end_s, packets = FragmentReader(), 0, 0.0, 0
    while at + BOX_HEAD <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if not BOX_HEAD <= size <= min(MOST_BYTES, len(data) - at):
            break
        for one in reader.feed(data[at : at + size], 0.0):
            end_s, packets = max(end_s, one.end_s), packets + one.packets
        at += size
    return end_s, packets, at
