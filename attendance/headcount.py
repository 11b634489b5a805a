from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from facts.sight import Seat, SeatKind, View
from facts.span import Span, union
from facts.verdict import Headcount

MINUTE = timedelta(minutes=1)
STEP = timedelta(seconds=10)


def occupied(seat: Seat) -> tuple[Span, ...]:
    """When somebody sat there: seen, or bridged by a patch that stayed alive."""
    return union((*seat.seen, *seat.bridged))


def headcount(view: View, kinds: Iterable[SeatKind] = (SeatKind.PERSON,)) -> Headcount:
    """The headcount curve: distinct occupied seats in each rolling minute of the view."""
    wanted = frozenset(kinds)
    spans = [occupied(seat) for seat in view.seats if seat.kind in wanted]
    times = _starts(view.span)
    return Headcount(times, tuple(sum(_touches(own, at) for own in spans) for at in times))


def _starts(span: Span) -> tuple[datetime, ...]:
    last = max(span.end - MINUTE, span.start)
    count = (last - span.start) // STEP + 1
    return tuple(span.start + STEP * index for index in range(count))


def _touches(spans: Sequence[Span], at: datetime) -> bool:
    minute = Span(at, at + MINUTE)
    return any(span.overlaps(minute) for span in spans)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A candidate window with the share of its rolling minutes that show enough people."""

    span: Span
    share: Fraction


def best_stretch(curve: Headcount, span: Span, minimum: timedelta, expected: int, enough: Fraction) -> Stretch | None:
    """The longest window of at least ``minimum`` that shows enough, else the shortest that shows most."""
    counts = {at: count for at, count in zip(curve.times, curve.counts, strict=True) if at in span}
    starts = sorted(counts)
    if span.length < minimum or not starts:
        return None
    full = [0]
    for at in starts:
        full.append(full[-1] + (counts[at] >= expected))
    windows = _windows(starts, full, span, minimum) or [(full[-1], len(starts), span)]
    holding = [one for one in windows if one[0] * enough.denominator >= one[1] * enough.numerator]
    if holding:
        full_minutes, minutes, where = max(holding, key=lambda one: (one[2].length, one[0]))
    else:
        full_minutes, minutes, where = max(windows, key=lambda one: (one[0] / one[1], -one[2].length))
    return Stretch(where, Fraction(full_minutes, minutes))


def _windows(
    starts: Sequence[datetime], full: Sequence[int], span: Span, minimum: timedelta
) -> list[tuple[int, int, Span]]:
    """Every window of at least ``minimum``: how many of its rolling minutes are full, of how many."""
    ends = [min(start + MINUTE, span.end) for start in starts]
    windows = []
    for first, start in enumerate(starts):
        soonest = bisect_left(ends, start + minimum, first)
        windows += [
            (full[last + 1] - full[first], last + 1 - first, Span(start, ends[last]))
            for last in range(soonest, len(ends))
        ]
    return windows
