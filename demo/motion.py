from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from demo.body import HAND_POSES, WRITING_POSES
from demo.pose import BOWED, TURNED, UPRIGHT

_MEAN_PAUSE_S = 2.6
_EASE_S = 0.7
_GLANCE_S = 6.0
_STAY_S = 14.0
_WALK_UNITS_PER_S = 0.9


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

    def calmed(self, share: float) -> "Bearing":
        """The same with every offset made smaller."""
        return replace(self, head_x=self.head_x * share, head_y=self.head_y * share, body_x=self.body_x * share)


class Fidget:
    """The small irregular movements of one living person: every couple of seconds something shifts a little."""

    def __init__(self, take: Sequence[int], person: int, length_s: float) -> None:
        rng = np.random.default_rng([*take, person, 5])
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
        now = self._offsets[k - 1] + (self._offsets[k] - self._offsets[k - 1]) * eased
        breath = 0.012 * float(np.sin(at_s * 1.7 + self._phase))
        picks = self._picks[k]
        return Bearing(
            head_x=float(now[0]), head_y=float(now[1]) + breath, body_x=float(now[2]),
            upright=int(picks[0]) % len(UPRIGHT), bowed=int(picks[1]) % len(BOWED), turned=int(picks[2]) % len(TURNED),
            hands=int(picks[3]) % HAND_POSES, writing=WRITING_POSES[int(picks[3]) % len(WRITING_POSES)],
        )  # fmt: skip


class Glances:
    """The seconds in which one person looks down by themselves, for a share of the time, a few seconds each."""

    def __init__(self, take: Sequence[int], person: int, length_s: float, share: float) -> None:
        rng = np.random.default_rng([*take, person, 17])
        self._ends = np.empty(0)
        if share:
            count = int(length_s / _GLANCE_S * share) * 2 + 12
            downs = rng.gamma(4, _GLANCE_S / 4, count)
            ups = rng.gamma(2, _GLANCE_S * (1 - share) / share / 2, count)
            self._ends = np.cumsum(np.stack([ups, downs], axis=1).ravel()) - _GLANCE_S

    def down(self, at_s: float) -> bool:
        """Whether the head is down at that second."""
        return bool(np.searchsorted(self._ends, at_s, side="right") % 2)


class Stroll:
    """Somebody working on their feet, who shifts along their bench every little while."""

    def __init__(self, take: Sequence[int], person: int, length_s: float, reach: float) -> None:
        rng = np.random.default_rng([*take, person, 23])
        count = int(length_s / _STAY_S * 1.6) + 20
        self._starts = np.cumsum(rng.gamma(3, _STAY_S / 3, count)) - 3 * _STAY_S
        self._places = rng.uniform(-reach, reach, count)

    def at(self, at_s: float) -> tuple[float, bool]:
        """How far aside of their own place, in head units, and whether on the move."""
        k = max(int(np.searchsorted(self._starts, at_s, side="right")) - 1, 1)
        here, goal = float(self._places[k - 1]), float(self._places[k])
        walked = _WALK_UNITS_PER_S * (at_s - float(self._starts[k]))
        if walked >= abs(goal - here):
            return goal, False
        return here + float(np.sign(goal - here)) * walked, True


class Spots:
    """Which of two spots somebody keeps to at any second, with stays of irregular length."""

    def __init__(self, take: Sequence[int], person: int, length_s: float, stay_s: float) -> None:
        rng = np.random.default_rng([*take, person, 29])
        stays = rng.gamma(4, stay_s / 4, int(length_s / stay_s * 2) + 12)
        self._ends = np.cumsum(stays)

    def at(self, at_s: float) -> int:
        """0 or 1."""
        return int(np.searchsorted(self._ends, at_s, side="right") % 2)
