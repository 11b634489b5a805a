"""Heads that are much larger or smaller than people at their place in the picture: faces on screens and posters."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from facts.sighting import Box
from vision.calibration import SCALE_LEAST, SCALE_OUT, SCALE_TIGHT

_ROUNDS = 20
_FLOOR = 1e-3


def out_of_scale(heads: Sequence[Box]) -> list[bool]:
    """Which heads do not fit the size that the others have at their place; none where sizes follow no clear rule.

    People who sit in rows shrink evenly from one side of the picture to the other.
    """
    if len(heads) < SCALE_LEAST:
        return [False] * len(heads)
    sizes = np.array([np.sqrt(head.w * head.h) for head in heads])
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
