from abc import ABC, abstractmethod
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import av
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from demo.brush import Picture
from demo.dahua import DhavWriter
from demo.hikvision import ProgramStreamWriter
from demo.scenario import Container, Lens
from facts.errors import InputError

_TICKS_PER_S = 90_000
_ENCODERS = {"h264": "libx264", "h265": "libx265"}
FORMATS: dict[Container, tuple[str, dict[str, str]]] = {
    Container.MP4: ("mp4", {}),
    Container.FASTSTART: ("mp4", {"movflags": "+faststart"}),
    Container.FRAGMENTED: ("mp4", {"movflags": "+frag_keyframe+empty_moov+default_base_moof"}),
    Container.MKV: ("matroska", {}),
    Container.TS: ("mpegts", {}),
    Container.FLV: ("flv", {}),
    Container.AVI: ("avi", {}),
}
_CRF = "29"
_QUIET_X265 = "log-level=none:pools=none:frame-threads=1:repeat-headers=1"


class Recorder(ABC):
    """Encodes pictures at exact times and puts them into one file; close it by leaving the ``with`` block."""

    def __init__(self, lens: Lens) -> None:
        self.lens = lens

    @abstractmethod
    def encode(self, frame: VideoFrame | None) -> None:
        """Encode one frame, or what is left where there is none."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""

    def add(self, planes: Picture, at_s: Fraction) -> None:
        """One picture, as planar YUV, at that time from the file's start."""
        frame = VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = round(at_s * _TICKS_PER_S)
        frame.time_base = Fraction(1, _TICKS_PER_S)
        self.encode(frame)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self.encode(None)
        finally:
            self.close()


class _LibraryRecorder(Recorder):
    def __init__(self, path: Path, lens: Lens) -> None:
        super().__init__(lens)
        form, options = FORMATS[lens.container]
        self._out = av.open(str(path), "w", format=form, options=options)
        stream = self._out.add_stream(_ENCODERS[lens.codec], rate=lens.fps, options=_options(lens))
        if not isinstance(stream, VideoStream):
            raise InputError(f"codec {lens.codec}: got no video stream, expected h264 or h265")
        self._stream = stream
        _set_up(stream.codec_context, lens)

    def encode(self, frame: VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            packet.duration = round(Fraction(1, self.lens.fps) / packet.time_base)
            self._out.mux(packet)

    def close(self) -> None:
        self._out.close()


class _OwnRecorder(Recorder):
    def __init__(self, path: Path, lens: Lens, start: datetime) -> None:
        super().__init__(lens)
        context = CodecContext.create(_ENCODERS[lens.codec], "w")
        if not isinstance(context, VideoCodecContext):
            raise InputError(f"codec {lens.codec}: got no video encoder, expected h264 or h265")
        self._context = context
        self._context.framerate = Fraction(lens.fps)
        self._context.options = _options(lens)
        _set_up(context, lens)
        self._file = path.open("wb")
        self._writer = own_writer(self._file, lens, start)

    def encode(self, frame: VideoFrame | None) -> None:
        for packet in self._context.encode(frame):
            self._writer.write(bytes(packet), seconds(packet), is_key=packet.is_keyframe)

    def close(self) -> None:
        self._writer.close()
        self._file.close()


def own_writer(file: BinaryIO, lens: Lens, start: datetime) -> DhavWriter | ProgramStreamWriter:
    """The writer of a container that no library writes; ``start`` is what the camera's clock says."""
    if lens.container is Container.DAV:
        return DhavWriter(file, lens.codec, lens.size, lens.fps, start)
    return ProgramStreamWriter(file, lens.codec, imkh=lens.container is Container.IMKH)


def recorder(path: Path, lens: Lens, start: datetime) -> Recorder:
    """The recorder that writes the lens's container; ``start`` is what the camera's clock says."""
    if lens.codec not in _ENCODERS:
        raise InputError(f"codec {lens.codec}: got no known name, expected h264 or h265")
    if lens.container in FORMATS:
        return _LibraryRecorder(path, lens)
    return _OwnRecorder(path, lens, start)


def seconds(packet: "av.Packet[VideoStream]") -> Fraction:
    """When the coded picture is shown, from the start of its file."""
    if packet.pts is None or packet.time_base is None:
        raise InputError("encoder: got a packet without time, expected one time per picture")
    return packet.pts * packet.time_base


def _options(lens: Lens) -> dict[str, str]:
    group = lens.fps * lens.keyframe_s
    params = f"keyint={group}:min-keyint={group}:scenecut=0:bframes=0"
    rate = {} if lens.bit_rate else {"crf": _CRF}
    if lens.codec == "h265":
        return {"preset": "ultrafast", "x265-params": f"{params}:{_QUIET_X265}", **rate}
    return {"preset": "ultrafast", "x264-params": params, **rate}


def _set_up(context: VideoCodecContext, lens: Lens) -> None:
    context.width, context.height = lens.size
    context.pix_fmt = "yuv420p"
    # AVI knows no times, only a frame rate.
    context.time_base = Fraction(1, lens.fps if lens.container is Container.AVI else _TICKS_PER_S)
    context.thread_count = 1
    if lens.bit_rate:
        context.bit_rate = lens.bit_rate
