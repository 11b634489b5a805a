"""Draws a camera's living picture again, small and in H.264, for browsers that cannot play the original; in a child.

What comes out are files like the recorder's own, so that they are followed in the same way; a new one each minute,
and old ones go.
"""

import io
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from facts.errors import InputError
from facts.recorder import SegmentTimes, StreamFragment
from ingest.cameras.fragments import FragmentReader
from ingest.cameras.living_stream import LivingStream
from ingest.cameras.segment_file import SegmentDisk, SegmentFile
from ingest.recordings.container import DECODER_OPTIONS
from runtime.platform.clock import now

LOW = "low"
UNWATCHED_S = 10.0
_HEIGHT, _MOST_FPS = 360, 12.5
_CLOCK = 1000
_REST_S, _SILENT_S, _FILE_S, _KEPT = 0.1, 30.0, 60.0, 2
_FLAGS = "+empty_moov+default_base_moof+frag_keyframe+skip_trailer"


def encode_living(folder: Path, place: Path, wanted: Path) -> int:
    """Until nobody looks (``wanted`` is touched no more) or nothing comes; how many pictures were drawn."""
    with LivingStream(folder) as stream, av.open(_StreamFile(stream, wanted), "r", format="mov") as opened:
        source = opened.streams.video[0]
        source.codec_context.thread_count = 1
        source.codec_context.options = DECODER_OPTIONS | {"skip_loop_filter": "all"}
        files = _LowFiles(place, stream)
        count = 0
        with av.open(_Pipe(files.take), "w", format="mp4", options=_options()) as out:
            encoder: VideoStream | None = None
            for frame, shown_s in _fewer(opened, source):
                encoder = encoder or _encoder(out, frame)
                small = frame.reformat(encoder.width, encoder.height, "yuv420p")
                small.pts, small.time_base = round(shown_s * _CLOCK), Fraction(1, _CLOCK)
                out.mux(encoder.encode(small))
                count += 1
        files.close()
    return count


def _options() -> dict[str, str]:
    return {"movflags": _FLAGS, "frag_duration": "500000", "flush_packets": "1"}


def _fewer(opened: av.container.InputContainer, source: VideoStream) -> Iterator[tuple[VideoFrame, float]]:
    """Not more pictures a second than a low preview needs, with their second from the first on."""
    first, last = None, -1.0
    try:
        for frame in opened.decode(source):
            if frame.pts is None:
                continue
            first = frame.time if first is None else first
            shown_s = frame.time - first
            if shown_s > last and (last < 0 or shown_s - last >= 0.9 / _MOST_FPS):
                last = shown_s
                yield frame, shown_s
    except av.EOFError:
        return
    except av.FFmpegError as error:
        raise InputError(f"the living picture cannot be decoded ({error})") from error


def _encoder(out: av.container.OutputContainer, frame: VideoFrame) -> VideoStream:
    options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "30", "g": "25", "bf": "0"}
    made = out.add_stream("libx264", rate=25, options=options)
    made.height = min(_HEIGHT, frame.height) // 2 * 2
    made.width = max(2, round(frame.width * made.height / max(frame.height, 1)) // 2 * 2)
    made.pix_fmt = "yuv420p"
    made.codec_context.time_base = made.time_base = Fraction(1, _CLOCK)
    return made


class _StreamFile(io.RawIOBase):
    """The living stream as a file that only grows; it ends when nobody looks, or when nothing comes for long."""

    def __init__(self, stream: LivingStream, wanted: Path) -> None:
        self._stream, self._wanted, self._rest = stream, wanted, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """What is there, waited for."""
        silent_s = 0.0
        while not self._rest:
            self._rest = self._stream.take()
            if self._rest:
                break
            if self._stream.is_over or silent_s > _SILENT_S or not self._is_wanted():
                return b""
            time.sleep(_REST_S)
            silent_s += _REST_S
        size = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:size], self._rest[size:]
        return given

    def _is_wanted(self) -> bool:
        try:
            return abs(time.time() - self._wanted.stat().st_mtime) < UNWATCHED_S
        except OSError:
            return False


class _Pipe:
    """Takes what the muxer writes."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def write(self, data: bytes) -> int:
        self._take(bytes(data))
        return len(data)


class _LowFiles:
    """Fragments into files of a minute each, placed on the wall's clock as the original is."""

    def __init__(self, place: Path, stream: LivingStream) -> None:
        self._disk, self._folder = SegmentDisk(place, 0, now), place / LOW
        self._begin, self._reader = stream.begin, FragmentReader()
        self._file: SegmentFile | None = None
        self._first_s = self._end_s = 0.0

    def take(self, data: bytes) -> None:
        for one in self._reader.feed(data, 0.0):
            if self._file is None or (one.key and one.start_s - self._first_s > _FILE_S):
                self._open(one)
            if self._file:
                self._file.write(one, one.start_s - self._first_s)
                self._end_s = one.end_s

    def _open(self, fragment: StreamFragment) -> None:
        if self._reader.shape is None:
            return
        self.close()
        self._first_s = fragment.start_s
        self._file = self._disk.open(LOW, self._reader.shape, self._begin + timedelta(seconds=self._first_s))
        for old in sorted(self._folder.rglob("*.mp4"))[:-_KEPT]:
            old.unlink()
            old.with_suffix(".json").unlink(missing_ok=True)

    def close(self) -> None:
        if self._file:
            start, end = (self._begin + timedelta(seconds=at) for at in (self._first_s, self._end_s))
            self._file.close(SegmentTimes(start, end, "preview"))
            self._file = None
