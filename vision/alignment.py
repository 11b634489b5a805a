"""Two motion signatures laid over each other in time, in speed and in the picture: how alike they move there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.motion import CELLS, COLUMNS, ROWS, Motion
from vision.ports import Tensor

SPEED = 0.06
_SPEEDS = np.round(np.arange(1 - SPEED, 1 + SPEED + 1e-6, 0.01), 3)
_LAGS_S = np.arange(-10.0, 10.1, 1.0)
_FINE_SPEEDS = np.round(np.arange(-0.0075, 0.0076, 0.0025), 4)
_FINE_LAGS_S = np.arange(-1.5, 1.6, 0.5)
# Two samples further apart than this say little of each other: people shift every few seconds.
_FADES_S = 1.5
_FARTHEST_S = 5.2
_SCALES = (1.0, 0.94, 0.88, 0.8, 1.06, 1.14, 1.25)
_SHIFTS = (0.0, -0.5, 0.5, -1.0, 1.0, -1.6, 1.6)
_FLOOR = 0.35
_CELL_MOVES = 0.2
_CELL_AGREES = 0.4
_LEAST_PAIRS = 8
_INSIDE = 0.9
_NEAR, _PLAIN = 0.05, 0.3

Line = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frame:
    """How one picture lies in the other: size, and shift in cells."""

    scale: float = 1.0
    across: float = 0.0
    down: float = 0.0


PLAIN = Frame()


@dataclass(frozen=True, slots=True)
class Alignment:
    """Second ``t`` of the one recording is second ``speed * t + lag_s`` of the other."""

    lag_s: float
    speed: float = 1.0
    mirrored: bool = False
    frame: Frame = PLAIN

    def there(self, at_s: float) -> float:
        """The other recording's second."""
        return self.speed * at_s + self.lag_s


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two recordings move: correlation, how many cells agree by themselves, of how many that move at all.

    ``near`` is how closely the samples met in time, 1 where they fell together.
    """

    strength: float
    cells: int
    moving: int
    pairs: int
    near: float = 0.0


NOTHING_ALIKE = Likeness(0.0, 0, 0, 0)


def likeness(own: Motion, other: Motion, how: Alignment, since_s: float, until_s: float) -> Likeness:
    """How alike they move between two seconds of the first; nothing where too few samples meet."""
    paired = _paired(own, other, how, since_s, until_s)
    if paired is None:
        return NOTHING_ALIKE
    one, two, weight = paired
    one = laid(one, how)
    return _correlated(one, two, weight, _covered(how.frame))


def laid(cells: Tensor, how: Alignment) -> Tensor:
    """The movements in the other picture's cells: a head that falls between two cells moves half in each.

    Half of a movement is not half of its logarithm.
    """
    if how.frame == PLAIN:
        return cells @ _moved(how.frame, how.mirrored) if how.mirrored else cells
    return np.asarray(np.log1p(np.expm1(cells) @ _moved(how.frame, how.mirrored)), np.float32)


def best_alignment(
    own: Motion, other: Motion, guess: Alignment, since_s: float, until_s: float
) -> tuple[Alignment, Likeness]:
    """The alignment near a guess under which they move most alike, first in time, then in the picture, then finely."""
    middle = (since_s + until_s) / 2

    def among(found: Sequence[Alignment]) -> tuple[Alignment, Likeness]:
        scored = [(likeness(own, other, how, since_s, until_s), how) for how in found]
        best = max(scored, key=lambda pair: _worth(*pair))
        return best[1], best[0]

    def timed(start: Alignment, speeds: Line, lags: Line) -> list[Alignment]:
        at = start.there(middle)
        return [replace(start, speed=float(s), lag_s=float(at + lag - s * middle)) for s in speeds for lag in lags]

    best, found = among(timed(guess, _SPEEDS, _LAGS_S))
    best, found = among([best, *(replace(best, frame=frame) for frame in _frames())])
    best, found = among(timed(best, best.speed + _FINE_SPEEDS, _FINE_LAGS_S))
    return best, found


def _worth(alike: Likeness, how: Alignment) -> float:
    """Of alignments that are equally good the plainest: sparse samples meet under many speeds."""
    frame = how.frame
    bent = abs(how.speed - 1) + 0.1 * abs(frame.scale - 1) + 0.01 * (abs(frame.across) + abs(frame.down))
    return alike.strength + _NEAR * alike.near - _PLAIN * bent


def _frames() -> list[Frame]:
    return [Frame(scale, x, y) for scale in _SCALES for x in _SHIFTS for y in _SHIFTS[:5]]


def _paired(
    own: Motion, other: Motion, how: Alignment, since_s: float, until_s: float
) -> tuple[Tensor, Tensor, Line] | None:
    """The samples that meet, the sparser side asking, with how much each pair is worth."""
    mine = np.flatnonzero((own.at_s >= since_s) & (own.at_s <= until_s))
    there = np.sort((how.there(since_s), how.there(until_s)))
    theirs = np.flatnonzero((other.at_s >= there[0]) & (other.at_s <= there[1]))
    if min(len(mine), len(theirs)) < _LEAST_PAIRS:
        return None
    at_own, at_other = how.speed * own.at_s[mine] + how.lag_s, other.at_s[theirs]
    if len(mine) < len(theirs):
        near = _nearest(at_other, at_own)
        far, one, two = np.abs(at_other[near] - at_own), mine, theirs[near]
    else:
        near = _nearest(at_own, at_other)
        far, one, two = np.abs(at_own[near] - at_other), mine[near], theirs
    kept = far <= _FARTHEST_S
    if np.count_nonzero(kept) < _LEAST_PAIRS:
        return None
    return own.cells[one[kept]], other.cells[two[kept]], 1.0 / (1.0 + (far[kept] / _FADES_S) ** 2)


def _nearest(times: Line, asked: Line) -> NDArray[np.int64]:
    after = np.clip(np.searchsorted(times, asked), 1, len(times) - 1)
    return np.where(asked - times[after - 1] < times[after] - asked, after - 1, after)


def _correlated(one: Tensor, two: Tensor, weight: Line, covered: NDArray[np.bool_]) -> Likeness:
    share = (weight / weight.sum()).astype(np.float32)[:, None]
    one, two = one - (share * one).sum(axis=0), two - (share * two).sum(axis=0)
    power_1, power_2 = (share * one**2).sum(axis=0), (share * two**2).sum(axis=0)
    both = (share * one * two).sum(axis=0)
    # A doorway or a screen moves most and proves least: every cell counts by how it moves, not by how much.
    floor_1, floor_2 = np.sqrt(power_1) + _FLOOR, np.sqrt(power_2) + _FLOOR
    size = np.sqrt((power_1 / floor_1**2)[covered].sum() * (power_2 / floor_2**2)[covered].sum())
    strength = float((both / (floor_1 * floor_2))[covered].sum() / size) if size > 0 else 0.0
    moving = covered & (np.sqrt(np.minimum(power_1, power_2)) > _CELL_MOVES)
    alone = both / np.sqrt(np.maximum(power_1 * power_2, 1e-9))
    agreeing = int(np.count_nonzero(moving & (alone > _CELL_AGREES)))
    return Likeness(strength, agreeing, int(np.count_nonzero(moving)), len(weight), float(weight.mean()))


@lru_cache(maxsize=1024)
def _moved(frame: Frame, turned: bool) -> Tensor:  # noqa: FBT001 - a key of the cache
    """What turns cells of one picture into those of the other, as a matrix."""
    unit = np.eye(CELLS, dtype=np.float32).reshape(CELLS, ROWS, COLUMNS)
    if turned:
        unit = unit[:, :, ::-1]
    return np.stack([_warped(cell, frame).ravel() for cell in unit])


def _warped(cells: Tensor, frame: Frame) -> Tensor:
    x, y = (COLUMNS - 1) / 2, (ROWS - 1) / 2
    s = frame.scale
    how = np.array([[s, 0, x - s * x + frame.across], [0, s, y - s * y + frame.down]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(np.ascontiguousarray(cells), how, (COLUMNS, ROWS), flags=flags), np.float32)


@lru_cache(maxsize=1024)
def _covered(frame: Frame) -> NDArray[np.bool_]:
    return np.asarray(_warped(np.ones((ROWS, COLUMNS), np.float32), frame).ravel() > _INSIDE, np.bool_)
