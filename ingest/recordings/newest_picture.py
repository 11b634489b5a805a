"""The last picture of a recording, small, for a wall of cameras; as blocks without features unless it may be clear."""

from datetime import datetime
from pathlib import Path

import av
import cv2
import numpy as np
from av import VideoFrame

from facts.errors import InputError
from ingest.recordings.recording_container import open_recording
from ingest.recordings.single_frame import Picture, colour_of
from ingest.recordings.wall_picture import WallPicture

SMALL, LARGE = 480, 960
_BLOCKS = 32  # so few across the picture that nobody is recognised, and enough to see that the room is lit and taken
_BACK_S = 20
_MOST_KEYFRAMES = 400
_QUALITY = 80


def newest_picture(path: Path) -> WallPicture:
    """The last keyframe, or a fault that says why there is none."""
    frame = _last_keyframe(path)
    if frame is None:
        raise InputError(f"{path.name}: 末尾没有可解码的关键帧 got no keyframe at its end, expected one that decodes")
    return wall_picture(path.name, frame)


def wall_picture(name: str, frame: VideoFrame, at: datetime | None = None) -> WallPicture:
    """The frame, small."""
    if not frame.width or not frame.height:
        raise InputError(f"{name}: 画面没有大小 got a picture without a size, expected one that decodes")
    whole = colour_of(frame)
    few = max(1, round(_BLOCKS * whole.shape[0] / whole.shape[1]))
    blocks = cv2.resize(whole, (_BLOCKS, few), interpolation=cv2.INTER_AREA)
    height = max(1, round(whole.shape[0] * LARGE / whole.shape[1]))
    shown = cv2.resize(blocks, (LARGE, height), interpolation=cv2.INTER_LINEAR)
    return WallPicture(_jpeg(np.asarray(shown, np.uint8)), _jpeg(_sized(whole, SMALL)), _jpeg(_sized(whole, LARGE)), at)


def _last_keyframe(path: Path) -> VideoFrame | None:
    with open_recording(path) as opened:
        length = opened.container.duration
        if length:  # a file that is still written may not know its length: it is read from its beginning
            opened.stand_before(length / av.time_base - _BACK_S)
        last = None
        for number, frame in enumerate(opened.container.decode(opened.stream)):
            last = frame
            if number >= _MOST_KEYFRAMES:
                break
        return last


def _sized(picture: Picture, width: int) -> Picture:
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _jpeg(picture: Picture) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return bytes(data)
