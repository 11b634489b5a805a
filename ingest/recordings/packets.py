"""The packets of a file as arrays: from the container's index where it has one, else by one pass without decoding."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import av
import numpy as np
from av import VideoStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from numpy.typing import NDArray

from ingest.recordings.byte_source import ByteSource
from ingest.recordings.file_signature import ContainerKind
from ingest.recordings.timeline import DEFAULT_FRAME, SECOND, frame_us, to_us, unwrap

_WRAPPING = frozenset({ContainerKind.TS, ContainerKind.PS, ContainerKind.IMKH})
_CONTIGUOUS = frozenset({ContainerKind.MKV, ContainerKind.FLV, ContainerKind.AVI, ContainerKind.DHAV})
_UNTIMED = -(1 << 62)
_LOOKAHEAD = 256
_PROOF = 24
_SPS_TYPES = {"h264": (0x1F, 0, 7), "hevc": (0x3F, 1, 33)}
_SPS_WITHIN = 512
MOST_PACKETS = 10_000_000  # a day at sixty pictures a second is half of it
_TOO_MANY = f"more than {MOST_PACKETS:,} pictures"
_INDEX_ROW = np.dtype([("tick", "i8"), ("pos", "i8"), ("size", "i8"), ("key", "?"), ("dropped", "?")])


@dataclass(frozen=True, slots=True, eq=False)
class PacketTable:
    """One array element per packet, in the order of the file; ``us`` is the presentation time.

    ``whole`` says that every keyframe's ``pos`` and ``size`` are its very bytes in the file. ``changes`` counts new
    parameter sets inside, ``corrupt`` the packets that the container itself marks as damaged; ``stopped`` says why
    reading ended before the file did.
    """

    us: NDArray[np.int64]
    ticks: NDArray[np.int64]
    pos: NDArray[np.int64]
    size: NDArray[np.int64]
    key: NDArray[np.bool_]
    whole: bool
    changes: int = 0
    corrupt: int = 0
    stopped: str = ""

    def only(self, keep: NDArray[np.bool_]) -> "PacketTable":
        """The table without the packets that are not to be kept."""
        if bool(keep.all()):
            return self
        parts = (self.us[keep], self.ticks[keep], self.pos[keep], self.size[keep], self.key[keep])
        return PacketTable(*parts, self.whole, self.changes, self.corrupt, self.stopped)


_NO_NUMBERS = np.zeros(0, dtype=np.int64)
EMPTY_TABLE = PacketTable(*(_NO_NUMBERS,) * 4, np.zeros(0, dtype=np.bool_), whole=False)


def packets_of(container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
    """The stream's packets to the end of the file, also where another stream turns up only later in it."""
    try:
        yield from container.demux(stream)
    except IndexError:  # all packets are out: PyAV then flushes streams that it does not know
        return


def indexed(container: InputContainer, stream: VideoStream, *, fragmented: bool) -> PacketTable:
    """The index of an MP4; the payload is not read. Fragments are walked with every stream switched off."""
    if fragmented:
        for each in container.streams:
            each.discard = Discard.all
        for _ in packets_of(container, stream):
            pass
    entries = islice(stream.index_entries, MOST_PACKETS)
    rows = np.fromiter(
        ((e.timestamp, e.pos, e.size, e.is_keyframe, e.is_discard) for e in entries), dtype=_INDEX_ROW
    )  # a damaged index names millions: no object is kept of each
    kept = rows[~rows["dropped"] & (rows["size"] > 0)]
    ticks = _presented(np.ascontiguousarray(kept["tick"]), stream.start_time)
    stopped = _TOO_MANY if len(rows) == MOST_PACKETS else ""
    pos, size, key = (np.ascontiguousarray(kept[name]) for name in ("pos", "size", "key"))
    return PacketTable(to_us(ticks, _base(stream)), ticks, pos, size, key, whole=True, stopped=stopped)


def _presented(decode: NDArray[np.int64], first: int | None) -> NDArray[np.int64]:
    """Presentation times from the decoding times that an index holds.

    Encoders make decoding times by shifting the ordered presentation times by the reorder delay, so what is left
    after those before the first picture are dropped is the presentation times themselves; the last few follow on.
    """
    delay = int(np.count_nonzero(decode < first)) if first is not None else 0
    if not delay or delay >= decode.size:
        return decode
    step = int(np.median(np.diff(decode)))
    tail = decode[-1] + step * np.arange(1, delay + 1, dtype=np.int64)
    return np.concatenate((decode[delay:], tail))


def demuxed(container: InputContainer, stream: VideoStream, kind: ContainerKind, source: ByteSource) -> PacketTable:
    """One pass over the packets of the video; other streams are dropped as early as the container can."""
    for each in container.streams:
        each.discard = Discard.default if each.index == stream.index else Discard.all
    rows = _Rows(stream, source if kind in _CONTIGUOUS else None)
    stopped = ""
    try:
        for packet in packets_of(container, stream):
            if packet.size:
                rows.add(packet)
            if len(rows.ticks) >= MOST_PACKETS:
                stopped = _TOO_MANY
                break
    except (av.FFmpegError, OSError) as fault:  # what was read until then still counts
        stopped = fault.strerror or type(fault).__name__
    ticks = np.frombuffer(rows.ticks, dtype=np.int64) if rows.ticks else np.zeros(0, dtype=np.int64)
    ticks = _timed(ticks, _base(stream), _nominal(stream), wraps=kind in _WRAPPING)
    known = slice(None) if ticks.size else slice(0)  # a file without a single time has no timeline
    pos, size = np.array(rows.pos, dtype=np.int64)[known], np.array(rows.size, dtype=np.int64)[known]
    key = np.array(rows.key, dtype=np.bool_)[known]
    whole = kind in _CONTIGUOUS and rows.contiguous
    return PacketTable(to_us(ticks, _base(stream)), ticks, pos, size, key, whole, rows.changes, rows.corrupt, stopped)


class _Rows:
    """Collects what is to be kept of each packet, twenty-five bytes of it."""

    def __init__(self, stream: VideoStream, source: ByteSource | None) -> None:
        self.ticks, self.pos, self.size, self.key = array("q"), array("q"), array("q"), bytearray()
        self.contiguous, self.changes, self.corrupt = True, 0, 0
        self._source = source
        self._codec = stream.codec_context.name
        self._parameters = b""

    def add(self, packet: "Packet[VideoStream]") -> None:
        time = packet.pts if packet.pts is not None else packet.dts
        pos = -1 if packet.pos is None else packet.pos
        self.corrupt += packet.is_corrupt
        if packet.is_keyframe:
            self._watch(packet)
            pos = self._exact(packet, pos)
        self.ticks.append(_UNTIMED if time is None else time)
        self.pos.append(pos)
        self.size.append(packet.size)
        self.key.append(packet.is_keyframe)

    def _exact(self, packet: "Packet[VideoStream]", pos: int) -> int:
        """Where the packet's bytes begin, if they lie in the file in one piece right after its head."""
        if self._source is None or not self.contiguous:
            return pos
        data = memoryview(packet)
        lead = self._source.read_at(pos, _LOOKAHEAD).find(bytes(data[:_PROOF])) if pos >= 0 else -1
        end = self._source.read_at(pos + lead + max(0, packet.size - _PROOF), min(_PROOF, packet.size))
        self.contiguous = lead >= 0 and end == bytes(data[-_PROOF:])
        return pos + lead if self.contiguous else pos

    def _watch(self, packet: "Packet[VideoStream]") -> None:
        """Count a parameter set that differs from the one before: another encoder, or the same one set anew."""
        found = parameter_set(bytes(memoryview(packet)[:_SPS_WITHIN]), self._codec)
        if not found and packet.has_sidedata("new_extradata"):
            found = bytes(packet.get_sidedata("new_extradata"))
        if found:
            self.changes += bool(self._parameters) and found != self._parameters
            self._parameters = found


def parameter_set(data: bytes, codec: str) -> bytes:
    """The sequence parameter set at the head of a keyframe in start-code form, or nothing."""
    mask, shift, wanted = _SPS_TYPES.get(codec, (0, 0, -1))
    for unit in data.split(b"\x00\x00\x01")[1:]:
        if unit and (unit[0] >> shift) & mask == wanted:
            return unit.rstrip(b"\x00")
    return b""


def _base(stream: VideoStream) -> Fraction:
    return stream.time_base or Fraction(1, SECOND)


def _nominal(stream: VideoStream) -> int:
    """The frame's length that the stream declares, for packets without a time of their own."""
    rate = stream.average_rate or stream.guessed_rate
    return int(SECOND / rate) if rate else DEFAULT_FRAME


def _timed(ticks: NDArray[np.int64], base: Fraction, nominal_us: int, *, wraps: bool) -> NDArray[np.int64]:
    """Untimed packets follow the last timed one frame by frame: a guess that can lengthen nothing beyond a frame."""
    known = np.flatnonzero(ticks != _UNTIMED)
    if not known.size:
        return ticks[:0]
    clock = unwrap(ticks[known]) if wraps else ticks[known]
    if known.size == ticks.size:
        return clock
    each = np.maximum(np.searchsorted(known, np.arange(ticks.size), side="right") - 1, 0)
    behind = np.arange(ticks.size) - known[each]
    span = frame_us(to_us(clock, base))
    per_frame = min(nominal_us, span) if span else nominal_us
    return clock[each] + behind * int(Fraction(per_frame, SECOND) / base)
