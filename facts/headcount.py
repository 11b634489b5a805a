"""The headcount curve: the same for the code that looks and the code that judges; anyone can draw it again."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from facts.sighting import LookCount, Seat, SeatKind, View
from facts.span import Span, union
from facts.verdict import Headcount

MINUTE = timedelta(seconds=60)
STEP = timedelta(seconds=10)
# Of the people of one moment so many may be carried over from the looks beside it (A14): one, or one in five.
CARRIED_AT_MOST = 5


def occupied(seat: Seat) -> tuple[Span, ...]:
    """When somebody sat here, seen or bridged, without the gaps that a rolling minute spans."""
    return union((*seat.seen, *seat.bridged), MINUTE)


def curve_of(view: View) -> Headcount:
    """The view's curve: from its moments, or from seats where an earlier version of this program looked."""
    return counted(view.moments, view.span) if view.moments else headcount(view.seats, view.span)


def counted(moments: Sequence[LookCount], span: Span) -> Headcount:
    """For every rolling minute inside the span with a look in it how many people half of its looks show, or more.

    Half, so that looking more often never makes a minute fuller by luck; no look, no minute.
    """
    looks = sorted(moments, key=lambda moment: moment.at)
    stamps = [moment.at for moment in looks]
    times, counts = [], []
    at = span.start
    while at + MINUTE <= span.end:
        first, beyond = bisect_left(stamps, at), bisect_left(stamps, at + MINUTE)
        if first < beyond:
            times.append(at)
            inside = sorted((people_at(look) for look in looks[first:beyond]), reverse=True)
            counts.append(inside[(len(inside) - 1) // 2])
        at += STEP
    return Headcount(tuple(times), tuple(counts))


def people_at(moment: LookCount) -> int:
    """How many count at this moment: all who were found or held by a review, and of those carried no more than the bound."""
    most = max(1, (moment.seen + moment.carried) // CARRIED_AT_MOST)
    return moment.seen + moment.held + min(moment.carried, most)


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
