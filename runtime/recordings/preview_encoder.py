"""Draws a preview: the keyframes of a stretch, small and marked as what they are, as a film of still pictures."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from facts.errors import InputError
from ingest.recordings.recording_container import open_recording

Picture = NDArray[np.uint8]
_HEIGHT = 480
_CLOCK = 1000
_MOST_KEYFRAMES = 3000  # ten a second; recorders write one in one to five seconds
_MARK = "PREVIEW - NOT THE ORIGINAL"


def draw(source: Path, place: Path, from_s: int, length_s: int) -> None:
    """The film at its place; done in a child, because the source is a stranger's."""
    with av.open(str(place), "w", format="mp4", options={"movflags": "faststart"}) as out:
        frames = _write(out, _keyframes(source, from_s, length_s), length_s)
    if not frames:
        raise InputError(f"{source.name}: got no picture from second {from_s} on, expected a keyframe")


def _keyframes(source: Path, from_s: int, length_s: int) -> Iterator[tuple[float, VideoFrame]]:
    """Each keyframe of the stretch with its second in it; time counts from the recording's first picture."""
    with open_recording(source) as opened:
        length = opened.container.duration
        if length is not None and from_s * av.time_base >= length:
            return
        opened.stand_before(from_s)
        before: VideoFrame | None = None  # what stands when the stretch begins
        for frame in islice(opened.container.decode(opened.stream), _MOST_KEYFRAMES):
            if frame.pts is None:
                continue
            second = opened.second_of(frame.pts) - from_s
            if second <= 0:
                before = frame
                continue
            if before:
                yield 0.0, before
                before = None
            if second >= length_s:
                return
            yield second, frame
        if before:
            yield 0.0, before


def _write(out: av.container.OutputContainer, frames: Iterator[tuple[float, VideoFrame]], length_s: int) -> int:
    stream, last, count = None, -1, 0
    picture = None
    for second, frame in frames:
        picture = _small(frame)
        if stream is None:
            stream = out.add_stream(
                "libx264", rate=25, options={"preset": "veryfast", "crf": "28", "tune": "stillimage"}
            )
            stream.height, stream.width = picture.shape[:2]
            stream.pix_fmt = "yuv420p"
            stream.codec_context.time_base = stream.time_base = Fraction(1, _CLOCK)
            stream.codec_context.max_b_frames, stream.codec_context.gop_size = 0, 8
        last = max(round(second * _CLOCK), last + 1)
        out.mux(stream.encode(_frame(picture, last)))
        count += 1
    if stream is not None and picture is not None:
        # The last picture stands until the stretch ends, as a paused eye would see it.
        out.mux(stream.encode(_frame(picture, max(length_s * _CLOCK - 1, last + 1))))
        out.mux(stream.encode(None))
    return count


def _frame(picture: Picture, pts: int) -> VideoFrame:
    made = VideoFrame.from_ndarray(picture, format="bgr24")
    made.pts, made.time_base = pts, Fraction(1, _CLOCK)
    return made


def _small(frame: VideoFrame) -> Picture:
    height = min(_HEIGHT, frame.height) // 2 * 2
    width = round(frame.width * height / frame.height) // 2 * 2
    picture = np.array(frame.to_ndarray(width=width, height=height, format="bgr24"), np.uint8)
    scale = max(0.35, width / 1200)
    (wide, high), _ = cv2.getTextSize(_MARK, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    cv2.rectangle(picture, (0, height - high - 10), (wide + 12, height), (48, 37, 27), -1)
    cv2.putText(picture, _MARK, (6, height - 6), cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 1, cv2.LINE_AA)
    return picture
