"""Previews: one picture for each keyframe of the window, H.264, marked, drawn once."""

import os
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from facts.errors import InputError
from runtime.platform.folders import living_folder
from runtime.recordings.living_preview import forget_left_previews
from runtime.recordings.previews import preview, previews_folder
from tests.fixtures.clips import clip


@pytest.fixture
def hevc(tmp_path: Path) -> Path:
    """Ten minutes, a keyframe every ten seconds."""
    return clip(tmp_path / "a.mp4", frames=60, codec="libx265", gop=1, times_s=[10.0 * no for no in range(60)])


def moments(path: Path) -> list[float]:
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        assert stream.codec_context.name == "h264"
        return [round(float(frame.pts * stream.time_base), 1) for frame in opened.decode(stream)]


def test_the_second_window_begins_at_its_own_zero_and_lasts_to_its_end(tmp_path: Path, hevc: Path) -> None:
    made = preview(tmp_path, hevc, "0" * 64, 300, 300)
    found = moments(made)
    assert found[:3] == [0.0, 10.0, 20.0]
    assert found[-2:] == [290.0, 300.0]


def test_a_window_between_two_keyframes_shows_the_one_before(tmp_path: Path, hevc: Path) -> None:
    assert moments(preview(tmp_path, hevc, "0" * 64, 5, 4)) == [0.0, 4.0]


def test_it_is_drawn_once(tmp_path: Path, hevc: Path) -> None:
    first = preview(tmp_path, hevc, "0" * 64, 0, 300)
    before = first.stat().st_ino
    hevc.unlink()
    assert preview(tmp_path, hevc, "0" * 64, 0, 300).stat().st_ino == before


def test_beyond_the_end_and_for_no_video_nothing_is_left_behind(tmp_path: Path, hevc: Path) -> None:
    broken = tmp_path / "b.mp4"
    broken.write_bytes(b"no video")
    with pytest.raises(InputError, match="got no picture from second 900"):
        preview(tmp_path, hevc, "0" * 64, 900, 300)
    with pytest.raises(InputError, match="no recording: got a text file"):
        preview(tmp_path, broken, "1" * 64, 0, 300)
    assert list(previews_folder(tmp_path).glob("*/*")) == []


def test_what_a_killed_service_left_of_a_living_preview_is_gone_soon_and_one_in_use_stays(tmp_path: Path) -> None:
    at = datetime.now(UTC)
    assert forget_left_previews(tmp_path, at) == 0
    for number, ago_s in (("1", 900), ("2", 5)):
        place = living_folder(tmp_path) / number
        place.mkdir(parents=True)
        (place / "low.mp4").write_bytes(b"faces")
        (place / "wanted").touch()
        os.utime(place / "wanted", (at.timestamp() - ago_s,) * 2)
    assert forget_left_previews(tmp_path, at) == 1
    assert [one.name for one in living_folder(tmp_path).iterdir()] == ["2"]
