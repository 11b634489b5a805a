"""Where to look next: coarse over the whole hour, closely at the window that promises most, then where it falls short.

Moments within a slot are drawn from a seed of the evidence itself: nobody in the room can know them, everybody who
holds the file draws the same ones again.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

from facts.counting import counted
from facts.digest import Digest
from facts.errors import InternalError
from facts.span import Span, union
from facts.verdict import Headcount

_MINUTE = timedelta(seconds=60)
_STEP = timedelta(seconds=10)
# Two sightings are chance, three are a place.
_LEAST_SLOTS = 4


@dataclass(frozen=True, slots=True)
class ProofGoal:
    """What would be proof: so many people in this share of the rolling minutes of one window of this length."""

    expected: int
    window_s: float = 600.0
    share: Fraction = Fraction(4, 5)

    def __post_init__(self) -> None:
        if self.expected < 1 or self.window_s < _MINUTE.total_seconds() or not 0 < self.share <= 1:
            raise InternalError(
                f"goal: got {counted(self.expected, 'person')} in {self.share} of {self.window_s} s, "
                "expected somebody in a share of at least a minute"
            )

    @property
    def window(self) -> timedelta:
        """The length of the window."""
        return timedelta(seconds=self.window_s)


@dataclass(frozen=True, slots=True)
class Pace:
    """How densely to look: coarse and close slots, how many looks a round adds, and how many there may be in all.

    A window that is to prove something is checked for life every ``step_s``; the rest of a stretch that has a goal
    at every ``thin``-th of those steps, for reading keyframes is most of what a long recording costs. What moves in
    that window is noted more closely: gaps longer than ``motion_s`` are halved, or a replay would be known half as well.
    Every ``motion_spared``-th of them stays as it is: a third of those keyframes tell little that the others do not.
    """

    step_s: float = 10.0
    thin: int = 2
    coarse_s: float = 420.0
    close_s: float = 50.0
    round_looks: int = 8
    most_looks: int = 26
    motion_s: float = 6.0
    motion_spared: int = 3


def slots(span: Span, slot_s: float, seed: Digest, purpose: str) -> list[datetime]:
    """One moment in each slot of about this length, unpredictable from inside the room, the same every time."""
    count = max(round(span.length_s / slot_s), min(_LEAST_SLOTS, int(span.length_s / 60) + 1))
    dice = random.Random(f"{seed.sha256}|{span.start.isoformat()}|{purpose}")  # noqa: S311 - a reproducible draw, no secret
    length = span.length_s / count
    return [span.start + timedelta(seconds=(index + dice.random()) * length) for index in range(count)]


def times_at_step(times: Sequence[datetime], step_s: float) -> list[datetime]:
    """As few of the times as leave no avoidable gap longer than the step."""
    step, chosen = timedelta(seconds=step_s), list(times[:1])
    for before, at in pairwise(times):
        if at - chosen[-1] > step and before > chosen[-1]:
            chosen.append(before)
        if at - chosen[-1] > step:
            chosen.append(at)
    return chosen if chosen[-1:] == list(times[-1:]) else [*chosen, times[-1]]


def halvings(times: Sequence[datetime], known: Sequence[datetime], longest_s: float, spared: int = 0) -> list[datetime]:
    """Of these times the one in the middle of every gap between known ones that is longer than this.

    Every so many gaps one is left as it is.
    """
    longest = timedelta(seconds=longest_s)
    middles = [one + (two - one) / 2 for one, two in pairwise(known) if two - one > longest]
    if spared:
        middles = [at for number, at in enumerate(middles, 1) if number % spared]
    return sorted({times[nearest(times, at)] for at in middles} - set(known)) if times else []


def gap_fillers(span: Span, looked: Sequence[datetime], gap_s: float, seed: Digest) -> list[datetime]:
    """Moments that leave no gap longer than this between looks inside the span, at drawn places within the gaps."""
    dice = random.Random(f"{seed.sha256}|{span.start.isoformat()}|close")  # noqa: S311 - a reproducible draw, no secret
    gap = timedelta(seconds=gap_s)
    marks = [span.start, *sorted(at for at in looked if at in span), span.end]
    added: list[datetime] = []
    for before, after in pairwise(marks):
        parts = -(-(after - before) // gap)
        pace = (after - before) / max(parts, 1)
        added += [before + pace * (part + dice.uniform(-0.08, 0.08)) for part in range(1, parts)]
    return added


def best_window(looked: Sequence[tuple[datetime, int]], live: Sequence[Span], goal: ProofGoal) -> Span | None:
    """The window inside live footage whose looks, each standing for the time around it, come nearest to the goal."""
    best: tuple[tuple[int, int], Span] | None = None
    stamps, counts = [at for at, _ in looked], [count for _, count in looked]
    inside = int(goal.window / _STEP)
    for stretch in live:
        around = [counts[nearest(stamps, at)] if stamps else 0 for at in _steps(stretch)]
        full = list(accumulate((count == goal.expected for count in around), initial=0))
        seen = list(accumulate((min(count, goal.expected) for count in around), initial=0))
        for first in range(int((stretch.length - goal.window) / _STEP) + 1 if stretch.length >= goal.window else 0):
            score = full[first + inside] - full[first], seen[first + inside] - seen[first]
            if best is None or score > best[0]:
                start = stretch.start + first * _STEP
                best = score, Span(start, start + goal.window)
    return best[1] if best else None


def proven(curve: Headcount, window: Span, goal: ProofGoal) -> bool:
    """Whether enough rolling minutes of the window show just everybody expected; a minute without a look shows nobody."""
    minutes = int((goal.window - _MINUTE) / _STEP) + 1
    return sum(count == goal.expected for count in _inside(curve, window)) >= goal.share * minutes


def short_stretches(curve: Headcount, window: Span, goal: ProofGoal) -> tuple[Span, ...]:
    """The stretches of the window whose minutes do not show everybody."""
    full = {at for at, count in zip(curve.times, curve.counts, strict=True) if count == goal.expected}
    return union(Span(at, at + _MINUTE) for at in _steps(window) if at not in full and at + _MINUTE <= window.end)


def nearest(times: Sequence[datetime], at: datetime) -> int:
    """The index of the time nearest to this one."""
    after = bisect_left(times, at)
    near = [index for index in (after - 1, after) if 0 <= index < len(times)]
    return min(near, key=lambda index: abs(times[index] - at))


def _steps(window: Span) -> list[datetime]:
    return [window.start + number * _STEP for number in range(int(window.length / _STEP))]


def _inside(curve: Headcount, window: Span) -> list[int]:
    first, beyond = bisect_left(curve.times, window.start), bisect_right(curve.times, window.end - _MINUTE)
    return list(curve.counts[first:beyond])
