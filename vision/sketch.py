"""Sketches (草图): each sample of a motion signature as a few whole numbers that an index of a database can find again."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.motion import CELLS, COLUMNS, ROWS, Motion
from vision.ports import Tensor

BANDS = 8
BITS = 22
# The least certain bits of a band are tried both ways, the likeliest mistakes first: what a worse recorder changes is
# among them.
_WEAKEST = 6
TRIALS = 32
# Fields of two cells tell too little: half a cell meets by chance a fiftieth as often, and the same film as often.
_SMOOTH = 0.5
# Whoever asks does so every few seconds; that this side is sparse halves the index and loses few votes.
INDEX_STEP_S = 18.0
_SEED = 20240531
_FLOOR = 0.35
_LIVELY_CELLS = 10
# Three minutes of another film among one's own: what is usual in them is theirs.
_AROUND_S, _AROUND_LEAST = 120.0, 7

Keys = NDArray[np.int32]


def usual_off(cells: Tensor) -> Tensor:
    """Each cell less its own mean, over its own spread: a busy doorway weighs no more than a quiet seat."""
    spread = cells.std(axis=0)
    return np.asarray((cells - cells.mean(axis=0)) / (spread + _FLOOR), np.float32)


def usual_off_around(cells: Tensor, at_s: NDArray[np.float64]) -> Tensor:
    """The same with the mean and spread of the two minutes around each sample.

    Another film's minutes among one's own have a usual of their own: by anybody else's a third of their bits are wrong.
    """
    lone = np.arange(len(at_s))
    since = np.searchsorted(at_s, at_s - _AROUND_S / 2, "left")
    until = np.searchsorted(at_s, at_s + _AROUND_S / 2, "right")
    since = np.clip(np.minimum(since, lone - _AROUND_LEAST // 2), 0, None)
    until = np.clip(np.maximum(until, lone + _AROUND_LEAST // 2 + 1), None, len(at_s))
    sums = np.concatenate([np.zeros((1, cells.shape[1])), np.cumsum(cells, axis=0, dtype=np.float64)])
    squares = np.concatenate([np.zeros((1, cells.shape[1])), np.cumsum(cells**2, axis=0, dtype=np.float64)])
    many = (until - since)[:, None]
    mean = (sums[until] - sums[since]) / many
    spread = np.sqrt(np.maximum((squares[until] - squares[since]) / many - mean**2, 0.0))
    return np.asarray((cells - mean) / (spread + _FLOOR), np.float32)


def mirrored(cells: Tensor) -> Tensor:
    """The same movements in a picture whose left is right."""
    return np.ascontiguousarray(cells.reshape(-1, ROWS, COLUMNS)[:, :, ::-1]).reshape(-1, CELLS)


def lively(motion: Motion) -> bool:
    """Whether enough of the picture ever moves for two recordings to be told apart by it."""
    return bool(np.count_nonzero(motion.cells.std(axis=0) > _FLOOR / 2) >= _LIVELY_CELLS)


def keys(cells: Tensor) -> Keys:
    """The keys of each sample, a column for each band."""
    return _numbers(_sides(usual_off(cells)) > 0)


def indexed(motion: Motion) -> list[tuple[int, int]]:
    """Key and whole second of as many samples as an index needs; none where hardly anything moves."""
    if not lively(motion):
        return []
    numbers, chosen = keys(motion.cells), [0]
    for number, at_s in enumerate(motion.at_s):
        if at_s - motion.at_s[chosen[-1]] >= INDEX_STEP_S:
            chosen.append(number)
    return [(int(key), round(float(motion.at_s[number]))) for number in chosen for key in numbers[number]]


def near_keys(off: Tensor) -> Keys:
    """The keys of samples less what is usual around them, with the least certain bits tried both ways.

    A further axis holds the trials, the likeliest first.
    """
    sides = _sides(off)
    doubt = np.abs(sides)
    weakest = np.argsort(doubt, axis=2)[:, :, :_WEAKEST]
    tried = (np.arange(2**_WEAKEST)[:, None] >> np.arange(_WEAKEST)) & 1
    unlikely = np.take_along_axis(doubt, weakest, 2) @ tried.T.astype(np.float32)
    order = np.argsort(unlikely, axis=2, kind="stable")[:, :, :TRIALS]
    turned = (1 << weakest).astype(np.int32) @ tried.T.astype(np.int32)
    return _numbers(sides > 0)[:, :, None] ^ np.take_along_axis(turned, order, 2)


def _sides(off: Tensor) -> Tensor:
    return np.asarray((off @ _fields()).reshape(len(off), BANDS, BITS), np.float32)


def _numbers(bits: NDArray[np.bool_]) -> Keys:
    weights = (1 << np.arange(BITS)).astype(np.int32)
    band = (np.arange(BANDS, dtype=np.int32) << BITS).reshape(1, BANDS)
    return np.asarray(bits @ weights + band, np.int32)


@lru_cache(maxsize=1)
def _fields() -> Tensor:
    rng = np.random.default_rng(_SEED)
    rough = rng.normal(size=(BANDS * BITS, ROWS, COLUMNS)).astype(np.float32)
    smooth = [cv2.GaussianBlur(field, (0, 0), _SMOOTH, borderType=cv2.BORDER_REFLECT) for field in rough]
    return np.ascontiguousarray(np.stack(smooth).reshape(BANDS * BITS, CELLS).T)
