"""A recording opened for its pictures alone, by what its bytes are: for walls, previews and faces, never for a verdict."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av import VideoStream
from av.container import InputContainer

from facts.errors import InputError
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.container import DECODER_OPTIONS, INDEX_BUFFER, open_container, picture_stream
from ingest.recordings.damage_scan import recording_start


@contextmanager
def open_recording(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its first picture stream, set to decode keyframes; a fault in words where there is none."""
    try:
        with ByteSource(path) as source:
            start = recording_start(source)
            if start.wound:
                raise InputError(f"{path.name}: {start.wound.detail_zh} {start.wound.detail_en}")
            with open_container(source, start.kind, INDEX_BUFFER) as container:
                stream = picture_stream(container)
                if stream is None:
                    raise InputError(f"{path.name}: 没有视频画面 got no picture stream, expected a recording")
                stream.codec_context.skip_frame = "NONKEY"
                stream.codec_context.thread_count = 1  # a thread for each core would each want pictures of its own
                stream.codec_context.options = DECODER_OPTIONS
                yield container, stream
    except (av.FFmpegError, OSError) as error:
        said = error.strerror or type(error).__name__
        raise InputError(
            f"{path.name}: 读不出画面（{said}）；请从录像机重新导出 cannot be decoded; export it again"
        ) from error
