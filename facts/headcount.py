"""The headcount curve: the same for the code that looks and the code that judges; anyone can draw it again from seats."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from facts.sighting import Seat, SeatKind
from facts.span import Span, union
from facts.verdict import Headcount

MINUTE = timedelta(seconds=60)
STEP = timedelta(seconds=10)


def occupied(seat: Seat) -> tuple[Span, ...]:
    """When somebody sat here, seen or bridged, without the gaps that a rolling minute spans."""
    return union((*seat.seen, *seat.bridged), MINUTE)


def headcount(seats: Iterable[Seat], span: Span) -> Headcount:
    """For every rolling minute inside the span the most people in their seats at one time of it.

    At one time, so that somebody who changes seats counts once; gaps shorter than a minute are no absence.
    """
    stays = [stay for seat in seats if seat.kind is SeatKind.PERSON for stay in occupied(seat)]
    changes, levels = _levels(stays)
    times, counts = [], []
    at = span.start
    while at + MINUTE <= span.end:
        first, beyond = bisect_right(changes, at), bisect_left(changes, at + MINUTE)
        times.append(at)
        counts.append(max(levels[first : beyond + 1]))
        at += STEP
    return Headcount(tuple(times), tuple(counts))


def _levels(stays: Sequence[Span]) -> tuple[list[datetime], list[int]]:
    """The moments at which somebody comes or goes, and how many are there before the first and after each."""
    marks = sorted(mark for stay in stays for mark in ((stay.start, 1), (stay.end, -1)))
    return [at for at, _ in marks], list(accumulate((step for _, step in marks), initial=0))
