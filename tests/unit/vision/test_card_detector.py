from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facts.errors import SetupError
from tests.fixtures.tiny_networks import SIDE, answering, card_of, rows
from vision.card_detector import MOST_PER_TARGET, CardDetector
from vision.card_parts import DetectionTarget, Family
from vision.model_trial import load
from vision.ports import Picture

FRAME = np.full((SIDE, SIDE, 3), 90, np.uint8)
THREE = {"0": DetectionTarget.PERSON, "1": DetectionTarget.HEAD, "2": DetectionTarget.HAND}


def test_one_network_finds_several_things_told_apart_by_class(tmp_path: Path) -> None:
    network = answering(
        rows((8, 8, 40, 60, 0.9, 0), (16, 8, 32, 24, 0.8, 1), (17, 8, 33, 24, 0.7, 1), (16, 8, 32, 24, 0.6, 2))
    )
    found = load(card_of(network, tmp_path, targets=THREE), tmp_path).detect(FRAME)
    assert [(one.target, round(one.confidence, 2)) for one in found] == [
        (DetectionTarget.HAND, 0.6),
        (DetectionTarget.HEAD, 0.8),
        (DetectionTarget.PERSON, 0.9),
    ]
    assert found[1].box.x == pytest.approx(0.25)


def test_a_class_that_the_card_gives_no_target_is_dropped(tmp_path: Path) -> None:
    network = answering(rows((8, 8, 40, 60, 0.9, 7), (16, 8, 32, 24, 0.8, 1)))
    found = load(card_of(network, tmp_path, targets=THREE), tmp_path).detect(FRAME)
    assert [one.target for one in found] == [DetectionTarget.HEAD]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), float("-inf")])
def test_values_that_are_no_numbers_are_refused_in_one_line(wrong: float, tmp_path: Path) -> None:
    detector = load(card_of(answering(rows((8, 8, 40, 60, wrong, 0))), tmp_path), tmp_path)
    with pytest.raises(SetupError, match="model tiny: got 1 value that is no number") as caught:
        detector.detect(FRAME)
    assert "\n" not in str(caught.value)
    assert "'output' of 6" in str(caught.value)


def test_thousands_of_boxes_are_cut_to_the_surest_and_told(tmp_path: Path) -> None:
    apart = [(x % 64, x // 64, x % 64 + 0.9, x // 64 + 0.9, 0.5 + x / 10_000, 0) for x in range(4096)]
    detector = load(card_of(answering(rows(*apart, *apart[:904])), tmp_path), tmp_path)
    found = detector.detect(FRAME)
    assert len(found) == MOST_PER_TARGET
    assert found[0].confidence == pytest.approx(0.9095)
    assert min(one.confidence for one in found) > 0.87
    assert detector.crowded == 1


def test_an_ordinary_frame_is_not_told_as_crowded(tmp_path: Path) -> None:
    detector = load(card_of(answering(rows((8, 8, 40, 60, 0.9, 0))), tmp_path), tmp_path)
    detector.detect(FRAME)
    assert detector.crowded == 0


@pytest.mark.parametrize(
    "frame",
    [
        np.full((SIDE, SIDE), 90, np.uint8),
        np.zeros((80, 100, 3), np.uint8),
        np.full((1080, 1920, 3), 255, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
    ],
    ids=["grey", "100 x 80", "white", "one pixel"],
)
def test_odd_frames_are_looked_at_like_others(frame: Picture, tmp_path: Path) -> None:
    (found,) = load(card_of(answering(rows((16, 16, 48, 48, 0.9, 0))), tmp_path), tmp_path).detect(frame)
    assert (found.box.x, found.box.w) == pytest.approx((0.25, 0.5))


def test_an_output_of_another_layout_names_the_card_and_what_it_got(tmp_path: Path) -> None:
    card = card_of(answering(rows((8, 8, 40, 60, 0.9, 0))), tmp_path)
    wrong = replace(card, output=replace(card.output, family=Family.YOLOX))
    with pytest.raises(SetupError, match=r"model tiny: output .*\(1, 1, 6\).*family = 'yolox'"):
        load(wrong, tmp_path).detect(FRAME)


def test_an_output_that_is_not_there_is_named(tmp_path: Path) -> None:
    card = card_of(answering(rows((8, 8, 40, 60, 0.9, 0))), tmp_path)
    with pytest.raises(SetupError, match="got outputs output, expected boxes; check names"):
        load(replace(card, output=replace(card.output, names=("boxes",))), tmp_path)


def test_weights_that_change_or_vanish_after_loading_do_not_matter(tmp_path: Path) -> None:
    card = card_of(answering(rows((8, 8, 40, 60, 0.9, 0))), tmp_path)
    (path,) = tmp_path.iterdir()
    detector = CardDetector(card, [path])
    path.unlink()
    assert len(detector.detect(FRAME)) == 1
    with pytest.raises(SetupError, match="run xueshi models pull tiny"):
        CardDetector(card, [path])
