"""Whether the patch still looks like its occupant, or like the empty chair."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from facts.sighting import Box
from vision.life import Reading
from vision.ports import Picture, Tensor

# The shoulders and arms to both sides: a bowed head comes down over the chest but leaves them where they are.
_LEFT, _TOP, _WIDTH, _HEIGHT = -0.75, 1.1, 2.5, 1.0
_CELLS = (9, 5)
_CHEST = slice(3, 6)
_LEAST_SPREAD = 12.0
# Bowed heads of the trials measured 0.06 to 0.16, chairs left empty 0.28; how much the occupant varies while the face
# is seen is added, up to what an empty chair might measure. (By the chest alone: 0.20 to 0.36 against 0.19.)
_SLACK = 0.16
_ALLOWANCE = 1.5
_FURTHEST = 0.22


@dataclass(frozen=True, slots=True)
class Likeness:
    """Per keyframe how far the patch is from its occupant's looks, and the distance up to which it counts as the same."""

    far: Reading
    limit: float

    def holds(self) -> NDArray[np.bool_]:
        """Where the patch still looks like the occupant."""
        return np.asarray(self.far <= self.limit, np.bool_)


def looks_of(frames: Sequence[Picture], head: Box) -> Tensor:
    """The shoulders of this seat in every frame as a few cells, in grey levels."""
    if not frames:
        return np.empty((0, (_CELLS[0] - 3) * _CELLS[1]), np.float32)
    rows: list[Tensor] = []
    start = 0
    while start < len(frames):
        shape = frames[start].shape
        end = next((at for at in range(start, len(frames)) if frames[at].shape != shape), len(frames))
        rows.append(_cells([frame[_shoulders(head, shape)] for frame in frames[start:end]]))
        start = end
    return np.concatenate(rows)


def _shoulders(head: Box, shape: tuple[int, ...]) -> tuple[slice, slice]:
    height, width = shape
    top, left = (head.y + _TOP * head.h) * height, (head.x + _LEFT * head.w) * width
    bottom, right = top + _HEIGHT * head.h * height, left + _WIDTH * head.w * width
    return _inside(top, bottom, height), _inside(left, right, width)


def _cells(crops: Sequence[Picture]) -> Tensor:
    """Means over a grid of cells, of all frames at once: one call for each would cost more than the arithmetic."""
    height, width = crops[0].shape
    if width < _CELLS[0] or height < _CELLS[1]:
        small = [cv2.resize(crop, _CELLS, interpolation=cv2.INTER_AREA) for crop in crops]
        return _without_chest(np.asarray(small, np.float32))
    across = np.linspace(0, width, _CELLS[0] + 1).astype(np.intp)
    down = np.linspace(0, height, _CELLS[1] + 1).astype(np.intp)
    sums = np.add.reduceat(np.stack(crops), down[:-1], axis=1, dtype=np.uint32)
    sums = np.add.reduceat(sums, across[:-1], axis=2)
    areas = np.outer(np.diff(down), np.diff(across))
    return _without_chest(np.asarray(sums / areas, np.float32))


def _without_chest(cells: Tensor) -> Tensor:
    return np.delete(cells, _CHEST, axis=2).reshape(len(cells), -1)


def light_of(frame: Picture) -> tuple[float, float]:
    """Middle and spread of a frame's light, by which lamps and exposure are taken out of looks."""
    low, middle, high = (float(value) for value in np.percentile(frame[::6, ::6], (10, 50, 90)))
    return middle, max(high - low, _LEAST_SPREAD)


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
