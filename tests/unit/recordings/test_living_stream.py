"""A camera's living picture out of files that grow: from a keyframe on, across cuts, pauses kept, nothing torn."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import av
import pytest

from facts.recorder import SegmentTimes, StreamFragment, StreamShape
from ingest.cameras.fragments import FragmentReader
from ingest.cameras.living_stream import LivingStream, NoPictureError
from ingest.cameras.segment_file import SegmentDisk, SegmentFile
from tests.fixtures.clips import clip

BEGIN = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
FRAGMENTED = {"movflags": "empty_moov+default_base_moof+frag_keyframe+skip_trailer", "frag_duration": "500000"}


def coded(
    folder: Path, codec: str = "libx264", size: tuple[int, int] = (160, 120)
) -> tuple[StreamShape, list[StreamFragment]]:
    """Four seconds with a keyframe in each."""
    path = folder / f"{codec}-{size[0]}.mp4"
    data = clip(path, frames=100, codec=codec, mux=FRAGMENTED, size=size).read_bytes()
    path.unlink()
    reader = FragmentReader()
    found = reader.feed(data, 0.0)
    assert reader.shape
    return reader.shape, found


class Writer:
    """Writes files as the recorder does."""

    def __init__(self, root: Path) -> None:
        self.disk = SegmentDisk(root, 0, lambda: BEGIN)
        self.folder = root / "CH02"
        self.start = BEGIN
        self.file: SegmentFile | None = None

    def open(self, shape: StreamShape, start: datetime) -> None:
        self.start = start
        self.file = self.disk.open("CH02", shape, start)

    def write(self, fragments: list[StreamFragment]) -> None:
        assert self.file
        for one in fragments:
            self.file.write(one, one.start_s)

    def close(self, length_s: float, earlier_s: float = 0.0) -> None:
        assert self.file
        start = self.start - timedelta(seconds=earlier_s)
        self.file.close(SegmentTimes(start, start + timedelta(seconds=length_s), "camera"))
        self.file = None


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    (tmp_path / "out").mkdir()
    made = Writer(tmp_path / "out")
    yield made
    if made.file:
        made.close(4.0)


def times(data: bytes) -> list[float]:
    """When each picture is shown, as a player reads it."""
    with av.open(BytesIO(data), format="mov") as made:
        found = [float(packet.pts * packet.time_base) for packet in made.demux(video=0) if packet.pts is not None]
    return sorted(found)


def test_it_begins_at_the_newest_keyframe_and_grows_with_the_file(tmp_path: Path, writer: Writer) -> None:
    shape, fragments = coded(tmp_path)
    writer.open(shape, BEGIN)
    keys = [number for number, one in enumerate(fragments) if one.key]
    writer.write(fragments[: keys[2] + 1])
    with LivingStream(writer.folder) as stream:
        assert re.fullmatch(r'video/mp4; codecs="avc1\.[0-9a-f]{6}"', stream.codec.media_type)
        assert stream.codec.plain
        assert stream.begin == BEGIN + timedelta(seconds=2)
        data = stream.take()
        assert times(data)[0] == 0.0
        assert stream.take() == b""
        writer.write(fragments[keys[2] + 1 :])
        data += stream.take()
        assert times(data) == pytest.approx([number / 25 for number in range(50)], abs=0.001)


def test_across_the_cut_the_pictures_stay_on_one_line_and_a_pause_stays_a_pause(tmp_path: Path, writer: Writer) -> None:
    shape, fragments = coded(tmp_path)
    writer.open(shape, BEGIN)
    writer.write(fragments)
    with LivingStream(writer.folder, BEGIN) as stream:
        data = stream.take()
        writer.close(4.0, earlier_s=0.08)  # renamed by its least delayed packet
        writer.open(shape, BEGIN + timedelta(seconds=4.1))
        assert stream.take() == b""
        writer.write(fragments)
        data += stream.take()
        writer.close(4.0)
        writer.open(shape, BEGIN + timedelta(seconds=60))
        writer.write(fragments)
        data += stream.take()
        assert not stream.is_over
        assert data.count(b"moov") == 1
    shown = times(data)
    assert len(shown) == 300
    assert shown[100] == pytest.approx(4.0, abs=0.001)
    assert shown[200] == pytest.approx(60.0, abs=0.001)


def test_playback_begins_at_the_keyframe_before_the_moment_wherever_that_lies(tmp_path: Path, writer: Writer) -> None:
    shape, fragments = coded(tmp_path)
    for number in range(3):
        writer.open(shape, BEGIN + timedelta(seconds=10 * number))
        writer.write(fragments)
        writer.close(4.0)
    begins: dict[float, float] = {}
    for second in (-5.0, 2.5, 7.0, 13.2, 99.0):
        with LivingStream(writer.folder, BEGIN + timedelta(seconds=second)) as stream:
            begins[second] = (stream.begin - BEGIN).total_seconds()
    assert begins == {-5.0: 0.0, 2.5: 2.0, 7.0: 10.0, 13.2: 13.0, 99.0: 23.0}


def test_another_codec_ends_the_stream_and_another_size_only_brings_its_header(tmp_path: Path, writer: Writer) -> None:
    (small, first), (large, second), (other, third) = (
        coded(tmp_path),
        coded(tmp_path, size=(320, 240)),
        coded(tmp_path, "libx265"),
    )
    writer.open(small, BEGIN)
    writer.write(first)
    with LivingStream(writer.folder, BEGIN) as stream:
        data = stream.take()
        writer.close(4.0)
        writer.open(large, BEGIN + timedelta(seconds=4))
        writer.write(second)
        data += stream.take()
        assert data.count(b"moov") == 2 or stream.is_over  # the same profile and level, or said to be another
        writer.close(4.0)
        writer.open(other, BEGIN + timedelta(seconds=8))
        writer.write(third)
        assert stream.take() == b""
        assert stream.is_over
    with LivingStream(writer.folder) as stream:
        assert re.fullmatch(r"hev1\.1\.6\.L\d+(\.[0-9A-F]+)*", stream.codec.text)
        assert not stream.codec.plain


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def replaced(path: Path) -> None:
    path.write_bytes(os.urandom(4000))


def linked(path: Path) -> None:
    path.rename(path.with_suffix(".else"))
    path.symlink_to(path.with_suffix(".else"))


@pytest.mark.parametrize("harm", [emptied, replaced, linked])
def test_a_file_that_shows_nothing_is_passed_over(tmp_path: Path, writer: Writer, harm: Callable[[Path], None]) -> None:
    shape, fragments = coded(tmp_path)
    for number in range(2):
        writer.open(shape, BEGIN + timedelta(seconds=10 * number))
        writer.write(fragments)
        writer.close(4.0)
    harm(max(writer.folder.rglob("*.mp4")))
    with LivingStream(writer.folder) as stream:
        assert stream.begin == BEGIN + timedelta(seconds=3)


def test_a_fragment_that_is_not_whole_is_not_there_yet(tmp_path: Path, writer: Writer) -> None:
    shape, fragments = coded(tmp_path)
    writer.open(shape, BEGIN)
    writer.write(fragments)
    torn(max(writer.folder.rglob("*.mp4")))
    with LivingStream(writer.folder, BEGIN) as stream:
        assert len(times(stream.take())) == 100 - times_in(fragments[-1])


def times_in(fragment: StreamFragment) -> int:
    return fragment.packets


def test_a_camera_of_which_nothing_was_recorded_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoPictureError, match="CH09: got no recorded picture"):
        LivingStream(tmp_path / "CH09")


def test_no_video_library_is_loaded_for_it() -> None:
    """The service follows cameras in its own process, which starts without one."""
    asked = "import sys, ingest.cameras.living_stream; print([m for m in ('av', 'numpy', 'cv2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
