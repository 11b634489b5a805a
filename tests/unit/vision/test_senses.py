from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facts.digest import Digest
from facts.errors import SetupError
from facts.senses import faces_only, present
from facts.sighting import Box
from tests.fixtures.drawn_room import ToyRoom, at_s
from tests.fixtures.shared_models import pulled
from tests.fixtures.tiny_networks import SIDE, answering, card_of, rows
from vision.card_parts import DetectionTarget
from vision.cards import ModelCard, shipped_card
from vision.centerface import centerface
from vision.detector import Detection
from vision.model_trial import load
from vision.models import senses_at_hand
from vision.observation import ObservationRequest, Observer
from vision.plan import ProofGoal
from vision.ports import Picture
from vision.senses import Senses, best_senses
from vision.weights import weights_of

NETWORK = answering(rows((8, 8, 40, 60, 0.9, 0)))


def card_text(card: ModelCard) -> str:
    return f"""
name = "{card.name}"
licence = "none needed"
finds = "head"
url = "https://models.example/tiny.onnx"
sha256 = "{card.sha256}"
[input]
width = {SIDE}
height = {SIDE}
[output]
family = "nms"
threshold = 0.5
"""


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A folder with one card of the user's own; its weights lie in ``tmp_path / "cache"``."""
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "tiny.toml").write_text(card_text(card_of(NETWORK, tmp_path / "cache")), "utf-8")
    return folder


def test_without_pulled_weights_faces_are_looked_for_and_the_others_are_told_as_missing(tmp_path: Path) -> None:
    senses = best_senses(tmp_path)
    assert senses.names == ("centerface",)
    assert senses.targets == {DetectionTarget.FACE}
    assert {one.name: one.reason for one in senses.missing} == {
        "bhh-nano": "xueshi models pull bhh-nano",
        "bhh-nano-half": "xueshi models pull bhh-nano-half",
        "person-0005": "xueshi models pull person-0005",
    }
    assert faces_only(senses.facts)
    assert [sense.name for sense in present(senses.facts)] == ["centerface"]


def test_weights_that_are_others_are_left_out_and_told(tmp_path: Path) -> None:
    (path,) = weights_of(shipped_card("bhh-nano"), tmp_path)
    path.write_bytes(NETWORK)
    senses = best_senses(tmp_path)
    assert senses.names == ("centerface",)
    assert "expected 4163e7c3" in {one.name: one.reason for one in senses.missing}["bhh-nano"]
    assert [one.missing for one in senses_at_hand(tmp_path)] == [one.missing for one in senses.facts]


def test_a_fourth_network_looks_by_its_card_alone(tmp_path: Path, cards: Path) -> None:
    senses = best_senses(tmp_path / "cache", cards)
    assert senses.names == ("centerface", "tiny")
    assert senses.targets == {DetectionTarget.FACE, DetectionTarget.HEAD}
    found = senses.detect(np.full((SIDE, SIDE, 3), 128, np.uint8))
    assert [one.target for one in found] == [DetectionTarget.HEAD]
    assert not faces_only(senses.facts)


def test_a_fault_in_the_user_s_own_card_is_raised_for_it_was_asked_for(tmp_path: Path, cards: Path) -> None:
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(b"other")
    with pytest.raises(SetupError, match="got sha256"):
        best_senses(tmp_path / "cache", cards)


def test_the_digest_names_weights_and_everything_that_the_card_says(tmp_path: Path) -> None:
    card = card_of(NETWORK, tmp_path)
    alone = Senses([load(card, tmp_path)])
    assert alone.digest == Senses([load(card, tmp_path)]).digest
    stricter = replace(card, output=replace(card.output, threshold=0.6))
    assert alone.digest != Senses([load(stricter, tmp_path)]).digest
    assert alone.digest != Senses([load(card, tmp_path), centerface(64, 64)]).digest


class Blind:
    """A detector without a card, as another program may bring it."""

    name = "blind"
    digest = Digest.of(b"blind")

    def detect(self, bgr: Picture) -> tuple[Detection, ...]:
        assert bgr.size
        return ()


def test_a_detector_without_a_card_is_taken_for_a_finder_of_faces() -> None:
    senses = Senses([Blind()])
    assert senses.targets == {DetectionTarget.FACE}
    assert senses.facts[0].digest == Blind.digest
    assert senses.crowded == 0


def test_all_look_at_the_same_frame(tmp_path: Path) -> None:
    senses = best_senses(pulled(tmp_path / "cache"))
    assert senses.names == ("centerface", "bhh-nano", "bhh-nano-half", "person-0005")
    assert senses.targets == set(DetectionTarget)
    assert senses.missing == ()
    assert senses.detect(np.full((1080, 1920, 3), 128, np.uint8)) == ()
    assert senses_at_hand(tmp_path / "cache") == senses.facts


class CountingCalls:
    """Finds one head of its own, and counts how often it was asked."""

    digest = Digest.of(b"counting")

    def __init__(self, name: str) -> None:
        self.name, self.asked = name, 0

    def detect(self, bgr: Picture) -> tuple[Detection, ...]:
        del bgr
        self.asked += 1
        return (Detection(Box(0.1, 0.1, 0.1, 0.1), 0.9, DetectionTarget.HEAD),)


def test_a_further_sense_is_asked_only_where_those_before_it_found_too_few() -> None:
    room = ToyRoom(people=1, length_s=120)
    for expected, asked in ((1, 0), (2, 3)):
        first, second = CountingCalls("first"), CountingCalls("second")
        ask = ObservationRequest("CH02", room.span, Digest.of(b"x"), ProofGoal(expected, 60))
        watch = Observer(Senses([first, second])).watch(room.source(), ask)
        watch.heads([at_s(0), at_s(20), at_s(40)])
        assert (first.asked, second.asked) == (3, asked)
