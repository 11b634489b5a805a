"""Every lag (时差) at which one recording may lie in another: all their samples held against each other, once.

Sketches say which of many recordings to look at; of two that are at hand no vote is needed. Each minute of the one adds
up its likeness to the other over every lag, three minutes are added with the drift of five speeds, and what stands out
from all other lags is a guess.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.alignment import Alignment
from vision.motion import COLUMNS, ROWS, Motion
from vision.ports import Tensor
from vision.sketch import lively, mirrored, usual_off

_MINUTE_S = 60.0
_MINUTES = 3
BLOCK_S = _MINUTES * _MINUTE_S
# Samples of one lag meet within this; somebody holds a pose for about as long.
_BIN_S = 1.5
# Bins that a minute lies aside of the next one: -5 % to +5 % of speed.
_DRIFTS = (-2, -1, 0, 1, 2)
_NEAR = np.array([0.5, 1.0, 0.5])
_LEAST_PAIRS = 5.0
# A crop by an eighth moves what is at the edge by a cell: a little blur keeps its likeness.
_BLUR = 0.7
# Of a hundred thousand lags chance lifts one this far; replays of three minutes begin here.
LEAST_WORTH = 4.2
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
    """The best lag of each three minutes of the one in the other, as it is and mirrored, where it stands out.

    ``number`` is the other's name in the guesses. A recording held against itself is not asked about lags near none.
    """
    if not (lively(own) and lively(other)):
        return []
    theirs = _directions(other.cells)
    found: list[Guess] = []
    for turned in (False, True):
        alike = _directions(mirrored(own.cells) if turned else own.cells) @ theirs.T
        alike = (alike - alike.mean()) / (alike.std() + np.float32(1e-6))
        found += _standing_out(own, other, alike, number, turned=turned)
    return found


def _directions(cells: Tensor) -> Tensor:
    """Each sample as a direction: where somebody moved, not how much."""
    grid = usual_off(cells).reshape(-1, ROWS, COLUMNS)
    soft = np.stack([cv2.GaussianBlur(each, (0, 0), _BLUR, borderType=cv2.BORDER_REFLECT) for each in grid])
    flat = soft.reshape(len(cells), -1)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6), np.float32)


def _standing_out(own: Motion, other: Motion, alike: Tensor, number: int, *, turned: bool) -> list[Guess]:
    worth, lag_s = _curves(own, other, alike)
    if own is other:
        worth[:, :, np.abs(lag_s) < OWN_LEAST_S] = 0.0
    found = []
    for block in range(worth.shape[1]):
        drift, best = np.unravel_index(int(worth[:, block].argmax()), worth[:, block].shape)
        if (value := float(worth[drift, block, best])) >= LEAST_WORTH:
            middle, speed = block * _MINUTE_S + BLOCK_S / 2, 1 + _DRIFTS[drift] * _BIN_S / _MINUTE_S
            how = Alignment(middle + float(lag_s[best]) - speed * middle, speed, turned)
            found.append(Guess(number, block * _MINUTE_S, how, value))
    return found


def _curves(own: Motion, other: Motion, alike: Tensor) -> tuple[Curves, Curves]:
    """How far each lag stands out, by speed and three minutes; and the lags."""
    minutes = int(own.at_s[-1] // _MINUTE_S) + 1
    first_s = -float(own.at_s[-1]) - _MINUTE_S
    bins = int((float(other.at_s[-1]) - first_s + _MINUTE_S) / _BIN_S) + 1
    at = np.round((other.at_s[None, :] - own.at_s[:, None] - first_s) / _BIN_S).astype(np.int64)
    at += (own.at_s // _MINUTE_S).astype(np.int64)[:, None] * bins
    added = np.bincount(at.ravel(), alike.ravel(), minutes * bins).reshape(minutes, bins)
    pairs = np.bincount(at.ravel(), np.ones(at.size), minutes * bins).reshape(minutes, bins)
    sums, spread, met = _soft(added, _NEAR), _soft(pairs, _NEAR**2), _soft(pairs, np.ones(3))
    worth = np.stack([_worth(_added(sums, by), _added(spread, by), _added(met, by)) for by in _DRIFTS])
    return worth, np.asarray(first_s + _BIN_S * np.arange(bins), np.float64)


def _worth(sums: Curves, spread: Curves, met: Curves) -> Curves:
    return np.where(met >= _LEAST_PAIRS, sums / np.sqrt(np.maximum(spread, 1e-9)), 0.0)


def _soft(curves: NDArray[Any], weights: Curves) -> Curves:
    """Each lag with its two neighbours."""
    near = np.pad(curves, ((0, 0), (1, 1)))
    return np.asarray(weights[0] * near[:, :-2] + weights[1] * near[:, 1:-1] + weights[2] * near[:, 2:])


def _added(curves: Curves, drift: int) -> Curves:
    """Every three minutes in a row as one, each minute as far aside as the speed has it."""
    blocks = max(len(curves) - _MINUTES + 1, 1)
    total = np.zeros((blocks, curves.shape[1]))
    for minute in range(min(_MINUTES, len(curves))):
        total += np.roll(curves[minute : minute + blocks], -drift * (minute - 1), axis=1)
    return total
