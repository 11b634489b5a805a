"""What people look at opens in every container that is taken in: previews, stills, clips, sheets and the wall."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from demo.film import shoot
from demo.scenario import Container, Lens, Naming, Scenario
from ingest.recordings.excerpt import copied, still
from ingest.recordings.newest_picture import newest_picture
from runtime.recordings.preview_encoder import draw
from runtime.recordings.sheet_unmasking import picture_at

LENGTH_S = 24  # a picture a second, every other one a keyframe
ALIKE = 30.0  # of 255, at most, between a decoded PNG and the same picture elsewhere


@pytest.fixture(scope="module", params=Container, ids=str)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    container: Container = request.param
    folder = tmp_path_factory.mktemp(container)
    lens = Lens("CH1", size=(320, 180), container=container, naming=Naming.DAHUA)
    (reel,) = shoot(Scenario("x", "x", people=2, rows=1, length_s=LENGTH_S, lenses=(lens,)), folder)
    return folder / reel.path


def seconds_of(film: Path) -> list[float]:
    with av.open(str(film)) as opened:
        stream = opened.streams.video[0]
        return [round(float(frame.pts * stream.time_base), 1) for frame in opened.decode(stream)]


@pytest.mark.parametrize("from_s", [0, 3, 12])
def test_a_preview_begins_where_it_is_asked_to(recording: Path, tmp_path: Path, from_s: int) -> None:
    draw(recording, tmp_path / "preview.mp4", from_s, 6)
    found = seconds_of(tmp_path / "preview.mp4")
    assert found[0] == 0.0
    assert found[-1] == 6.0
    assert len(found) in {4, 5}, "three or four keyframes, and the last that stands until the end"


@pytest.mark.parametrize("at_s", [0.0, 3.0, 15.0, 23.0])
def test_a_still_is_the_picture_of_that_second(recording: Path, tmp_path: Path, at_s: float) -> None:
    taken = still(recording, tmp_path / "still.png", at_s)
    assert taken.from_s == pytest.approx(at_s, abs=0.05)


def test_a_clip_begins_at_the_keyframe_before_and_decodes(recording: Path, tmp_path: Path) -> None:
    taken = copied(recording, tmp_path / "clip.mp4", 7.0, 5.0)
    assert taken.from_s == pytest.approx(6.0, abs=0.05)
    assert taken.to_s == pytest.approx(12.0, abs=1.1)
    assert len(seconds_of(tmp_path / "clip.mp4")) in {6, 7, 8}


def test_a_sheet_s_keyframe_is_the_one_of_its_second(recording: Path, tmp_path: Path) -> None:
    still(recording, tmp_path / "still.png", 14.0)
    expected, found = cv2.imread(str(tmp_path / "still.png")), picture_at(recording, 14.0)
    assert expected is not None
    assert found is not None
    assert np.abs(found.astype(int) - expected.astype(int)).max() < ALIKE


def test_the_wall_shows_the_end(recording: Path) -> None:
    assert newest_picture(recording).small.startswith(b"\xff\xd8")
