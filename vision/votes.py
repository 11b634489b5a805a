"""Votes (投票) of sketches that meet: which of many recordings may hold minutes of a new one, and at which lag."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.lags import BLOCK_S
from vision.motion import Motion
from vision.sketch import TRIALS, lively, mirrored, near_keys, usual_off_around

_HOP_S = BLOCK_S / 2
# A speed five per cent off drifts by nine seconds in a block.
_BIN_S = 12.0
# Bits of a lot: twelve-second lags of two days, blocks of a day and a half; and known samples of a day and a half.
_BIN_BITS, _BLOCK_BITS, _AT_BITS, _AT_S = 15, 11, 13, 16
LEAST_VOTES = 2

Whole = NDArray[np.int64]
Row = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class AskedKeys:
    """The keys to look for, the likeliest first, each with the tenth of a second that asks and whether mirrored."""

    keys: Whole
    at_ds: Whole
    turned: Whole

    def distinct(self) -> list[int]:
        """Each key once, in the same order."""
        _, first = np.unique(self.keys, return_index=True)
        found: list[int] = self.keys[np.sort(first)].tolist()
        return found


@dataclass(frozen=True, slots=True)
class Vote:
    """A recording for one lag of which several samples of three minutes speak."""

    other: int
    since_s: float
    lag_s: float
    turned: bool
    votes: int


@dataclass(frozen=True, slots=True)
class _Meetings:
    """Samples whose keys are equal: own tenth of a second, the other's number and second, mirrored or not."""

    at_ds: Whole
    other: Whole
    at_s: Whole
    turned: Whole


def asked_keys(own: Motion) -> AskedKeys:
    """What to look for in the index: as it is and mirrored; nothing where hardly anything moves."""
    if not lively(own):
        return AskedKeys(*(np.empty(0, np.int64) for _ in range(3)))
    off = usual_off_around(own.cells, own.at_s)
    both = np.stack([near_keys(off), near_keys(mirrored(off))])
    by_trial = np.moveaxis(both, 3, 0).astype(np.int64)
    at_ds = np.round(own.at_s * 10).astype(np.int64)
    shape = (TRIALS, 2, len(at_ds), by_trial.shape[3])
    times = np.broadcast_to(at_ds[None, None, :, None], shape)
    turned = np.broadcast_to(np.arange(2)[None, :, None, None], shape)
    return AskedKeys(by_trial.ravel(), times.ravel(), turned.ravel())


def voted(asked: AskedKeys, rows: Sequence[Row] | Sequence[int] | Whole, most: int) -> list[Vote]:
    """The recordings for one lag of which most samples of three minutes speak, the most votes first, each once."""
    met = _joined(asked, np.asarray(rows, np.int64).reshape(-1, 3))
    if not len(met.at_ds):
        return []
    others, number = np.unique(met.other, return_inverse=True)
    parts = [_lots(met, number, late, offset) for late in (0, 1) for offset in (0, 1)]
    lots = np.concatenate(parts)
    # One vote for each sample of the other, however many keys and neighbours it shares.
    named = _once((lots << _AT_BITS) | np.tile(met.at_s // _AT_S, len(parts)))
    chosen, votes = np.unique(named >> _AT_BITS, return_counts=True)
    whose = chosen >> (_BIN_BITS + _BLOCK_BITS + 2)
    order = np.lexsort((-votes, whose))
    best = order[np.unique(whose[order], return_index=True)[1]]
    best = best[votes[best] >= LEAST_VOTES]
    best = best[np.argsort(-votes[best], kind="stable")][:most]
    if not len(best):
        return []
    lags_s = _lags_s(met, parts, chosen[best])
    return [
        _vote(int(others[whose[at]]), int(chosen[at]), lag_s, int(votes[at]))
        for at, lag_s in zip(best, lags_s, strict=True)
    ]


def _joined(asked: AskedKeys, rows: Whole) -> _Meetings:
    """Each row of the index beside every sample that asked for its key."""
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    first = np.searchsorted(rows[:, 0], asked.keys, "left")
    count = np.searchsorted(rows[:, 0], asked.keys, "right") - first
    at = np.repeat(first, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return _Meetings(np.repeat(asked.at_ds, count), rows[at, 1], rows[at, 2], np.repeat(asked.turned, count))


def _once(numbers: Whole) -> Whole:
    """Each number once, in order: of a million, sorting takes a tenth of the time of ``np.unique``, which hashes them."""
    numbers = np.sort(numbers)
    return np.asarray(numbers[np.diff(numbers, prepend=numbers[:1] - 1) > 0], np.int64)


def _lots(met: _Meetings, number: Whole, late: int, offset: int) -> Whole:
    """What each meeting speaks for: recording, block of three minutes, lag, mirrored or not, in one number."""
    block = np.maximum((met.at_ds / (10 * _HOP_S)).astype(np.int64) - late, 0)
    lag = np.floor((met.at_s - met.at_ds / 10) / _BIN_S + offset / 2).astype(np.int64) + (1 << (_BIN_BITS - 1))
    lot = (number << _BLOCK_BITS) | (block & ((1 << _BLOCK_BITS) - 1))
    lot = (lot << _BIN_BITS) | (lag & ((1 << _BIN_BITS) - 1))
    return np.asarray((lot << 2) | (met.turned << 1) | offset, np.int64)


def _lags_s(met: _Meetings, parts: Sequence[Whole], chosen: Whole) -> list[float]:
    """How much later the meetings of each lot lie in the other on average."""
    order = np.argsort(chosen)
    sums, counts = np.zeros(len(chosen)), np.zeros(len(chosen))
    for lots in parts:
        at = np.minimum(np.searchsorted(chosen[order], lots), len(chosen) - 1)
        inside = chosen[order][at] == lots
        late_s = (met.at_s - met.at_ds / 10)[inside]
        sums += np.bincount(at[inside], late_s, len(chosen))
        counts += np.bincount(at[inside], minlength=len(chosen))
    found = np.empty(len(chosen))
    found[order] = sums / np.maximum(counts, 1)
    return [float(one) for one in found]


def _vote(other: int, lot: int, lag_s: float, votes: int) -> Vote:
    block = (lot >> (_BIN_BITS + 2)) & ((1 << _BLOCK_BITS) - 1)
    return Vote(other, block * _HOP_S, lag_s, bool(lot >> 1 & 1), votes)
