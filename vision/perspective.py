"""Heads that are much larger or smaller than people at their place in the picture: faces on screens and posters."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from facts.sighting import Box
from vision.calibration import HIGH_LEAST, HIGH_OUT, SCALE_LEAST, SCALE_OUT, SCALE_TIGHT

_ROUNDS = 20
_FLOOR = 1e-3


def out_of_scale(heads: Sequence[Box]) -> list[bool]:
    """Which heads do not fit the size that the others have at their place; none where sizes follow no clear rule.

    People who sit in rows shrink evenly from one side of the picture to the other.
    """
    if len(heads) < SCALE_LEAST:
        return [False] * len(heads)
    sizes = np.array([np.sqrt(head.w * head.h) for head in heads])
    high = _too_large_so_high(heads, sizes)
    return [one or other for one, other in zip(high, _off_the_plane(heads, sizes), strict=True)]


def _too_large_so_high(heads: Sequence[Box], sizes: NDArray[np.float64]) -> list[bool]:
    """Which heads are much larger than those lower in the picture, who are nearer to the camera."""
    middles = np.array([head.y + head.h / 2 for head in heads])
    found = []
    for middle, size in zip(middles, sizes, strict=True):
        lower = sizes[middles > middle]
        found.append(len(lower) >= HIGH_LEAST and bool(size > HIGH_OUT * np.median(lower)))
    return found


def _off_the_plane(heads: Sequence[Box], sizes: NDArray[np.float64]) -> list[bool]:
    ratio = np.log(sizes / np.maximum(_expected(heads, sizes), _FLOOR * sizes.max()))
    ratio -= np.median(ratio)
    if np.median(np.abs(ratio)) > SCALE_TIGHT:
        return [False] * len(heads)
    return [bool(one) for one in np.abs(ratio) > np.log(SCALE_OUT)]


def _expected(heads: Sequence[Box], sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The plane through the sizes, in which heads far from it weigh little."""
    places = np.array([[1.0, head.x + head.w / 2, head.y + head.h / 2] for head in heads])
    weights = np.ones(len(heads))
    for _ in range(_ROUNDS):
        plane = np.linalg.lstsq(places * weights[:, None], sizes * weights, rcond=None)[0]
        away = np.abs(sizes - places @ plane)
        usual = max(float(np.median(away)), 0.02 * float(np.median(sizes)))
        weights = 1 / np.sqrt(np.maximum(1.0, away / (2 * usual)))
    return np.asarray(places @ plane, np.float64)
