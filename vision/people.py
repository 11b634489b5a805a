"""Boxes of several networks become humans, each of them once: heads first, then faces, then bodies without a head."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import TypeVar

import numpy as np

from facts.sighting import Box, SenseKind
from vision.calibration import (
    BODY_ALONE,
    BODY_ASIDE,
    BODY_DOWN,
    FACE_OF_HEAD,
    FIST_ASIDE,
    FIST_SIZE,
    HAND_ASIDE,
    HAND_BELOW,
    HAND_OVERLAP,
    HAND_SIZE,
    HEAD_HEIGHT,
    HEAD_OF_BODY,
    HEAD_OF_BODY_RANGE,
    HEADLESS_APART,
    HEADLESS_HIDDEN,
    PART_SIZE,
    SAME_BODY,
    SAME_FACE,
    SAME_HEAD,
    SAME_HUMAN,
    SAME_INSIDE,
    SAME_OVERLAP,
    SIZE_RATIO,
)
from vision.card_parts import DetectionTarget
from vision.detector import Detection

A = TypeVar("A")
B = TypeVar("B")
_ENOUGH_BODIES = 3
_NEVER = float("inf")


@dataclass(slots=True)
class Human:
    """One human in one frame: where the head is, how sure the surest network is, and which senses saw it."""

    box: Box
    confidence: float
    senses: frozenset[SenseKind]
    votes: int = 1

    def seen_too(self, box: Box, confidence: float, sense: SenseKind, *, blend: bool = False) -> None:
        """Another network found the same one."""
        if blend:
            own, weight = self.box, self.votes / (self.votes + 1)
            pairs = ((own.x, box.x), (own.y, box.y), (own.w, box.w), (own.h, box.h))
            self.box = Box(*(weight * mine + (1 - weight) * theirs for mine, theirs in pairs))
            self.votes += 1
        self.confidence = max(self.confidence, confidence)
        self.senses |= {sense}


def people(layers: Iterable[Sequence[Detection]], aspect: float = 16 / 9) -> tuple[Human, ...]:
    """Everybody in one frame, once; each layer is what one network found, ``aspect`` the picture's width over height."""
    every = [tuple(layer) for layer in layers]
    humans: list[Human] = []
    for layer in every:
        _add_heads(humans, _of(layer, DetectionTarget.HEAD))
    hands = [hand for layer in every for hand in _of(layer, DetectionTarget.HAND)]
    for layer in every:
        _add_faces(humans, _of(layer, DetectionTarget.FACE), hands)
    humans = [human for human in humans if not _is_fist(human, humans)]
    with_heads = len(humans)
    for layer in every:
        _add_bodies(humans, _of(layer, DetectionTarget.PERSON), with_heads, aspect)
    return tuple(humans)


def _of(layer: Sequence[Detection], target: DetectionTarget) -> list[Detection]:
    return sorted((each for each in layer if each.target is target), key=lambda each: -each.confidence)


def _add_heads(humans: list[Human], heads: Sequence[Detection]) -> None:
    heads = _without_doubles(heads)
    matched = one_to_one(humans, heads, lambda human, head: apart(human.box, head.box), SAME_HUMAN)
    for index, head in enumerate(heads):
        if index in matched:
            humans[matched[index]].seen_too(head.box, head.confidence, SenseKind.HEAD, blend=True)
    known = list(humans)
    for index, head in enumerate(heads):
        if index not in matched and not any(is_same(head.box, human.box) for human in known):
            humans.append(Human(head.box, head.confidence, frozenset({SenseKind.HEAD})))


def _add_faces(humans: list[Human], faces: Sequence[Detection], hands: Sequence[Detection]) -> None:
    grown = _without_doubles([face._replace(box=_head_around(face.box)) for face in faces])
    matched = one_to_one(humans, grown, lambda human, face: apart(human.box, face.box), SAME_FACE)
    for index, face in enumerate(grown):
        if index in matched:
            humans[matched[index]].seen_too(face.box, face.confidence, SenseKind.FACE)
    known = [(human.box, human.confidence) for human in humans] + [(face.box, face.confidence) for face in grown]
    for index, face in enumerate(grown):
        if index in matched or any(is_same(face.box, human.box) for human in humans):
            continue
        if not _is_hand(face, hands, known):
            humans.append(Human(face.box, face.confidence, frozenset({SenseKind.FACE})))


def _head_around(face: Box) -> Box:
    across, down = FACE_OF_HEAD
    w, h = face.w / across, face.h / down
    return Box(face.x + (face.w - w) / 2, face.y + (face.h - h) / 2 - 0.03 * face.h, w, h)


def _is_hand(face: Detection, hands: Sequence[Detection], heads: Sequence[tuple[Box, float]]) -> bool:
    """Whether the face is a hand: a network for hands says so, or it lies low on somebody who has a surer head."""
    if any(
        overlap(face.box, hand.box) > HAND_OVERLAP or covered(hand.box, face.box) > HEADLESS_HIDDEN for hand in hands
    ):
        return True
    x, y = middle(face.box)
    for box, confidence in heads:
        head_x, head_y = middle(box)
        below = HAND_BELOW[0] * box.h < y - head_y < HAND_BELOW[1] * box.h
        small = face.box.w * face.box.h < HAND_SIZE * box.w * box.h
        if below and small and abs(x - head_x) < HAND_ASIDE * box.w and face.confidence < confidence:
            return True
    return False


def _is_fist(human: Human, humans: Sequence[Human]) -> bool:
    """Whether it lies beside or below a surer head and is far smaller: whoever sits lower is nearer and larger."""
    x, y = middle(human.box)
    for other in humans:
        head_x, head_y = middle(other.box)
        lower = 0 < y - head_y < HAND_BELOW[1] * other.box.h
        small = human.box.w * human.box.h < FIST_SIZE * other.box.w * other.box.h
        if lower and small and abs(x - head_x) < FIST_ASIDE * other.box.w and human.confidence < other.confidence:
            return True
    return False


def _add_bodies(humans: list[Human], bodies: Sequence[Detection], with_heads: int, aspect: float) -> None:
    """Gives each body of one network its head; a body that has none shows somebody whose head no network found."""
    bodies = _without_doubles(bodies, lambda one, two: overlap(one, two) > SAME_BODY)
    owners = one_to_one(humans, bodies, lambda human, body: _head_on_body(human.box, body.box), 1.0)
    for number, owner in owners.items():
        humans[owner].seen_too(humans[owner].box, bodies[number].confidence, SenseKind.PERSON)
    wide = [humans[owner].box.w / bodies[number].box.w for number, owner in owners.items() if owner < with_heads]
    usual = float(np.median(wide)) if len(wide) >= _ENOUGH_BODIES else HEAD_OF_BODY
    taken = [bodies[number].box for number in owners]
    for index, body in enumerate(bodies):
        if (
            index in owners
            or body.confidence < BODY_ALONE
            or any(covered(body.box, own) > HEADLESS_HIDDEN for own in taken)
        ):
            continue
        head = _top_of(body.box, usual, aspect)
        if head and all(apart(head, human.box) >= HEADLESS_APART for human in humans):
            humans.append(Human(head, body.confidence, frozenset({SenseKind.PERSON})))


def _head_on_body(head: Box, body: Box) -> float:
    aside = abs(head.x + head.w / 2 - body.x - body.w / 2) / body.w
    if aside > BODY_ASIDE:
        return _NEVER  # nearly all pairs end here
    down = (head.y + head.h / 2 - body.y - 0.55 * head.h) / body.h
    fits = head.w <= 1.15 * body.w and head.h <= 0.8 * body.h
    return aside + abs(down) if fits and BODY_DOWN[0] < down < BODY_DOWN[1] else _NEVER


def _top_of(body: Box, share: float, aspect: float) -> Box | None:
    low, high = HEAD_OF_BODY_RANGE
    w = min(max(share, low), high) * body.w
    h = w * aspect * HEAD_HEIGHT
    return Box(body.x + (body.w - w) / 2, body.y, w, h) if h <= 0.7 * body.h else None


def _without_doubles(found: Sequence[Detection], same: Callable[[Box, Box], bool] | None = None) -> list[Detection]:
    kept: list[Detection] = []
    for one in sorted(found, key=lambda each: -each.confidence):
        if not any((same or is_same)(one.box, other.box) for other in kept):
            kept.append(one)
    return kept


def one_to_one(firsts: Sequence[A], seconds: Sequence[B], cost: Callable[[A, B], float], gate: float) -> dict[int, int]:
    """Which of the firsts belongs to each second: the nearest pairs first, each side once, none beyond the gate."""
    pairs = sorted(
        (far, i, j)
        for i, first in enumerate(firsts)
        for j, second in enumerate(seconds)
        if (far := cost(first, second)) <= gate
    )
    used: set[int] = set()
    matched: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in used and j not in matched:
            used.add(i)
            matched[j] = i
    return matched


def is_same(one: Box, two: Box) -> bool:
    """Whether two boxes enclose one head."""
    if (
        abs(2 * (one.x - two.x) + one.w - two.w) >= one.w + two.w
        or abs(2 * (one.y - two.y) + one.h - two.h) >= one.h + two.h
    ):
        return False  # they do not touch; nearly all pairs end here
    small, large = sorted((one, two), key=lambda box: box.w * box.h)
    return (
        apart(one, two) < SAME_HEAD
        or overlap(one, two) > SAME_OVERLAP
        or covered(small, large) > SAME_INSIDE
        or (large.w * large.h > PART_SIZE * small.w * small.h and _holds(large, middle(small)))
    )


def _holds(box: Box, point: tuple[float, float]) -> bool:
    x, y = point
    return box.x <= x <= box.x + box.w and box.y <= y <= box.y + box.h


def apart(one: Box, two: Box) -> float:
    """How far two heads are from each other, in head sizes; infinite where one is much larger."""
    ratio = (one.w * one.h) / (two.w * two.h)
    if not 1 / SIZE_RATIO < ratio < SIZE_RATIO:
        return _NEVER
    return hypot(
        (2 * (one.x - two.x) + one.w - two.w) / (one.w + two.w),
        (2 * (one.y - two.y) + one.h - two.h) / (one.h + two.h),
    )


def middle(box: Box) -> tuple[float, float]:
    """The centre of a box."""
    return box.x + box.w / 2, box.y + box.h / 2


def overlap(one: Box, two: Box) -> float:
    """What two boxes share, of what they cover together."""
    shared = _shared(one, two)
    return shared / max(one.w * one.h + two.w * two.h - shared, 1e-12)


def covered(one: Box, by: Box) -> float:
    """The share of the first box that lies inside the second."""
    return _shared(one, by) / max(one.w * one.h, 1e-12)


def _shared(one: Box, two: Box) -> float:
    across = min(one.x + one.w, two.x + two.w) - max(one.x, two.x)
    if across <= 0:
        return 0.0  # nearly all pairs end here
    return across * max(min(one.y + one.h, two.y + two.h) - max(one.y, two.y), 0.0)
