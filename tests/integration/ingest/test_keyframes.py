"""Every keyframe of the clips shows a brightness that tells its number: 16, 58, 101, 144 for frames 0, 25, 50, 75."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from facts.footage import Damage
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from ingest.recordings.scan import scan
from tests.fixtures.clips import bare_frames, clip, dhav, imkh, program_stream

START = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
NAME = "CH02_20250407083000.mp4"
SHADES = [16, 58, 101, 144]
Maker = Callable[[Path], Path]


def made(content: Callable[[], bytes]) -> Maker:
    def write(path: Path) -> Path:
        path.write_bytes(content())
        return path

    return write


MAKERS: dict[str, Maker] = {
    "a.mp4": clip,
    "fragmented.mp4": lambda path: clip(path, mux={"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    "bframes.mp4": lambda path: clip(path, bframes=2),
    "hevc.mp4": lambda path: clip(path, codec="libx265"),
    "hevc.ts": lambda path: clip(path, codec="libx265"),
    "a.ts": clip,
    "wrap.ts": lambda path: clip(path, offset_ticks=(1 << 33) - 180_000, mux={"mpegts_copyts": "1"}),
    "a.flv": clip,
    "a.mkv": clip,
    "a.avi": clip,
    "ffmpeg.mpg": lambda path: clip(path, container="mpeg"),
    "a.ps": made(lambda: program_stream(bare_frames())),
    "wrap.ps": made(lambda: program_stream(bare_frames(), first_tick=(1 << 33) - 180_000)),
    "hik.mp4": made(lambda: imkh(program_stream(bare_frames("libx265"), hevc=True))),
    "x.dav": made(lambda: dhav(bare_frames(), datetime(2025, 4, 7, 8, 30))),  # noqa: DTZ001 camera's screen
}


def shade(picture: np.ndarray) -> int:
    return int(picture[50:].mean())


def scanned(path: Path, name: str = NAME) -> Footage:
    return scan(path, name=name)


@pytest.mark.parametrize("name", MAKERS)
def test_every_container_gives_each_keyframe_at_its_time_in_any_order(tmp_path: Path, name: str) -> None:
    with KeyframeReader([scanned(MAKERS[name](tmp_path / name))]) as reader:
        times = reader.keyframe_times()
        assert times == tuple(START + timedelta(seconds=n) for n in range(4))
        small = list(reader.luma(reversed(times)))
        assert [(at, picture.shape, picture.dtype) for at, picture in small] == [
            (at, (120, 160), np.uint8) for at in times
        ]
        assert [shade(picture) for _, picture in small] == pytest.approx(SHADES, abs=2)
        for number in (2, 0, 3):
            ((at, picture),) = reader.colour([times[number]])
            assert (at, picture.shape) == (times[number], (120, 160, 3))
            assert shade(picture) == pytest.approx(50 * number, abs=4)
        assert not reader.undecodable


def test_a_time_between_keyframes_gives_the_one_before_and_each_only_once(tmp_path: Path) -> None:
    with KeyframeReader([scanned(clip(tmp_path / "a.mp4"))]) as reader:
        asked = [START + timedelta(seconds=s) for s in (0.5, 0.9, 2.04, 3.99, -0.1, 4.0, 900)]
        assert [(at - START).total_seconds() for at, _ in reader.luma(asked)] == [0, 2, 3]


def test_a_hole_is_never_bridged_by_an_older_keyframe(tmp_path: Path) -> None:
    times = [i / 25 + (12 if i >= 50 else 0) for i in range(100)]
    with KeyframeReader([scanned(clip(tmp_path / "a.mp4", times_s=times))]) as reader:
        assert not list(reader.luma([START + timedelta(seconds=8)]))
        ((at, _),) = reader.luma([START + timedelta(seconds=14.5)])
        assert at == START + timedelta(seconds=14)


def test_pictures_wider_than_asked_are_shrunk_and_keep_their_shape(tmp_path: Path) -> None:
    footage = scanned(clip(tmp_path / "a.mp4", frames=5, size=(640, 360)))
    with KeyframeReader([footage], luma_width=480) as reader:
        assert next(reader.luma([START]))[1].shape == (270, 480)
        assert next(reader.colour([START]))[1].shape == (360, 640, 3)


def test_several_files_of_a_camera_are_one_row_of_keyframes(tmp_path: Path) -> None:
    one = scanned(clip(tmp_path / "a.mp4"))
    two = scanned(clip(tmp_path / "b.ts"), "CH02_20250407083004.ts")
    lost = scanned(clip(tmp_path / "c.mp4"), "no clock.mp4")
    with KeyframeReader([two, lost, one]) as reader:
        assert len(reader.keyframe_times()) == 8
        assert [shade(picture) for _, picture in reader.luma(reader.keyframe_times())] == pytest.approx(
            SHADES * 2, abs=2
        )


def test_only_the_keyframes_asked_for_are_read(tmp_path: Path) -> None:
    footage = scanned(clip(tmp_path / "a.mp4", frames=250, size=(640, 480)))
    with KeyframeReader([footage]) as reader:
        list(reader.luma([START, START + timedelta(seconds=5)]))
        assert reader.bytes_read == int(footage.keys.size[0] + footage.keys.size[5])


def test_zeroed_payload_is_counted_and_the_rest_is_shown(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    footage = scanned(path)
    data = bytearray(path.read_bytes())
    pos, size = int(footage.keys.pos[1]), int(footage.keys.size[1])
    data[pos : pos + size] = bytes(size)
    path.write_bytes(data)
    with KeyframeReader([footage]) as reader:
        assert [(at - START).total_seconds() for at, _ in reader.luma(reader.keyframe_times())] == [0, 2, 3]
        assert [(at - START).total_seconds() for at, _ in reader.colour(reader.keyframe_times())] == [0, 2, 3]
        assert reader.undecodable == (START + timedelta(seconds=1),)


@pytest.mark.parametrize("name", ["a.mp4", "a.ts", "a.ps", "x.dav", "a.mkv"])
def test_a_file_that_shrinks_or_vanishes_meanwhile_is_counted(tmp_path: Path, name: str) -> None:
    path = MAKERS[name](tmp_path / name)
    footage = scanned(path)
    path.write_bytes(path.read_bytes()[:9000])
    with KeyframeReader([footage]) as reader:
        shown = list(reader.luma(reader.keyframe_times()))
        assert len(shown) + len(reader.undecodable) == 4
        assert reader.undecodable
    path.unlink()
    with KeyframeReader([footage]) as reader:
        assert not list(reader.colour(reader.keyframe_times()))
        assert len(reader.undecodable) == 4


def test_pictures_of_another_size_inside_are_told_by_the_scan_and_shown_all_the_same(tmp_path: Path) -> None:
    one = clip(tmp_path / "1.ts").read_bytes()
    other = clip(tmp_path / "2.ts", size=(320, 240), offset_ticks=4 * 90_000).read_bytes()
    (tmp_path / "both.ts").write_bytes(one + other)
    footage = scanned(tmp_path / "both.ts")
    cut = next(wound for wound in footage.segment.wounds if wound.damage is Damage.CUT)
    assert "编码参数改变" in cut.detail_zh
    with KeyframeReader([footage]) as reader:
        assert len(list(reader.luma(reader.keyframe_times()))) == len(reader.keyframe_times()) > 4
        assert not reader.undecodable


def test_a_reader_of_nothing_shows_nothing() -> None:
    with KeyframeReader([]) as reader:
        assert reader.keyframe_times() == ()
        assert not list(reader.luma([START]))
