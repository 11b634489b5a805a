from collections.abc import Sequence
from datetime import timedelta

from facts.sight import Seat, SeatKind
from facts.span import Span, union
from facts.verdict import Headcount

_MINUTE = timedelta(seconds=60)


def headcount(seats: Sequence[Seat], span: Span, step_s: float = 10.0) -> Headcount:
    """For every rolling minute inside the span the most people in their seats at one time of it.

    At one time, so that somebody who changes seats counts once; gaps shorter than a minute are no absence.
    """
    stays = [stay for seat in seats if seat.kind is SeatKind.PERSON for stay in occupied(seat)]
    times, counts = [], []
    at = span.start
    while at + _MINUTE <= span.end:
        times.append(at)
        counts.append(_most_at_once(stays, Span(at, at + _MINUTE)))
        at += timedelta(seconds=step_s)
    return Headcount(tuple(times), tuple(counts))


def occupied(seat: Seat) -> tuple[Span, ...]:
    """When somebody sat here, seen or bridged, without the gaps that a rolling minute spans."""
    return union((*seat.seen, *seat.bridged), _MINUTE)


def _most_at_once(stays: Sequence[Span], minute: Span) -> int:
    marks = []
    for stay in stays:
        if part := stay.clip(minute):
            marks += [(part.start, 1), (part.end, -1)]
    most = now = 0
    for _, step in sorted(marks):
        now += step
        most = max(most, now)
    return most
