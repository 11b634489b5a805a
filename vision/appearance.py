"""Whether the patch still looks like its occupant, or like the empty chair."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from facts.sight import Box
from vision.life import Reading
from vision.ports import Picture, Tensor

# The chest between the shoulders, which stays where it is when the head bows or turns.
_LEFT, _TOP, _WIDTH, _HEIGHT = -0.35, 1.0, 1.7, 1.1
_CELLS = (7, 5)
_LEAST_SPREAD = 12.0
# Bowed and turned heads of the trials measured up to 0.15, chairs left empty 0.32; how much the occupant varies
# while the face is seen is added, up to what an empty chair might measure.
_SLACK = 0.13
_ALLOWANCE = 1.5
_FURTHEST = 0.22


@dataclass(frozen=True, slots=True)
class Likeness:
    """Per keyframe how far the patch is from its occupant's looks, and the distance up to which it still is them."""

    far: Reading
    limit: float

    def holds(self) -> NDArray[np.bool_]:
        """Where the patch still looks like the occupant."""
        return np.asarray(self.far <= self.limit, np.bool_)


def looks_of(frames: Sequence[Picture], head: Box) -> Tensor:
    """The chest of this seat in every frame as a few cells, in units of the frame's own contrast."""
    rows = []
    for frame in frames:
        height, width = frame.shape
        top, left = (head.y + _TOP * head.h) * height, (head.x + _LEFT * head.w) * width
        bottom, right = top + _HEIGHT * head.h * height, left + _WIDTH * head.w * width
        crop = frame[_inside(top, bottom, height), _inside(left, right, width)]
        rows.append(cv2.resize(crop, _CELLS, interpolation=cv2.INTER_AREA).ravel())
    return np.asarray(rows, np.float32)


def light_of(frames: Sequence[Picture]) -> Tensor:
    """Middle and spread of the light of every frame, by which lamps and exposure are taken out of looks."""
    found = [np.percentile(frame[::6, ::6], (10, 50, 90)) for frame in frames]
    return np.asarray([(mid, max(high - low, _LEAST_SPREAD)) for low, mid, high in found], np.float32)


def likeness(looks: Tensor, light: Tensor, seen: Sequence[int]) -> Likeness:
    """Holds every frame against those in which the face was seen; the limit is what those differ among themselves."""
    even = (looks - light[:, :1]) / light[:, 1:]
    known = even[list(seen)]
    far = np.abs(even[:, None, :] - known[None]).mean(axis=2)
    own = np.abs(known[:, None, :] - known[None]).mean(axis=2) + np.where(np.eye(len(known)), np.inf, 0)
    spread = float(np.quantile(own.min(axis=1), 0.9)) if len(known) > 1 else 0.0
    limit = min(_ALLOWANCE * spread + _SLACK, _FURTHEST)
    return Likeness(np.asarray(far.min(axis=1), np.float64), limit)


def _inside(first: float, last: float, size: int) -> slice:
    start = min(max(int(first), 0), size - 1)
    return slice(start, max(start + 1, min(int(np.ceil(last)), size)))
