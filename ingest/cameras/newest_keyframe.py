"""The newest keyframe of a camera that is being recorded: one fragment is read and one picture decoded, in a child."""

from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path

import av
from av import VideoFrame

from facts.errors import InputError
from ingest.cameras.living_stream import NoPictureError, newest_file
from ingest.recordings.container import DECODER_OPTIONS
from ingest.recordings.newest_picture import wall_picture
from ingest.recordings.single_frame import Picture, colour_of
from ingest.recordings.wall_picture import WallPicture

_MOST_PACKETS = 8


def newest_keyframe(folder: Path) -> WallPicture:
    """The picture with its time on the wall's clock, or a fault that says why there is none."""
    frame, at = _newest(folder)
    return wall_picture(folder.name, frame, at)


def newest_pixels(folder: Path) -> tuple[datetime, Picture]:
    """The same as it was coded, blue-green-red, for whoever counts heads."""
    frame, at = _newest(folder)
    return at, colour_of(frame)


def _newest(folder: Path) -> tuple[VideoFrame, datetime]:
    with newest_file(folder) as file:
        number = file.key_before()
        if number is None or file.shape is None:
            raise NoPictureError(f"{folder.name}: got no keyframe, expected one within the newest file")
        at = file.start + timedelta(seconds=file.places[number].start_s)
        data = file.shape.header + file.fragment(number, 0.0).box
    try:
        with av.open(BytesIO(data), "r", format="mov") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            stream.codec_context.options = DECODER_OPTIONS
            for packet in islice(container.demux(stream), _MOST_PACKETS):
                if packet.size and packet.is_keyframe:
                    frames = [*stream.codec_context.decode(packet), *stream.codec_context.decode(None)]
                    if frames:
                        return frames[0], at
    except (av.FFmpegError, IndexError) as error:
        raise InputError(f"{folder.name}: 读不出最新画面 the newest picture cannot be decoded ({error})") from error
    raise InputError(f"{folder.name}: 最新的关键帧解不出画面 got no picture out of the newest keyframe, expected one")
