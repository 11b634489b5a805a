"""Boxes of several networks become humans, each once."""

import pytest

from facts.sighting import Box, SenseKind
from vision.card_parts import DetectionTarget
from vision.detector import Detection
from vision.people import one_to_one, people

HEAD = Box(0.4, 0.3, 0.05, 0.09)
FACE = Box(0.405, 0.315, 0.04, 0.065)
BODY = Box(0.36, 0.29, 0.13, 0.35)


def head(box: Box, confidence: float = 0.8) -> Detection:
    return Detection(box, confidence, DetectionTarget.HEAD)


def face(box: Box, confidence: float = 0.7) -> Detection:
    return Detection(box, confidence, DetectionTarget.FACE)


def body(box: Box, confidence: float = 0.9) -> Detection:
    return Detection(box, confidence, DetectionTarget.PERSON)


def moved(box: Box, heads: float = 0.0, down: float = 0.0) -> Box:
    return Box(box.x + heads * HEAD.w, box.y + down * HEAD.h, box.w, box.h)


def test_what_three_senses_see_of_one_human_is_one_human() -> None:
    (one,) = people([[head(HEAD), body(BODY)], [face(FACE)]])
    assert one.senses == {SenseKind.HEAD, SenseKind.FACE, SenseKind.PERSON}


def test_two_sizes_of_one_network_see_the_same_head_once() -> None:
    (one,) = people([[head(HEAD)], [head(moved(HEAD, 0.3), 0.5)]])
    assert one.votes == 2


@pytest.mark.parametrize(("away", "count"), [(0.6, 1), (0.72, 1), (0.9, 2), (2.0, 2)])
def test_neighbours_are_two_and_boxes_of_one_head_are_one(away: float, count: int) -> None:
    assert len(people([[head(HEAD), head(moved(HEAD, away), 0.6)]])) == count


def test_a_face_inside_a_larger_head_is_that_head_s() -> None:
    small = Box(HEAD.x + 0.6 * HEAD.w, HEAD.y + 0.5 * HEAD.h, 0.5 * HEAD.w, 0.5 * HEAD.h)
    assert len(people([[head(HEAD)], [face(small)]])) == 1


def test_a_writing_hand_is_nobody() -> None:
    hand = Box(HEAD.x, HEAD.y + 1.4 * HEAD.h, 0.025, 0.045)
    assert len(people([[head(HEAD)], [face(hand, 0.4)]])) == 1
    known = Detection(hand, 0.5, DetectionTarget.HAND)
    assert people([[known], [face(Box(hand.x, hand.y, 0.02, 0.03), 0.4)]]) == ()


def test_a_raised_fist_is_nobody_and_a_small_head_behind_is_somebody() -> None:
    fist = Box(HEAD.x + 0.9 * HEAD.w, HEAD.y + 0.6 * HEAD.h, 0.6 * HEAD.w, 0.55 * HEAD.h)
    assert len(people([[head(HEAD), head(fist, 0.5)], [face(fist, 0.6)]])) == 1
    behind = Box(fist.x, HEAD.y - 0.4 * HEAD.h, fist.w, fist.h)
    assert len(people([[head(HEAD), head(behind, 0.5)]])) == 2
    assert len(people([[head(HEAD, 0.5), head(fist, 0.8)]])) == 2, "the surer one is no hand of the other"


def test_a_body_without_a_head_shows_somebody_and_one_with_a_head_nobody_else() -> None:
    (only,) = people([[body(BODY)]])
    assert only.senses == {SenseKind.PERSON}
    assert only.box.y == BODY.y
    assert len(people([[head(HEAD), body(BODY)]])) == 1
    assert len(people([[head(HEAD), body(BODY), body(Box(0.7, 0.3, 0.13, 0.35))]])) == 2


def test_a_doubtful_body_shows_nobody() -> None:
    assert people([[body(BODY, 0.45)]]) == ()


def test_bodies_that_two_networks_see_are_matched_by_each_of_them() -> None:
    behind = Box(0.4, 0.18, 0.05, 0.09)
    both = [head(HEAD), head(behind)]
    found = people([[*both, body(BODY)], [body(Box(0.36, 0.17, 0.13, 0.3)), body(BODY)]])
    assert len(found) == 2


def test_nobody_is_nobody() -> None:
    assert people([]) == people([[], []]) == ()


def test_pairs_are_the_nearest_first_and_each_side_once() -> None:
    assert one_to_one([0.0, 1.0], [0.9, 1.1, 5.0], lambda a, b: abs(a - b), 1.0) == {0: 1}
