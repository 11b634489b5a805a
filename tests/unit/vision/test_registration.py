"""What moves the whole picture moves nobody in it."""

import cv2
import numpy as np
import pytest

from facts.sighting import Box
from vision.life import Patch, change
from vision.ports import Picture
from vision.registration import Registration

SIZE = (540, 960)
HEAD = Box(0.45, 0.4, 0.06, 0.12)


def room(seed: int = 4) -> Picture:
    rng = np.random.default_rng(seed)
    picture = np.full(SIZE, 120, np.uint8)
    for x, y, w, h, grey in rng.integers((0, 0, 12, 12, 40), (920, 500, 110, 90, 220), (90, 5)).tolist():
        picture[y : y + h, x : x + w] = grey
    return np.asarray(cv2.GaussianBlur(picture, (5, 5), 0), np.uint8)


def shifted(picture: Picture, across: float, down: float) -> Picture:
    move = np.array([[1, 0, across], [0, 1, down]], np.float32)
    return np.asarray(cv2.warpAffine(picture, move, SIZE[::-1], borderMode=cv2.BORDER_REPLICATE), np.uint8)


def lives(before: Picture, after: Picture) -> float:
    patch = Patch.of(HEAD, [], SIZE)
    assert patch is not None
    return patch.lives(change(before, after).mask, before, after)


@pytest.mark.parametrize(("across", "down"), [(2.0, 1.4), (3.0, -2.0), (6.5, 4.0)])
def test_a_trembling_print_is_laid_back_and_lives_nowhere(across: float, down: float) -> None:
    registration, still = Registration(), room()
    first, second = registration.lay(still), registration.lay(shifted(still, across, down))
    assert lives(still, shifted(still, across, down)) > 0
    assert lives(first, second) == 0


def test_who_moves_within_a_swaying_picture_lives_all_the_same() -> None:
    registration, still = Registration(), room()
    person = still.copy()
    person[222:276, 438:486] = shifted(still, 4, 2)[222:276, 438:486]
    first, second = registration.lay(still), registration.lay(shifted(person, 3.0, -2.0))
    assert lives(first, second) > 0


def test_a_still_picture_is_left_as_it_is() -> None:
    registration, still = Registration(), room()
    registration.lay(still)
    again = still.copy()
    assert registration.lay(again) is again


def test_a_picture_of_one_colour_and_another_size_do_no_harm() -> None:
    registration = Registration()
    grey = np.full(SIZE, 128, np.uint8)
    assert registration.lay(grey) is grey
    assert registration.lay(grey) is grey
    other = np.full((100, 80), 128, np.uint8)
    assert registration.lay(other) is other
