from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.body import HAND_POSES, WRITING_POSES
from demo.head import BOWED, TURNED, UPRIGHT

_MEAN_PAUSE_S = 2.6
_EASE_S = 0.7


@dataclass(frozen=True, slots=True)
class Bearing:
    """How somebody holds themselves at one moment; offsets in head units."""

    head_x: float
    head_y: float
    body_x: float
    upright: int
    bowed: int
    turned: int
    hands: int
    writing: int


class Fidget:
    """The small irregular movements of one living person: every couple of seconds something shifts a little."""

    def __init__(self, seed: int, person: int, length_s: float) -> None:
        rng = np.random.default_rng([seed, person, 5])
        count = int(length_s / _MEAN_PAUSE_S * 1.5) + 20
        self._starts = np.cumsum(rng.gamma(2.2, _MEAN_PAUSE_S / 2.2, count)) - _MEAN_PAUSE_S * 4
        calm = float(rng.uniform(0.75, 1.25))
        self._offsets = rng.normal(0, 1, (count, 3)) * np.array([0.1, 0.045, 0.05]) * calm
        np.clip(self._offsets, -0.24, 0.24, out=self._offsets)
        self._picks = rng.integers(0, 60, (count, 4))
        self._keep(rng)
        self._phase = float(rng.uniform(0, 6.28))

    def _keep(self, rng: np.random.Generator) -> None:
        """Not everything moves at each shift: keep the earlier hand or head now and then."""
        for column, share in ((0, 0.45), (3, 0.4)):
            for k in np.flatnonzero(rng.random(len(self._starts)) < share):
                if k:
                    self._picks[k, column] = self._picks[k - 1, column]

    def at(self, at_s: float) -> Bearing:
        """The bearing at that second; the same second always gives the same one."""
        k = max(int(np.searchsorted(self._starts, at_s, side="right")) - 1, 1)
        share = min(max((at_s - float(self._starts[k])) / _EASE_S, 0.0), 1.0)
        eased = share * share * (3 - 2 * share)
        now: NDArray[np.float64] = self._offsets[k - 1] + (self._offsets[k] - self._offsets[k - 1]) * eased
        breath = 0.012 * float(np.sin(at_s * 1.7 + self._phase))
        picks = self._picks[k]
        return Bearing(
            head_x=float(now[0]), head_y=float(now[1]) + breath, body_x=float(now[2]),
            upright=int(picks[0]) % len(UPRIGHT), bowed=int(picks[1]) % len(BOWED), turned=int(picks[2]) % len(TURNED),
            hands=int(picks[3]) % HAND_POSES, writing=WRITING_POSES[int(picks[3]) % len(WRITING_POSES)],
        )  # fmt: skip
