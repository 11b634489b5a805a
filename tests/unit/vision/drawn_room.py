"""A toy classroom of rectangles with exact truth, and a detector that finds its red faces."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np

from facts.digest import Digest
from facts.sighting import Box
from facts.span import Span
from tests.fixtures.memory_source import MemorySource
from vision.detector import Head
from vision.observation import Observation, ObservationRequest, Observer
from vision.plan import Pace, ProofGoal
from vision.ports import Picture

START = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
RED = (0, 0, 255)
FACE_W, FACE_H = 14, 16


class RedFaces:
    """Implements the detector's port by looking for pure red rectangles."""

    name = "red-faces"
    digest = Digest.of(b"red-faces")

    def detect(self, bgr: Picture) -> tuple[Head, ...]:
        """Every red rectangle larger than noise."""
        height, width = bgr.shape[:2]
        red = np.asarray((bgr == RED).all(axis=2), np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(red, connectivity=4)
        boxes = [(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in stats[1:count].tolist()]
        return tuple(
            Head(Box(x / width, y / height, w / width, h / height), 0.9) for x, y, w, h in boxes if w > 6 and h > 6
        )


def at_s(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def second_of(at: datetime) -> int:
    return round((at - START).total_seconds())


State = Callable[[int, int], str]
Paint = Callable[[Picture, int], Picture | None]


@dataclass
class ToyRoom:
    """Seats in rows; ``state(seat, second)`` is face, bowed, jacket, away, picture, or elbow of a neighbour."""

    people: int = 6
    length_s: int = 720
    state: State = lambda _seat, _second: "face"
    paint: Paint = lambda picture, _second: picture
    walker: Callable[[int], tuple[int, int] | None] = lambda _second: None
    noise: float = 1.2
    _bare: Picture = field(init=False)
    _grain: list[Picture] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(7)
        self._bare = np.full((270, 480), 130, np.uint8)
        for x, y, w, h, grey in rng.integers((0, 0, 4, 4, 70), (470, 260, 60, 40, 190), (220, 5)).tolist():
            self._bare[y : y + h, x : x + w] = grey
        self._grain = [rng.normal(0, self.noise, (270, 480)).astype(np.float32) for _ in range(5)]

    @property
    def span(self) -> Span:
        """All of the story."""
        return Span.of(START, self.length_s)

    def place(self, seat: int) -> tuple[int, int]:
        """The upper left corner of the face of whoever sits there."""
        return 60 + 70 * (seat % 6), 60 + 80 * (seat // 6)

    def picture(self, at: datetime) -> Picture | None:
        """What the camera delivers at that moment."""
        second = second_of(at)
        canvas = self._bare.copy()
        faces: list[tuple[int, int]] = []
        for seat in range(self.people):
            faces += self._seat(canvas, seat, second, self.state(seat, second))
        if step := self.walker(second):
            faces += self._person(canvas, step, 99, second, "face")
        grain = np.roll(self._grain[second % 5], second * 37)
        noisy = np.clip(canvas + grain, 0, 255).astype(np.uint8)
        colour = cv2.cvtColor(noisy, cv2.COLOR_GRAY2BGR)
        for x, y in faces:
            colour[y : y + FACE_H, x : x + FACE_W] = RED
        return self.paint(colour, second)

    def _seat(self, canvas: Picture, seat: int, second: int, state: str) -> list[tuple[int, int]]:
        x, y = self.place(seat)
        if state in {"face", "bowed"}:
            return self._person(canvas, (x, y), seat, second, state)
        if state == "picture":
            return [(x, y)]
        if state == "jacket":
            # It looks just like its owner, down to a sleeve where the hand was; only it never moves.
            canvas[y + 16 : y + 40, x - 12 : x + 26] = self._shirt(seat)
            canvas[y + 30 : y + 36, x : x + 12] = 215
        if state == "elbow":
            shift = int(np.random.default_rng([seat, second]).integers(0, 8))
            canvas[y + 14 : y + 40, x - 8 : x + 4 + 2 * shift] = 200
        return []

    def _person(
        self, canvas: Picture, place: tuple[int, int], seat: int, second: int, state: str
    ) -> list[tuple[int, int]]:
        dx, dy, hand = np.random.default_rng([seat, second]).integers(-2, 3, 3).tolist()
        x, y = place
        canvas[y + 16 : y + 40, x - 12 + dx : x + 26 + dx] = self._shirt(seat)
        canvas[y + 30 : y + 36, x + 2 * hand : x + 2 * hand + 12] = 215
        if state == "bowed":
            canvas[y + 10 + dy : y + 22 + dy, x + dx : x + 14 + dx] = 25
            return []
        return [(x + dx, y + dy)]

    def _shirt(self, seat: int) -> int:
        return 30 + 25 * (seat % 3)

    def source(self, keyframe_s: int = 2) -> MemorySource:
        """The room as keyframes."""
        return MemorySource([at_s(second) for second in range(0, self.length_s, keyframe_s)], self.picture)

    def observe(self, expected: int | None, window_s: float = 600.0, most_looks: int = 60) -> Observation:
        """What the eye makes of it."""
        goal = None if expected is None else ProofGoal(expected, window_s)
        ask = ObservationRequest("CH02", self.span, Digest.of(b"toy"), goal)
        return Observer(RedFaces(), Pace(most_looks=most_looks)).observe(self.source(), ask)
