"""What comparing faces needs from outside: an engine that turns a face into numbers, and whoever looks at a class."""

from collections.abc import Sequence
from typing import Protocol

from facts.recognition import FaceModel, Recognition
from pipeline.verification.ports import LookJob, LookResult

Embedding = tuple[float, ...]
"""One face as a point: the nearer two points, the likelier one person."""


class FaceEngine(Protocol):
    """Turns pictures of a face each into embeddings; which network it is goes into every report."""

    @property
    def model(self) -> FaceModel:
        """The network, its distances and what is published of its errors."""
        ...

    def embeddings(self, crops: Sequence[bytes]) -> Sequence[Embedding | None]:
        """One for each encoded picture (PNG or JPEG); nothing where no face of at least forty pixels is in it."""
        ...


class Recogniser(Protocol):
    """Compares the faces of a class that was looked at."""

    def recognised(self, looked: Sequence[tuple[LookJob, LookResult]]) -> Recognition | None:
        """What they say; nothing where nobody may ask them."""
        ...
