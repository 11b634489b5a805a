"""A recording opened for its pictures alone, by what its bytes are: for walls, previews and faces, never for a verdict."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av import VideoStream
from av.container import InputContainer

from facts.errors import InputError
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.container import DECODER_OPTIONS, INDEX_BUFFER, open_container, picture_stream
from ingest.recordings.damage_scan import recording_start
from ingest.recordings.file_signature import ContainerKind

_MARGINS_S = (0, 10, 60, 600)


class OpenRecording:
    """The container, its first picture stream set to decode keyframes, and when its first picture is in ticks."""

    container: InputContainer
    stream: VideoStream

    def __init__(self, name: str, source: ByteSource, kind: ContainerKind) -> None:
        self._name, self._source, self._kind = name, source, kind
        self._open()
        self.first = 0
        self.first = self._first()

    @property
    def tick_s(self) -> Fraction:
        """How long one tick lasts."""
        return self.stream.time_base or Fraction(1, 1000)

    def second_of(self, pts: int) -> float:
        """That time in seconds from the first picture on."""
        return float((pts - self.first) * self.tick_s)

    def pts_of(self, second: float) -> int:
        """The other way."""
        return self.first + round(second / self.tick_s)

    def stand_before(self, second: float) -> None:
        """At a keyframe that is not later: some demuxers go past the one that was meant."""
        wanted = max(self.first, self.pts_of(second))
        for margin_s in _MARGINS_S:
            begun = max(self.first, self.pts_of(second - margin_s))
            self._go(begun)
            packets = self.container.demux(self.stream)
            key = next((one for one in packets if one.is_keyframe and one.pts is not None), None)
            if begun == self.first or (key is not None and key.pts is not None and key.pts <= wanted):
                break
        self._go(begun)

    def _go(self, pts: int) -> None:
        """Where the demuxer seeks; at the beginning where it knows of no keyframe that early."""
        try:
            self.container.seek(pts, stream=self.stream, backward=True)
        except av.FFmpegError:
            self.close()
            self._open()

    def close(self) -> None:
        """The container; its bytes stay open."""
        self.container.close()

    def _open(self) -> None:
        self._source.seek(0)
        self.container = open_container(self._source, self._kind, INDEX_BUFFER)
        stream = picture_stream(self.container)
        if stream is None:
            self.close()
            raise InputError(f"{self._name}: 没有视频画面 got no picture stream, expected a recording")
        stream.codec_context.skip_frame = "NONKEY"
        stream.codec_context.thread_count = 1  # a thread for each core would each want pictures of its own
        stream.codec_context.options = DECODER_OPTIONS
        self.stream = stream

    def _first(self) -> int:
        """What says nothing of its times (DAV) is read to its end: that gives the index which seeking needs."""
        indexed, first = self.stream.start_time is not None, None
        for packet in self.container.demux(self.stream):
            first = packet.pts if first is None else first
            if indexed and first is not None:
                break
        self._go(first or 0)
        return first or 0


@contextmanager
def open_recording(path: Path) -> Iterator[OpenRecording]:
    """The recording; a fault in words where it has no pictures."""
    try:
        with ByteSource(path) as source:
            start = recording_start(source)
            if start.wound:
                raise InputError(f"{path.name}: {start.wound.detail_zh} {start.wound.detail_en}")
            with closing(OpenRecording(path.name, source, start.kind)) as opened:
                yield opened
    except (av.FFmpegError, OSError) as error:
        said = error.strerror or type(error).__name__
        raise InputError(
            f"{path.name}: 读不出画面（{said}）；请从录像机重新导出 cannot be decoded; export it again"
        ) from error
