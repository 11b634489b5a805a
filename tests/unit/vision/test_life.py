from collections.abc import Callable
from time import process_time

import cv2
import numpy as np
import pytest

from facts.sighting import Box
from vision.life import FrameChange, Patch, change
from vision.ports import Picture

HEAD = Box(0.45, 0.3, 0.05, 0.1)


def room(seed: int = 3) -> Picture:
    coarse = np.random.default_rng(seed).integers(60, 200, (18, 32), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (480, 270), interpolation=cv2.INTER_CUBIC), np.uint8)


def grainy(picture: Picture, seed: int, sigma: float = 1.5) -> Picture:
    grain = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def moved(picture: Picture) -> Picture:
    other = picture.copy()
    other[95:115, 220:236] = 255 - other[95:115, 220:236]
    return other


def head_of_hair() -> Picture:
    strands = np.random.default_rng(5).integers(20, 220, (39, 36), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(strands, (0, 0), 1.2), np.uint8)


def share(before: Picture, after: Picture) -> float:
    return shares([HEAD], change(before, after))[0]


def shares(heads: list[Box], step: FrameChange) -> list[float]:
    patches = [Patch.of(head, [other for other in heads if other is not head], step.shape) for head in heads]
    return [float("nan") if patch is None else patch.changed(step) for patch in patches]


@pytest.mark.parametrize("sigma", [0.0, 1.0, 3.0, 6.0])
def test_noise_alone_is_no_life_and_a_hand_is(sigma: float) -> None:
    still = grainy(room(), 1, sigma), grainy(room(), 2, sigma)
    assert share(*still) < 0.002
    assert share(still[0], grainy(moved(room()), 2, sigma)) > 0.1


@pytest.mark.parametrize(("gain", "offset"), [(1.15, 0), (0.85, 0), (1.0, 12), (0.9, -6)])
def test_a_change_of_exposure_is_no_life_and_hides_none(gain: float, offset: float) -> None:
    lit = np.clip(room().astype(np.float64) * gain + offset, 0, 255).astype(np.uint8)
    assert share(grainy(room(), 1), grainy(lit, 2)) < 0.01
    assert share(grainy(room(), 1), grainy(moved(lit), 2)) > 0.1


def test_the_light_going_out_says_nothing_about_anybody() -> None:
    assert change(room(), (room() * 0.3).astype(np.uint8)).jump
    assert change(room(), room(9)).jump
    assert not change(room(), moved(room())).jump


def test_a_mast_that_trembles_by_a_tenth_of_a_pixel_is_no_life() -> None:
    shift = np.array([[1, 0, 0.1], [0, 1, 0.1]], np.float32)
    trembled = np.asarray(cv2.warpAffine(room(), shift, (480, 270), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    assert share(room(), trembled) < 0.005


def test_what_moves_at_the_neighbour_counts_for_the_neighbour() -> None:
    left, right = Box(0.40, 0.3, 0.05, 0.1), Box(0.50, 0.3, 0.05, 0.1)
    other = room()
    other[95:120, 240:262] = 255 - other[95:120, 240:262]
    found = shares([left, right], change(room(), other))
    assert found[1] > 0.1
    assert found[0] == 0


def test_a_patch_claimed_by_its_neighbours_is_unknown_not_still() -> None:
    hidden = Box(0.45, 0.3, 0.05, 0.1)
    around = [Box(x, y, 0.05, 0.1) for x, y in ((0.44, 0.3), (0.46, 0.3), (0.45, 0.28), (0.45, 0.32))]
    assert Patch.of(hidden, around, (270, 480)) is None
    assert Patch.of(hidden, around[:1], (270, 480)) is not None


def test_a_head_in_front_moves_for_itself_where_it_covers_the_one_behind() -> None:
    behind, front = Box(0.45, 0.30, 0.05, 0.1), Box(0.455, 0.35, 0.05, 0.1)
    other = room()
    other[96:120, 222:236] = 255 - other[96:120, 222:236]
    found = shares([behind, front], change(room(), other))
    assert found[1] > 0.1
    assert found[0] < 0.02


def test_an_arm_before_a_figure_of_cardboard_changes_pixels_and_moves_no_head() -> None:
    before, after = room(), room()
    after[108:117, 214:242] = 30
    patch = Patch.of(HEAD, [], before.shape)
    assert patch is not None
    step = change(before, after)
    assert patch.changed(step) > 0.1
    assert patch.lives(step, before, after) == 0
    before[75:114, 210:246] = face = head_of_hair()
    nodded = before.copy()
    nodded[77:114, 210:246] = face[:-2]
    assert patch.lives(change(before, nodded), before, nodded) > 0


@pytest.mark.parametrize("across", [24, 25, 27, 45])
@pytest.mark.parametrize("down", [24, 25, 27, 45])
def test_what_stands_still_has_not_moved_whatever_the_size_of_its_patch(across: int, down: int) -> None:
    before, after = grainy(room(), 1), grainy(room(), 2)
    patch = Patch.of(Box(0.45, 0.3, (across - 0.5) / 480, (down - 0.5) / 270), [], before.shape)
    assert patch is not None
    assert patch.moved(before, before) < 0.01
    assert patch.moved(before, after) < 0.3


def test_heads_at_the_edge_and_beyond_do_no_harm() -> None:
    everywhere = FrameChange(np.full((270, 60), 255, np.uint8), (270, 480), 1.0, 1.0, 1.0, 0.0)
    found = shares([Box(-0.2, -0.2, 0.1, 0.1), Box(0.99, 0.99, 0.05, 0.1)], everywhere)
    assert np.all(np.nan_to_num(found) <= 1)


def test_the_share_of_a_patch_that_changed_is_that_of_its_own_pixels() -> None:
    step = change(grainy(room(), 1), grainy(moved(room()), 2))
    behind, front = Box(0.447, 0.31, 0.05, 0.1), Box(0.46, 0.38, 0.055, 0.11)
    for head, other in ((behind, front), (front, behind)):
        patch = Patch.of(head, [other], step.shape)
        assert patch is not None
        own = np.unpackbits(patch.own, axis=1).astype(bool)
        left = patch.packed.start * 8
        wide = np.pad(step.mask, ((0, 0), (0, 8)))[patch.rows, left : left + own.shape[1]]
        assert patch.size == own.sum() > 0
        assert patch.changed(step) == np.count_nonzero(wide[own]) / own.sum() > 0


def test_a_pair_costs_no_more_than_a_few_passes_over_its_pixels() -> None:
    one, two = grainy(room(), 1), grainy(moved(room()), 2)
    ours, one_pass = (
        least_cpu_s(call) for call in (lambda: change(one, two), lambda: np.quantile(np.float32(one), 0.4))
    )
    assert ours < 6 * one_pass, "measured 1.3 times"


def least_cpu_s(call: Callable[[], object]) -> float:
    """The least CPU time of several rounds, so that what else runs on the machine hardly shows."""
    found = []
    for _ in range(5):
        start = process_time()
        for _ in range(10):
            call()
        found.append(process_time() - start)
    return min(found)
