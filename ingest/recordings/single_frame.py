"""One keyframe of one file: its packet by range or by seek, and its picture from a decoder that stays open."""

from typing import TYPE_CHECKING, Protocol, Self

import av
import cv2
import numpy as np
from av import VideoFrame, VideoStream
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from ingest.recordings.byte_source import ByteSource
from ingest.recordings.container import DECODER_OPTIONS, INDEX_BUFFER, open_container, picture_stream
from ingest.recordings.footage import Footage
from ingest.recordings.packets import packets_of

Picture = NDArray[np.uint8]
if TYPE_CHECKING:
    from av.stream import Stream

    VideoPacket = Packet[VideoStream] | Packet[Stream]
_NEAR = 64
_MOST_BYTES = 64 << 20  # of one keyframe; uncompressed 4K has half of it
_FAST = {"skip_loop_filter": "all"}
_EIGHT_BITS = 8


class Packets(Protocol):
    """Gives the packet of a file's n-th keyframe, or nothing where it cannot be found again."""

    def packet(self, number: int) -> "VideoPacket | None":
        """The packet, ready for a decoder."""


class RangePackets:
    """Packets whose place in the file is known: one read each."""

    def __init__(self, footage: Footage, source: ByteSource) -> None:
        self._keys, self._source = footage.keys, source

    def packet(self, number: int) -> "VideoPacket | None":
        """The bytes that the index names; fewer than it promises are no packet."""
        size = int(self._keys.size[number])
        if size > _MOST_BYTES:
            return None
        data = self._source.read_at(int(self._keys.pos[number]), size)
        return Packet(data) if len(data) == size else None


class SeekPackets:
    """Packets that only the demuxer can put together, as in transport and program streams."""

    def __init__(self, footage: Footage, source: ByteSource) -> None:
        self._keys = footage.keys
        self._container = open_container(source, footage.kind, INDEX_BUFFER)
        stream = picture_stream(self._container)
        if stream is None:
            raise av.InvalidDataError(0, "no picture stream")
        self._stream = stream

    def packet(self, number: int) -> "VideoPacket | None":
        """By place in the file, else by time, else by reading on from the front."""
        pos, tick = int(self._keys.pos[number]), int(self._keys.ticks[number])
        if pos >= 0:
            self._container.seek(pos, unsupported_byte_offset=True)
            if found := self._match(number, _NEAR):
                return found
        self._container.seek(tick, stream=self._stream)
        if found := self._match(number, _NEAR):
            return found
        self._container.seek(0, unsupported_byte_offset=True)
        return self._match(number, None)

    def _match(self, number: int, within: int | None) -> "VideoPacket | None":
        """The very keyframe: by its time, or by its size where it has no time of its own."""
        tick, size = int(self._keys.ticks[number]), int(self._keys.size[number])
        for seen, packet in enumerate(packets_of(self._container, self._stream)):
            if packet.is_keyframe and (packet.pts == tick or (packet.pts is None and packet.size == size)):
                return packet
            if within is not None and seen >= within:
                break
        return None


class SingleFrameDecoder:
    """Decodes keyframes of one file one by one, in any order, in flat memory."""

    def __init__(self, footage: Footage) -> None:
        self._footage = footage
        self._source = ByteSource(footage.path)
        try:
            ranged = footage.keys.whole
            self._packets: Packets = (RangePackets if ranged else SeekPackets)(footage, self._source)
        except BaseException:
            self._source.close()
            raise
        self._fast: VideoCodecContext | None = None
        self._full: VideoCodecContext | None = None

    @property
    def bytes_read(self) -> int:
        """What was asked of the disk so far."""
        return self._source.bytes_read

    def picture(self, number: int, *, fast: bool) -> VideoFrame | None:
        """The n-th keyframe; ``fast`` leaves out the loop filter, which only close looks need."""
        packet = self._packets.packet(number)
        if packet is None:
            return None
        decoder = self._decoder(fast=fast)
        try:
            frames = [*decoder.decode(packet), *decoder.decode(None)]  # a lone frame comes out only when drained
        finally:
            decoder.flush_buffers()
        return frames[0] if frames and not frames[0].is_corrupt else None

    def _decoder(self, *, fast: bool) -> VideoCodecContext:
        if fast:
            self._fast = self._fast or _open_decoder(self._footage, _FAST)
            return self._fast
        self._full = self._full or _open_decoder(self._footage, {})
        return self._full

    def close(self) -> None:
        """Give file and decoders back."""
        self._source.close()
        self._fast = self._full = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open_decoder(footage: Footage, options: dict[str, str]) -> VideoCodecContext:
    """Slices only: with frame threads a lone keyframe never comes out."""
    decoder = av.CodecContext.create(footage.segment.codec, "r")
    if not isinstance(decoder, VideoCodecContext):
        raise av.DecoderNotFoundError(0, f"{footage.segment.codec} is no picture codec")
    decoder.extradata = footage.extradata or None
    decoder.thread_type = "SLICE"
    decoder.thread_count = 1
    decoder.options = options | DECODER_OPTIONS
    return decoder


def luma_of(frame: VideoFrame, width: int) -> Picture:
    """The brightness plane as the camera coded it, shrunk to ``width`` columns; never enlarged."""
    plane = _plane(frame)
    height, full = plane.shape
    if full <= width:
        return plane.copy()
    size = (width, max(1, round(height * width / full)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _plane(frame: VideoFrame) -> Picture:
    """Without a copy where the format's first plane is brightness in eight bits."""
    first = frame.format.components[0]
    if frame.format.is_rgb or not frame.format.is_planar or first.bits != _EIGHT_BITS:
        return np.asarray(frame.to_ndarray(format="gray"), dtype=np.uint8)
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def colour_of(frame: VideoFrame) -> Picture:
    """The full picture, blue-green-red."""
    return np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
