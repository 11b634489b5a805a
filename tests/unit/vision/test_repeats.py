"""A few seconds shown again and again are known by pictures that come back exactly; a class never does that."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest

from demo.events import Leave
from demo.film import CameraFeed
from demo.scenario import Lens, Scenario
from facts.span import SHANGHAI
from vision.ports import Picture
from vision.repeats import repeat_in

START = datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)
WIDTH, HEIGHT = 640, 360


def film(loop_s: float = 0, *, people: int = 20, gone: int = 0, mirror: bool = False) -> Mapping[datetime, Picture]:
    """Eleven minutes of a drawn class, one keyframe in ten seconds, encoded anew with grain of its own."""
    away = (Leave(0, 720, seats=tuple(range(gone))),) if gone else ()
    lens = Lens(size=(WIDTH, HEIGHT), clock_on_screen=False)
    story = Scenario("loop", "反复", people=people, start=START, events=away, lenses=(lens,))
    feed, rng, frames = CameraFeed(story, lens), np.random.default_rng(0), {}
    for second in range(0, 660, 10):
        shown = second % loop_s if loop_s else second
        picture = feed.picture_at(float(int(shown)))[:HEIGHT] + rng.normal(0, 1.5, (HEIGHT, WIDTH))
        if mirror and loop_s and second // loop_s % 2:
            picture = picture[:, ::-1]
        plain = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
        packed = cv2.imencode(".jpg", plain, [int(cv2.IMWRITE_JPEG_QUALITY), 50])[1]
        frames[START + timedelta(seconds=second)] = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return frames


@pytest.mark.parametrize("loop_s", [7, 23, 37.3, 90])
def test_a_short_loop_encoded_anew_is_found(loop_s: float) -> None:
    found = repeat_in(film(loop_s))
    assert found is not None
    assert found.share > 0.3
    assert START <= found.there.start < found.span.start
    assert found.span.length_s > 400


def test_a_loop_that_is_mirrored_every_other_time_is_found() -> None:
    assert repeat_in(film(23, mirror=True)) is not None


@pytest.mark.parametrize("gone", [0, 14, 18, 19])
def test_a_class_however_small_never_shows_a_picture_twice(gone: int) -> None:
    assert repeat_in(film(gone=gone)) is None


def test_an_empty_room_is_no_loop() -> None:
    """It looks like itself at any time; that is what makes it empty."""
    assert repeat_in(film(gone=20)) is None
