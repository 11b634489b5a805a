"""Every lag (时差) at which one recording may lie in another: all their samples held against each other, once.

Sketches say which of many recordings to look at; of two that are at hand no vote is needed. Each minute of the one adds
up its likeness to the other over every lag, three minutes are added with the drift of five speeds, and what stands out
from all other lags is a guess. It is asked as it is, mirrored, and as a picture from which a recorder cut the rims.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.alignment import PLAIN, Alignment, Frame, laid
from vision.motion import CELLS, COLUMNS, ROWS, Motion
from vision.ports import Tensor
from vision.sketch import lively, usual_off, usual_off_around

_MINUTE_S = 60.0
_MINUTES = 3
BLOCK_S = _MINUTES * _MINUTE_S
# Samples of one lag meet within this; somebody holds a pose for about as long.
_BIN_S = 1.5
_A_MINUTE = round(_MINUTE_S / _BIN_S)
# Bins that a minute lies aside of the next one: -5 % to +5 % of speed.
_DRIFTS = (-2, -1, 0, 1, 2)
# A block may begin a minute before the other recording does, and its samples a minute into theirs.
_BEFORE_S = 2 * _MINUTE_S + 2 * _BIN_S * _DRIFTS[-1]
_NEAR = np.array([0.5, 1.0, 0.5])
_LEAST_PAIRS = 5.0
# Half a cell's blur keeps what a crop by an eighth moves; twice as much hides which of two neighbours moved.
_BLUR = 0.4
# Of a hundred thousand lags chance lifts one this far; replays of three minutes begin here.
LEAST_WORTH = 4.2
# A picture cut by an eighth and shown as large as before; where the cut was made nobody says.
_CUT = Frame(1.14)
_CUTS = (_CUT, *(Frame(_CUT.scale, *aside) for aside in ((-0.5, 0.0), (0.5, 0.0), (0.0, -0.5), (0.0, 0.5))))
# Within one hour the same people keep still for a while: nearer than this nothing is a repetition.
OWN_LEAST_S = 120.0

Curves = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Guess:
    """A block of one recording that may lie in another; ``worth`` is how far its lag stands out, in deviations."""

    other: int
    since_s: float
    how: Alignment
    worth: float


def lags(own: Motion, other: Motion, number: int) -> list[Guess]:
    """The best lag of each three minutes of the one in the other, where it stands out: as it is, mirrored, cut.

    ``number`` is the other's name in the guesses. A recording held against itself is not asked about lags near none.
    """
    return lags_in(own, {number: other})


def lags_in(own: Motion, others: Mapping[int, Motion]) -> list[Guess]:
    """The same in each of several recordings, by their numbers."""
    if not lively(own):
        return []
    ways = [_Way.of(own, turned, frames) for turned in (False, True) for frames in ((PLAIN,), _CUTS)]
    found: list[Guess] = []
    for number, other in others.items():
        if not lively(other):
            continue
        theirs, met = _directions(usual_off(other.cells)), _met(own, other)
        for way in ways:
            found += _standing_out(met, way.alike(theirs), number, way.how)
    return found


@dataclass(frozen=True, slots=True)
class _Way:
    """How the own picture may lie in the other: the directions of its samples in each of several places at once.

    Of two samples the place counts in which they are most alike: five places cost little more than one then.
    """

    how: Alignment
    directions: tuple[Tensor, ...]

    @classmethod
    def of(cls, own: Motion, turned: bool, frames: Sequence[Frame]) -> Self:  # noqa: FBT001 - two ways
        places = [laid(own.cells, Alignment(0.0, mirrored=turned, frame=frame)) for frame in frames]
        return cls(
            Alignment(0.0, mirrored=turned, frame=frames[0]),
            tuple(_directions(usual_off_around(cells, own.at_s)) for cells in places),
        )

    def alike(self, theirs: Tensor) -> Tensor:
        """How alike each sample is to each of the other recording, in deviations from what is usual."""
        first, *more = self.directions
        alike = first @ theirs.T
        for one in more:
            np.maximum(alike, one @ theirs.T, out=alike)
        return np.asarray((alike - alike.mean()) / (alike.std() + np.float32(1e-6)), np.float32)


@dataclass(frozen=True, slots=True)
class _Met:
    """Where the samples of two recordings meet: the minute and place of each pair, and what chance makes of each place.

    A minute's place is the second of the other recording at which it would begin there: of all lags only those at
    which it would lie in the other at all, half of them.
    """

    at: NDArray[np.int64]
    minutes: int
    place_s: Curves
    chance: tuple[Tensor, ...]  # the deviation of each place's sum, by drift; no number where too few pairs meet


def _directions(off: Tensor) -> Tensor:
    """Each sample, less what is usual, as a direction: where somebody moved, not how much."""
    flat = off @ _blurred()
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6), np.float32)


@lru_cache(maxsize=1)
def _blurred() -> Tensor:
    """What blurs the cells of a sample, as a matrix."""
    unit = np.eye(CELLS, dtype=np.float32).reshape(CELLS, ROWS, COLUMNS)
    return np.stack([cv2.GaussianBlur(one, (0, 0), _BLUR, borderType=cv2.BORDER_REFLECT).ravel() for one in unit])


def _standing_out(met: _Met, alike: Tensor, number: int, laid_so: Alignment) -> list[Guess]:
    sums = _soft(_curves(met, alike.ravel()), _NEAR)
    worth = np.stack([_added(sums, drift) / chance for drift, chance in zip(_DRIFTS, met.chance, strict=True)])
    found = []
    for block in range(worth.shape[1]):
        drift, best = np.unravel_index(int(worth[:, block].argmax()), worth[:, block].shape)
        if (value := float(worth[drift, block, best])) >= LEAST_WORTH:
            middle, speed = block * _MINUTE_S + BLOCK_S / 2, 1 + _DRIFTS[drift] * _BIN_S / _MINUTE_S
            lag_s = float(met.place_s[best]) - (block + 1) * _MINUTE_S
            how = replace(laid_so, lag_s=middle + lag_s - speed * middle, speed=speed)
            found.append(Guess(number, block * _MINUTE_S, how, value))
    return found


def _met(own: Motion, other: Motion) -> _Met:
    minute = (own.at_s // _MINUTE_S).astype(np.int64)
    bins = int((float(other.at_s[-1]) + 2 * _BEFORE_S) / _BIN_S) + 1
    at = np.round((other.at_s[None, :] - (own.at_s - _MINUTE_S * minute)[:, None] + _BEFORE_S) / _BIN_S).astype(
        np.int64
    )
    at += minute[:, None] * bins
    place_s = np.asarray(_BIN_S * np.arange(bins) - _BEFORE_S, np.float64)
    met = _Met(at.ravel(), int(minute[-1]) + 1, place_s, ())
    pairs = _curves(met, np.ones(at.size, np.float32))
    spread, near = _soft(pairs, _NEAR**2), _soft(pairs, np.ones(3))
    lag_s = place_s[None, :] - _MINUTE_S * np.arange(1, _blocks(met.minutes) + 1)[:, None]
    allowed = np.abs(lag_s) >= (OWN_LEAST_S if own is other else 0.0)
    return replace(met, chance=tuple(_chance(_added(spread, by), _added(near, by), allowed) for by in _DRIFTS))


def _chance(spread: Tensor, met: Tensor, allowed: NDArray[np.bool_]) -> Tensor:
    return np.where((met >= _LEAST_PAIRS) & allowed, np.sqrt(np.maximum(spread, 1e-9)), np.float32(np.inf))


def _curves(met: _Met, values: Tensor) -> Tensor:
    """The values added up by minute and place."""
    bins = len(met.place_s)
    added = np.bincount(met.at, values, met.minutes * bins)
    return np.asarray(added.reshape(met.minutes, bins), np.float32)


def _soft(curves: Tensor, weights: Curves) -> Tensor:
    """Each place with its two neighbours."""
    soft = curves * np.float32(weights[1])
    soft[:, 1:] += np.float32(weights[0]) * curves[:, :-1]
    soft[:, :-1] += np.float32(weights[2]) * curves[:, 1:]
    return soft


def _added(curves: Tensor, drift: int) -> Tensor:
    """Every three minutes in a row as one, each minute as far aside as the speed has it."""
    blocks, bins = _blocks(len(curves)), curves.shape[1]
    total = np.zeros((blocks, bins), np.float32)
    for minute in range(min(_MINUTES, len(curves))):
        aside = -(_A_MINUTE + drift) * (minute - 1)
        since, until = max(aside, 0), bins + min(aside, 0)
        total[:, since:until] += curves[minute : minute + blocks, since - aside : until - aside]
    return total


def _blocks(minutes: int) -> int:
    """How many times three minutes in a row there are; of fewer than three, one."""
    return max(minutes - _MINUTES + 1, 1)
