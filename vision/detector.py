from typing import NamedTuple, Protocol

from facts.digest import Digest
from facts.sighting import Box
from vision.card_parts import DetectionTarget
from vision.ports import Picture


class Detection(NamedTuple):
    """Where something was found in one frame, how sure the network is, and what it is."""

    box: Box
    confidence: float
    target: DetectionTarget


class Detector(Protocol):
    """Finds people in one frame; which network it is goes into every package that rests on it."""

    @property
    def name(self) -> str:
        """What the model is called on its card."""
        ...

    @property
    def digest(self) -> Digest:
        """The digest of its weights."""
        ...

    def detect(self, bgr: Picture) -> tuple[Detection, ...]:
        """Everything found in the frame, the surest of each target first."""
        ...
