"""Previews of recordings that a browser cannot play: one picture for each keyframe, small, and never the original."""

import os
import secrets
import threading
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from facts.errors import InputError

Picture = NDArray[np.uint8]
LIFE = timedelta(days=7)  # they show faces, so they live shorter than what they are drawn from
_HEIGHT = 480
_CLOCK = 1000
_ONE_AT_A_TIME = threading.Lock()
_MARK = "PREVIEW - NOT THE ORIGINAL"


def previews_folder(home: Path) -> Path:
    """Where previews are remembered."""
    return home / "previews"


def stored_preview(home: Path, sha256: str, from_s: int, length_s: int) -> Path | None:
    """The preview that was drawn before."""
    place = _place(home, sha256, from_s, length_s)
    return place if place.is_file() else None


def preview(home: Path, source: Path, sha256: str, from_s: int, length_s: int) -> Path:
    """The preview of one stretch of the recording, drawn once; time in it begins at ``from_s`` of the recording."""
    place = _place(home, sha256, from_s, length_s)
    if place.is_file():
        return place
    with _ONE_AT_A_TIME:
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _drawn(source, place, from_s, length_s)
    return place


def _place(home: Path, sha256: str, from_s: int, length_s: int) -> Path:
    return previews_folder(home) / sha256 / f"{from_s}-{length_s}.mp4"


def _drawn(source: Path, place: Path, from_s: int, length_s: int) -> None:
    aside = place.with_name(f"{secrets.token_hex(8)}.part")
    try:
        frames = 0
        with av.open(str(aside), "w", format="mp4", options={"movflags": "faststart"}) as out:
            frames = _write(out, _keyframes(source, from_s, length_s), length_s)
        if not frames:
            raise InputError(f"{source.name}: got no picture from second {from_s} on, expected a keyframe")
        os.replace(aside, place)  # noqa: PTH105 - atomic on every system
    except (av.FFmpegError, OSError) as error:
        raise InputError(f"{source.name}: cannot be previewed ({error})") from error
    finally:
        aside.unlink(missing_ok=True)


def _keyframes(source: Path, from_s: int, length_s: int) -> Iterator[tuple[float, VideoFrame]]:
    """Each keyframe of the stretch with its second in it; time counts from the recording's first picture."""
    with av.open(str(source)) as opened:
        stream = opened.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        clock, first = stream.time_base or Fraction(1, _CLOCK), stream.start_time or 0
        if opened.duration is not None and from_s * av.time_base >= opened.duration:
            return
        opened.seek(first + int(from_s / clock), stream=stream, backward=True)
        for frame in opened.decode(stream):
            if frame.pts is None:
                continue
            second = float((frame.pts - first) * clock) - from_s
            if second >= length_s:
                break
            yield max(second, 0.0), frame


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
