"""What moves the whole picture moves nobody in it."""

import cv2
import numpy as np
import pytest

from facts.sighting import Box
from vision.calibration import REGISTER_STILL
from vision.life import Patch, change
from vision.ports import Picture
from vision.registration import EdgePixels, Registration

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
    return patch.lives(change(before, after), before, after)


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


def classroom(lean: tuple[float, float]) -> Picture:
    """A room in whose middle a class with sharp faces leans: most of its corners, not most of its edges."""
    rng = np.random.default_rng(9)
    people = np.full(SIZE, 120, np.uint8)
    for x, y, grey in rng.integers((300, 210, 0), (640, 430, 2), (120, 3)).tolist():
        people[y : y + 14, x : x + 14] = 250 if grey else 5
    picture = room()
    picture[200:450, 280:680] = shifted(people, *lean)[200:450, 280:680]
    return picture


def test_a_class_that_leans_together_does_not_pull_the_picture_along() -> None:
    registration = Registration()
    registration.lay(classroom((0.0, 0.0)))
    leaning = classroom((5.0, 3.0))
    assert registration.lay(leaning) is leaning


@pytest.mark.parametrize("gain", [0.7, 1.0, 1.3])
def test_edges_stay_where_they_are_in_any_light_and_leave_with_the_camera(gain: float) -> None:
    still = (classroom((0.0, 0.0)) * 0.75).astype(np.uint8)
    lit = np.clip(still * gain, 0, 255).astype(np.uint8)
    edges = EdgePixels.of(still)
    assert edges.enough
    assert edges.agree(lit) > 0.9
    assert edges.agree(shifted(lit, 0.5, -0.3)) < REGISTER_STILL
    assert not EdgePixels.of(np.full(SIZE, 128, np.uint8)).enough


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
