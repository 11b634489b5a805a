"""The engine behind faces on drawn ones: this tries that it is wired rightly and says nothing of people."""

from dataclasses import replace
from math import dist

import cv2
import numpy as np
import pytest

from facts.digest import Digest
from facts.errors import SetupError
from tests.fixtures.faces import drawn_face
from vision.face_card import face_card, faces_missing
from vision.face_engine import DlibEngine, decoded

installed = pytest.mark.skipif(bool(faces_missing()), reason=f"faces are not installed: {faces_missing()}")


@pytest.fixture(scope="module")
def engine() -> DlibEngine:
    return DlibEngine()


@installed
def test_one_drawn_face_is_nearer_to_itself_than_a_photograph_of_nobody(engine: DlibEngine) -> None:
    one, again, flat = engine.embeddings([drawn_face(3), drawn_face(3, shift=4), _png(np.full((200, 200, 3), 128))])
    assert one
    assert again
    assert flat is None
    assert dist(one, again) < engine.model.same_below
    assert len(one) == 128


@installed
def test_a_face_below_forty_pixels_gives_no_statement(engine: DlibEngine) -> None:
    whole = cv2.imdecode(np.frombuffer(drawn_face(3), np.uint8), cv2.IMREAD_COLOR)
    small = cv2.resize(whole, (48, 48), interpolation=cv2.INTER_AREA)
    assert engine.embeddings([_png(small)]) == (None,)


@installed
def test_weights_and_probe_are_those_of_the_card() -> None:
    card = face_card()
    with pytest.raises(SetupError, match=r"got sha256 .*, expected 0000"):
        DlibEngine(replace(card, model=replace(card.model, digest=Digest("0" * 64))))
    with pytest.raises(SetupError, match=r"of its probe, expected 9\.0000"):
        DlibEngine(replace(card, probe=replace(card.probe, values=(9.0, *card.probe.values[1:]))))


def test_what_is_no_picture_is_none() -> None:
    assert decoded(b"") is None
    assert decoded(b"%PDF-1.4") is None
    assert decoded(_png(np.zeros((20, 300, 3)))) is None


def _png(picture: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".png", np.asarray(picture, np.uint8))[1])
