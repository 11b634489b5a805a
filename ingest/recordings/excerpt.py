"""One picture or a few seconds of a recording, as it stands there: the clip's packets are copied, never coded again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
from av import VideoStream
from av.container import InputContainer, OutputContainer

from facts.errors import InputError
from ingest.recordings.recording_container import open_recording
from ingest.recordings.single_frame import colour_of

if TYPE_CHECKING:
    from ingest.recordings.single_frame import VideoPacket

MOST_BYTES = 400 << 20
_JUST_S, _END_S = 1e-6, 1.0  # a picture's own time, rounded; how long the last picture still stands
_MOST_FRAMES = 40_000  # between two keyframes that lie further apart than any recorder's


@dataclass(frozen=True, slots=True)
class TakenStretch:
    """What was taken, in seconds of the recording; a clip begins at the keyframe before what was asked for."""

    from_s: float
    to_s: float


def still(source: Path, target: Path, at_s: float) -> TakenStretch:
    """The picture that stands at that second, as PNG."""
    with open_recording(source) as opened:
        opened.stream.codec_context.skip_frame = "DEFAULT"
        opened.stand_before(at_s)
        found, after = None, False
        for number, frame in enumerate(opened.container.decode(opened.stream)):
            if frame.pts is None or number > _MOST_FRAMES:
                break
            at = opened.second_of(frame.pts)
            if after := found is not None and at > at_s + _JUST_S:
                break
            found = frame, at
        if found is None or (not after and at_s > found[1] + _END_S):
            raise _nothing(source, at_s)
        _, data = cv2.imencode(".png", colour_of(found[0]))
        target.write_bytes(bytes(data))
        return TakenStretch(found[1], found[1])


def copied(source: Path, target: Path, from_s: float, length_s: float) -> TakenStretch:
    """The pictures from the keyframe before, without sound, in an MP4 that players open."""
    with open_recording(source) as opened:
        opened.stand_before(from_s)
        with av.open(target, "w", format="mp4", options={"movflags": "faststart"}) as made:
            span = (opened.pts_of(from_s), opened.pts_of(from_s + length_s))
            cut = _copy(opened.container, opened.stream, made, span)
        if cut is None or opened.second_of(cut[1]) < from_s - _END_S:
            raise _nothing(source, from_s)
        return TakenStretch(opened.second_of(cut[0]), opened.second_of(cut[1]))


def _copy(
    container: InputContainer, stream: VideoStream, made: OutputContainer, span: tuple[int, int]
) -> tuple[int, int] | None:
    """The first and last time of what was copied; nothing where no keyframe stands there."""
    own = made.add_stream_from_template(stream)
    begun: int | None = None
    last = size = 0
    for packet in _from_keyframe(container, stream, span[0]):
        if packet.dts is None or packet.pts is None or (begun is None and not packet.is_keyframe):
            continue
        if packet.dts > span[1] or (size := size + packet.size) > MOST_BYTES:
            break
        begun = packet.pts if begun is None else begun
        last = max(last, packet.pts)
        packet.pts, packet.dts, packet.stream = packet.pts - begun, packet.dts - begun, own
        made.mux(packet)
    return None if begun is None else (begun, last)


def _from_keyframe(container: InputContainer, stream: VideoStream, start: int) -> "Iterator[VideoPacket]":
    """Every packet from the last keyframe that is not later than the start."""
    held: list[VideoPacket] = []
    begun = False
    for packet in container.demux(stream):
        begun = begun or (packet.pts is not None and packet.pts > start)
        if begun:
            yield from held
            held = []
            if packet.dts is not None:
                yield packet
        elif packet.is_keyframe:
            held = [packet]
        elif held:
            held.append(packet)
    yield from held


def _nothing(source: Path, at_s: float) -> InputError:
    return InputError(
        f"{source.name}: 第 {at_s:.1f} 秒没有画面 got no picture at that second, expected one that decodes"
    )
