"""Stripes over the whole picture are measured; other light, noise and people are none; a tremor is told by what was laid."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest

from facts.span import SHANGHAI
from vision.ports import Picture
from vision.surface import surface

START = datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)
RNG = np.random.default_rng(3)
ROOM = cv2.GaussianBlur(RNG.integers(0, 256, (270, 480)).astype(np.float32), (0, 0), 6) * 3 - 250
Change = Callable[[int], "float | np.ndarray[tuple[int, ...], np.dtype[np.float64]]"]


def film(gain: Change, offset: Change, people: int = 0) -> Mapping[datetime, Picture]:
    frames = {}
    for number in range(20):
        picture = ROOM * gain(number) + offset(number) + RNG.normal(0, 2, ROOM.shape)
        for place in range(people):
            x, y = 60 * place + int(RNG.integers(0, 8)), 120 + int(RNG.integers(0, 8))
            picture[y : y + 60, x : x + 30] = RNG.integers(20, 220)
        frames[START + timedelta(seconds=10 * number)] = np.clip(picture, 0, 255).astype(np.uint8)
    return frames


def stripes(number: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return 6 * np.sin(4 * np.pi * np.arange(270) / 270 + number)[:, None]


@pytest.mark.parametrize(
    ("frames", "least", "most"),
    [
        (film(lambda _: 1.0, stripes), 6.0, 14.0),
        (film(lambda _: 1.0, lambda _: 0.0), 0.0, 1.5),
        (film(lambda number: 1.0 - 0.02 * number, lambda number: 1.0 * number), 0.0, 2.0),
        (film(lambda _: 1.0, lambda _: 0.0, people=5), 0.0, 2.0),
    ],
    ids=["stripes", "quiet", "other light", "people"],
)
def test_only_stripes_are_stripes(frames: Mapping[datetime, Picture], least: float, most: float) -> None:
    found = surface(frames, frames)
    assert found is not None
    assert least <= found.bands <= most
    assert found.swayed == 0.0


def test_pictures_that_had_to_be_laid_over_the_first_one_sway() -> None:
    frames = film(lambda _: 1.0, lambda _: 0.0)
    laid = {at: frame.copy() if number % 2 else frame for number, (at, frame) in enumerate(frames.items())}
    found = surface(frames, laid)
    assert found is not None
    assert found.swayed == 0.5


def test_too_few_pictures_say_nothing() -> None:
    frames = dict(list(film(lambda _: 1.0, lambda _: 0.0).items())[:5])
    assert surface(frames, frames) is None
