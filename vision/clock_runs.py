"""A row of read minutes as stretches in which a clock runs evenly: how far it is behind the recording, and where it jumps."""

from collections.abc import Sequence
from dataclasses import dataclass

# So many pictures in a row that agree with each other make a stretch of their own; fewer were misread.
LEAST_RUN = 4
_SLACK_S = 1.0
_MINUTE_S, _HOUR_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class EvenRun:
    """Pictures by their number whose minutes one even clock explains, and by how much the recording is ahead of it.

    ``ahead_s`` is half an hour at most: minutes alone say nothing of whole hours.
    """

    members: tuple[int, ...]
    ahead_s: float
    within_s: float


@dataclass(slots=True)
class _Growing:
    """A run so far, and between which two amounts the recording can be ahead."""

    members: list[int]
    low: float
    high: float

    def take(self, number: int, low: float) -> bool:
        """Adds a picture whose minutes allow ``low`` to a minute more, if any amount fits all."""
        near = low + _HOUR_S * round((self.low - low) / _HOUR_S)
        left, right = max(self.low, near - _SLACK_S), min(self.high, near + _MINUTE_S + _SLACK_S)
        if left > right:
            return False
        self.members.append(number)
        self.low, self.high = left, right
        return True


def even_runs(at_s: Sequence[float], minutes: Sequence[int | None]) -> tuple[EvenRun, ...]:
    """The stretches in order of time; pictures that were misread or not read belong to none."""
    runs: list[_Growing] = []
    pending: _Growing | None = None
    for number, (at, minute) in enumerate(zip(at_s, minutes, strict=True)):
        if minute is None:
            continue
        low = at - minute * _MINUTE_S - _MINUTE_S
        if runs and runs[-1].take(number, low):
            pending = None
            continue
        if pending is None or not pending.take(number, low):
            pending = _Growing([number], low, low + _MINUTE_S)
        if len(pending.members) >= LEAST_RUN:
            runs.append(pending)
            pending = None
    return tuple(_even(one) for one in runs)


def _even(run: _Growing) -> EvenRun:
    middle = (run.low + run.high) / 2
    ahead_s = (middle + _HOUR_S / 2) % _HOUR_S - _HOUR_S / 2
    return EvenRun(tuple(run.members), ahead_s, max((run.high - run.low) / 2, _SLACK_S))
