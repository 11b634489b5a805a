"""Cameras that hang wrong or send almost nothing: whole class hours of it prove nothing and accuse nobody."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from facts.verdict import Status
from tests.fixtures.sights.case import SightCase
from tests.fixtures.sights.judged import judged
from tests.fixtures.sights.twins import TWINS
from vision.ports import Picture

pytestmark = pytest.mark.slow
CLASSES = {case.name: case for case in TWINS}
HONEST, ABSENT, CARDBOARD = (CLASSES[f"front_{name}"] for name in ("honest", "absent", "cardboard"))
Turned = Callable[[Picture, float], Picture]


def lying(bgr: Picture, _: float) -> Picture:
    return np.ascontiguousarray(np.rot90(bgr))


def upside_down(bgr: Picture, _: float) -> Picture:
    return np.ascontiguousarray(bgr[::-1, ::-1])


def mirrored(bgr: Picture, _: float) -> Picture:
    return np.ascontiguousarray(bgr[:, ::-1])


def tiny(bgr: Picture, _: float) -> Picture:
    return np.asarray(cv2.resize(bgr, (100, 80), interpolation=cv2.INTER_AREA), np.uint8)


def blank_now_and_then(bgr: Picture, second: float) -> Picture:
    """Two seconds of every minute in one colour."""
    return np.full_like(bgr, 128) if second % 60 < 2 else bgr


@pytest.mark.parametrize("seen_as", [lying, upside_down, tiny])
def test_a_camera_that_shows_no_heads_leaves_an_honest_hour_open_in_one_line(seen_as: Turned) -> None:
    finding = judged(HONEST, seen_as=seen_as).finding
    assert finding.status is Status.UNPROVEN, finding
    assert finding.reason in {"SHORT", "BACK_ONLY"}
    assert "应到 12 人" in finding.text.zh
    assert "\n" not in finding.text.zh + finding.text.en
    assert finding.remedy


@pytest.mark.parametrize("seen_as", [lying, upside_down, tiny, mirrored, blank_now_and_then])
@pytest.mark.parametrize("case", [ABSENT, CARDBOARD], ids=lambda case: case.name)
def test_nor_does_it_stand_in_for_anybody(case: SightCase, seen_as: Turned) -> None:
    assert judged(case, seen_as=seen_as).status is Status.UNPROVEN


@pytest.mark.parametrize("seen_as", [mirrored, blank_now_and_then])
def test_who_is_in_a_mirrored_picture_or_between_blank_frames_is_there_all_the_same(seen_as: Turned) -> None:
    assert judged(HONEST, seen_as=seen_as).status is Status.PASS
