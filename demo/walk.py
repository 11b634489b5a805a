from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_SPEED_PX_PER_S = 60.0
_ROWS_PER_S = 0.5
_BACK_LANE = -1.0
_AISLE_X = 640.0
_INTO_AISLE_SHARE = 0.6
_BETWEEN = 0.5
_LANE_X = (330.0, 950.0)


@dataclass(frozen=True, slots=True)
class WalkPosition:
    """Where a walker is: picture column, depth in rows (-1 behind the back row), and whether on the move."""

    x: float
    depth: float
    moving: bool


class WalkPath:
    """A way given as (second, column, depth) corners, walked in straight lines."""

    def __init__(self, points: Sequence[tuple[float, float, float]]) -> None:
        self._points = points
        self._times = np.array([point[0] for point in points])

    def at(self, at_s: float) -> WalkPosition:
        """Where the walker is at that second."""
        k = min(int(np.searchsorted(self._times, at_s, side="right")), len(self._points) - 1)
        (t0, x0, d0), (t1, x1, d1) = self._points[max(k - 1, 0)], self._points[k]
        share = 0.0 if t1 <= t0 else min(max((at_s - t0) / (t1 - t0), 0.0), 1.0)
        moving = (x0, d0) != (x1, d1)
        return WalkPosition(x0 + (x1 - x0) * share, d0 + (d1 - d0) * share, moving)


class WalkRound:
    """The way of somebody who stands a while, walks on, and stands again: the back lane and the middle aisle."""

    def __init__(self, take: Sequence[int], rows: int, length_s: float, *, aisle: bool) -> None:
        rng = np.random.default_rng([*take, 31])
        points: list[tuple[float, float, float]] = []
        at_s, x, depth = 0.0, float(rng.uniform(280, 1000)), _BACK_LANE
        while at_s < length_s + 60:
            rest_s = float(rng.uniform(6, 24))
            points += [(at_s, x, depth), (at_s + rest_s, x, depth)]
            at_s += rest_s
            goal = float(rng.uniform(260, 1020)), _BACK_LANE
            if aisle and rng.random() < _INTO_AISLE_SHARE:
                goal = _AISLE_X, float(rng.uniform(0, rows - 1))
            for via in self._way((x, depth), goal):
                at_s += max(abs(via[0] - x) / _SPEED_PX_PER_S, abs(via[1] - depth) / _ROWS_PER_S, 0.2)
                x, depth = via
                points.append((at_s, x, depth))
        self._path = WalkPath(points)

    @staticmethod
    def _way(here: tuple[float, float], goal: tuple[float, float]) -> list[tuple[float, float]]:
        corner = (_AISLE_X, _BACK_LANE)
        same_lane = here[1] == goal[1] == _BACK_LANE or here[0] == goal[0] == _AISLE_X
        if same_lane:
            return [goal]
        return [corner, goal]

    def at(self, at_s: float) -> WalkPosition:
        """Where the walker is at that second."""
        return self._path.at(at_s)


class LaneWalk:
    """The way of a trainee between the benches: along the lane between two rows, by the middle aisle into another."""

    def __init__(self, take: Sequence[int], person: int, rows: int, length_s: float) -> None:
        rng = np.random.default_rng([*take, person, 37])
        lanes = [row + _BETWEEN for row in range(rows - 1)] or [_BACK_LANE]
        x, depth, at_s = float(rng.uniform(*_LANE_X)), float(rng.choice(lanes)), -30.0
        points: list[tuple[float, float, float]] = []
        while at_s < length_s + 60:
            rest_s = float(rng.uniform(5, 30))
            points += [(at_s, x, depth), (at_s + rest_s, x, depth)]
            at_s += rest_s
            goal, lane = float(rng.uniform(*_LANE_X)), float(rng.choice(lanes))
            for via in [(goal, lane)] if lane == depth else [(_AISLE_X, depth), (_AISLE_X, lane), (goal, lane)]:
                at_s += max(abs(via[0] - x) / _SPEED_PX_PER_S, abs(via[1] - depth) / _ROWS_PER_S, 0.2)
                x, depth = via
                points.append((at_s, x, depth))
        self._path = WalkPath(points)

    def at(self, at_s: float) -> WalkPosition:
        """Where the walker is at that second."""
        return self._path.at(at_s)
