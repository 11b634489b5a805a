from collections.abc import Sequence

import numpy as np

from demo.events import Calm, Cardboard, Lean
from demo.motion import Bearing, Spots, Stroll
from demo.people import DrawnPerson
from demo.scenario import Scenario
from demo.walk import LaneWalk

_STROLL_UNITS = 0.9
_CALM_SHARE = 0.5


class ClassMotion:
    """When and how far the people of one class move, each in their own way; the same second always the same."""

    def __init__(self, scenario: Scenario, seats: Sequence[int]) -> None:
        self.scenario = scenario
        take, length_s = scenario.take, scenario.length_s
        self.glances = {seat: scenario.glances_of(seat) for seat in seats}
        self._strolls = {seat: Stroll(take, seat, length_s, _STROLL_UNITS) for seat in seats}
        self._lanes = {seat: LaneWalk(take, seat, scenario.rows, length_s) for seat in seats}
        self._spots: dict[tuple[int, float], Spots] = {}

    def bearing(self, person: DrawnPerson, at_s: float) -> Bearing:
        """How they hold themselves, quiet people less restlessly."""
        for event in self.scenario.during(Calm, at_s):
            if isinstance(event, Calm) and person.number in event.seats:
                return person.fidget.at(at_s / event.slower).calmed(_CALM_SHARE)
        return person.fidget.at(at_s)

    def lean(self, seat: int, at_s: float) -> float:
        """How far aside of the chair's place somebody sits now, in heads."""
        for event in self.scenario.during(Lean, at_s):
            if isinstance(event, Lean) and seat in event.seats:
                key = seat, event.stay_s
                if key not in self._spots:
                    self._spots[key] = Spots(self.scenario.take, seat, self.scenario.length_s, event.stay_s)
                return event.reach * self._spots[key].at(at_s)
        return 0.0

    def stroll(self, seat: int, at_s: float) -> tuple[float, bool]:
        """How far along their own bench somebody stands, in heads, and whether on the move."""
        return self._strolls[seat].at(at_s)

    def lane(self, seat: int, at_s: float) -> tuple[float, float, bool]:
        """Column, depth and whether on the move, of somebody who walks between the benches."""
        step = self._lanes[seat].at(at_s)
        return step.x, step.depth, step.moving

    def push(self, seat: int, board: Cardboard, at_s: float) -> tuple[float, float]:
        """Where a cut-out stands since somebody last pushed it, in heads aside and down."""
        if not board.push_s:
            return 0.0, 0.0
        rng = np.random.default_rng([*self.scenario.take, seat, 43, int(at_s // board.push_s)])
        return float(rng.uniform(-0.3, 0.3)), float(rng.uniform(-0.08, 0.12))
