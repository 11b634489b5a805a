"""Sightings become places: heads found again and again at one spot of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from facts.sighting import Box
from vision.detector import Head

# In head sizes: people sway by half a head, neighbours sit two heads apart.
_SAME = 0.8
_JOIN = 1.0
# A head bowed over the desk is found up to so many head heights lower, hardly to the side.
_BOW_DOWN = 1.7
_BOW_ASIDE = 0.6
_SIZE_RATIO = 1.7
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Look:
    """One frame shown to the detector, and the heads in it."""

    at: datetime
    heads: tuple[Head, ...]


@dataclass(slots=True)
class Cluster:
    """Sightings that lie at one place; at most one of each look."""

    box: Box
    found: dict[int, Head] = field(default_factory=dict)

    def settle(self) -> None:
        """Moves to the median of its sightings, so that a few odd ones do not drag it along."""
        if self.found:
            rows = np.array([[*_middle(h.box), h.box.w, h.box.h] for h in self.found.values()])
            x, y, w, h = (float(value) for value in np.median(rows, axis=0))
            self.box = Box(x - w / 2, y - h / 2, w, h)


def cluster(looks: Sequence[Look], known: Sequence[Box] = ()) -> list[Cluster]:
    """The places of one view, those already known first; every sighting belongs to exactly one place."""
    places = [Cluster(box) for box in known]
    for _ in range(_ROUNDS):
        for place in places:
            place.found = {}
        for index, look in enumerate(looks):
            _assign(places, index, look)
        for place in places:
            place.settle()
    places = _joined(places, len(known))
    return [place for index, place in enumerate(places) if place.found or index < len(known)]


def _assign(places: list[Cluster], index: int, look: Look) -> None:
    pairs = sorted(
        (far, h, p)
        for h, head in enumerate(look.heads)
        for p, place in enumerate(places)
        if abs(head.box.x - place.box.x) < place.box.w * 2 and (far := distance(head.box, place.box)) < _SAME
    )
    heads, taken = set(range(len(look.heads))), set()
    for _, h, p in pairs:
        if h in heads and p not in taken:
            places[p].found[index] = look.heads[h]
            heads.remove(h)
            taken.add(p)
    places.extend(Cluster(look.heads[h].box, {index: look.heads[h]}) for h in sorted(heads))


def _joined(places: list[Cluster], known: int) -> list[Cluster]:
    """Joins places that lie close and were never seen at once: one person who shifted the chair."""
    kept = places[:known]
    for place in sorted(places[known:], key=lambda each: -len(each.found)):
        host = next((each for each in kept if _one_person(place, each)), None)
        if host is None:
            kept.append(place)
        else:
            host.found.update(place.found)
            host.settle()
    return kept


def _one_person(one: Cluster, two: Cluster) -> bool:
    return not one.found.keys() & two.found.keys() and (
        distance(one.box, two.box) < _JOIN or _bowed(one.box, two.box) or _bowed(two.box, one.box)
    )


def _bowed(upright: Box, lower: Box) -> bool:
    """Whether the second head is the first one bowed: one body below, one place of the head at a time."""
    (x, y), (x_lower, y_lower) = _middle(upright), _middle(lower)
    near = 1 / _SIZE_RATIO < lower.w / upright.w < _SIZE_RATIO
    return near and abs(x_lower - x) < _BOW_ASIDE * upright.w and 0 < y_lower - y < _BOW_DOWN * upright.h


def distance(one: Box, two: Box) -> float:
    """How far apart two heads are, in head sizes; infinite where one is much larger than the other."""
    ratio = (one.w * one.h) / (two.w * two.h)
    if not 1 / _SIZE_RATIO**2 < ratio < _SIZE_RATIO**2:
        return float("inf")
    (x1, y1), (x2, y2) = _middle(one), _middle(two)
    return float(np.hypot((x1 - x2) * 2 / (one.w + two.w), (y1 - y2) * 2 / (one.h + two.h)))


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2
