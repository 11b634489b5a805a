"""The last picture of a recording, small, for a wall of cameras; as blocks without features unless it may be clear."""

from pathlib import Path

import av
import cv2
import numpy as np
from av import VideoFrame

from ingest.recordings.single_frame import Picture, colour_of

_BLOCKS = 32  # so few across the picture that nobody is recognised, and enough to see that the room is lit and taken
_BACK_S = 20
_MOST_KEYFRAMES = 400
_QUALITY = 80


def newest_picture(path: Path, width: int, *, clear: bool) -> bytes | None:
    """A JPEG of the last keyframe; nothing where the file holds none that can be decoded."""
    try:
        frame = _last_keyframe(path)
    except (av.FFmpegError, OSError, ValueError):  # half written or damaged: the wall says so, nothing is judged here
        return None
    if frame is None or not frame.width or not frame.height:
        return None
    picture = _sized(colour_of(frame), width, clear=clear)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return bytes(data) if done else None


def _last_keyframe(path: Path) -> VideoFrame | None:
    with av.open(str(path)) as container:
        stream = container.streams.video[0] if container.streams.video else None
        if stream is None:
            return None
        if container.duration:  # a file that is still written may not know its length: it is read from its beginning
            container.seek(max(container.duration - _BACK_S * 1_000_000, 0))
        stream.codec_context.skip_frame = "NONKEY"
        last = None
        for number, frame in enumerate(container.decode(stream)):
            last = frame
            if number >= _MOST_KEYFRAMES:
                break
        return last


def _sized(picture: Picture, width: int, *, clear: bool) -> Picture:
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    if clear:
        return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    few = max(1, round(_BLOCKS * height / width))
    small = cv2.resize(picture, (_BLOCKS, few), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
