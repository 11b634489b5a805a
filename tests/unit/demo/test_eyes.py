"""Detectors held to what they would find among real people."""

import numpy as np

from demo.events import Bow
from demo.scenario import Lens, Scenario
from demo.scene import CameraScene
from facts.digest import Digest
from facts.sighting import Box
from tests.fixtures.sights.eyes import Eye, HeldSenses
from vision.card_parts import DetectionTarget
from vision.detector import Detection
from vision.ports import Picture
from vision.senses import Senses

_LENS = Lens(size=(640, 360))
_STORY = Scenario("eyes", "眼", people=12, rows=3, length_s=600, events=(Bow(0, 600, seats=(3, 4)),), lenses=(_LENS,))


class AllSeeing:
    """Finds every head, and one thing on the floor that is none."""

    name, digest = "all-seeing", Digest.of(b"all-seeing")

    def __init__(self, scene: CameraScene) -> None:
        self.scene, self.at_s = scene, 0.0

    def detect(self, _bgr: Picture) -> tuple[Detection, ...]:
        boxes = [
            Box(x / 640, y / 360, w / 640, h / 360) for x, y, w, h in (h.box for h in self.scene.heads_at(self.at_s))
        ]
        return tuple(Detection(box, 0.9, DetectionTarget.HEAD) for box in [*boxes, Box(0.9, 0.9, 0.05, 0.08)])


def _found(share_faces: float, share_hair: float) -> list[int]:
    scene = CameraScene(_STORY, _LENS)
    inner = AllSeeing(scene)
    held = HeldSenses(Eye(Senses([inner]), share_faces, share_hair), scene)
    counts = []
    for at_s in range(0, 600, 20):
        frame = np.full((2, 2, 3), at_s % 251, np.uint8)
        held.drawn(frame, at_s)
        inner.at_s = at_s
        counts.append(sum(len(layer) for layer in held.looking(frame)))
    return counts


def test_hair_is_hidden_from_a_face_network_and_everything_else_is_left() -> None:
    assert set(_found(1.0, 0.0)) == {11}
    assert set(_found(1.0, 1.0)) == {13}


def test_a_share_of_heads_is_found_and_some_people_seldom() -> None:
    counts = _found(0.8, 0.8)
    assert 0.6 < (sum(counts) / len(counts) - 1) / 12 < 0.95
    assert len(set(counts)) > 2
    assert _found(0.8, 0.8) == counts
