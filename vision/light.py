"""How much lighter one picture is than another of the same scene, and the noise that remains, from their quiet pixels.

Pixels that are the same pair of grey levels are weighed together: a tenth as many numbers, and the same answer.
"""

import numpy as np
from numpy.typing import NDArray

from vision.ports import Picture, Tensor

_LEVELS = 256
_ROUNDS = 3
# The 40th percentile of |N(0,1)|: up to 60 % of the picture may move before the noise is overestimated.
_QUIET_QUANTILE = 0.4
_QUIET_SIGMA = 0.5244
_SIGMA_FLOOR = 0.5
_QUIET = 3
# Rests are sorted into steps so fine before the one in the middle is looked for among those of its step.
_STEPS_A_LEVEL = 64


def light_between(before: Picture, after: Picture) -> tuple[float, float, float]:
    """Gain and offset of the light and the noise that remains, fitted to the quiet majority of the pixels."""
    pairs = before.ravel().astype(np.uint16) * _LEVELS + after.ravel()
    many = np.bincount(pairs, minlength=_LEVELS * _LEVELS)
    own = np.flatnonzero(many)
    first, second = (own // _LEVELS).astype(np.float32), (own % _LEVELS).astype(np.float32)
    weight = many[own].astype(np.float32)
    gain, offset, noise = 1.0, _weighed_median(second - first, weight, before.size), _SIGMA_FLOOR
    for _ in range(_ROUNDS):
        rest = np.abs(second - np.float32(gain) * first - np.float32(offset))
        noise = max(_nth(rest, weight, int(_QUIET_QUANTILE * before.size)) / _QUIET_SIGMA, _SIGMA_FLOOR)
        quiet = rest < _QUIET * noise
        gain, offset = _line(first[quiet], second[quiet], weight[quiet])
    return gain, offset, noise


def _weighed_median(steps: Tensor, weight: Tensor, size: int) -> float:
    """The median of whole steps between -255 and 255, each as often as it weighs."""
    upto = np.cumsum(np.bincount((steps + (_LEVELS - 1)).astype(np.int64), weights=weight, minlength=2 * _LEVELS - 1))
    low, high = np.searchsorted(upto, ((size - 1) // 2, size // 2), side="right").tolist()
    return float(low + high) / 2 - (_LEVELS - 1)


def _nth(rest: Tensor, weight: Tensor, place: int) -> float:
    """The rest at this place if each stood in a row as often as it weighs, the smallest first."""
    steps = (rest * _STEPS_A_LEVEL).astype(np.int64)
    upto = np.cumsum(np.bincount(steps, weights=weight))
    step = int(np.searchsorted(upto, place, side="right"))
    among = np.flatnonzero(steps == step)
    among = among[np.argsort(rest[among])]
    left = place - (upto[step - 1] if step else 0)
    return float(rest[among[np.searchsorted(np.cumsum(weight[among]), left, side="right")]])


def _line(first: Tensor, second: Tensor, weight: NDArray[np.float32]) -> tuple[float, float]:
    size = float(weight.sum())
    mean_1, mean_2 = float(first @ weight) / size, float(second @ weight) / size
    centred = first - np.float32(mean_1)
    pull = centred * weight
    spread = float(pull @ centred)
    gain = float(pull @ (second - np.float32(mean_2))) / spread if spread > size else 1.0
    gain = min(max(gain, 0.2), 5.0)
    return gain, mean_2 - gain * mean_1
