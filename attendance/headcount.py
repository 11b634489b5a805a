from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from facts.headcount import MINUTE, STEP
from facts.span import Span
from facts.verdict import Headcount


@dataclass(frozen=True, slots=True)
class WindowCandidate:
    """A candidate window with the share of its rolling minutes that show enough people."""

    span: Span
    share: Fraction


def best_stretch(
    curve: Headcount, span: Span, minimum: timedelta, is_full: Callable[[int], bool], enough: Fraction
) -> WindowCandidate | None:
    """The longest window of at least ``minimum`` that shows enough, else the shortest that shows most.

    A minute of which the curve says nothing was not looked at: it is not full.
    """
    counts = {
        at: count for at, count in zip(curve.times, curve.counts, strict=True) if span.covers(Span(at, at + MINUTE))
    }
    starts = _minutes(counts, span)
    if span.length < minimum or not starts:
        return None
    full = [0]
    for at in starts:
        full.append(full[-1] + (at in counts and is_full(counts[at])))
    windows = _windows(starts, full, span, minimum)
    holding = [one for one in windows if one[0] * enough.denominator >= one[1] * enough.numerator]
    if holding:
        full_minutes, minutes, where = max(holding, key=lambda one: (one[2].length, one[0]))
    else:
        full_minutes, minutes, where = max(windows, key=lambda one: (one[0] / one[1], -one[2].length))
    return WindowCandidate(where, Fraction(full_minutes, minutes))


def _minutes(counts: Mapping[datetime, int], span: Span) -> list[datetime]:
    """Every minute of the span in the curve's own steps, looked at or not; none where nothing was looked at."""
    if not counts:
        return []
    first = min(counts)
    first -= (first - span.start) // STEP * STEP
    return [first + number * STEP for number in range((span.end - MINUTE - first) // STEP + 1)]


def _windows(
    starts: Sequence[datetime], full: Sequence[int], span: Span, minimum: timedelta
) -> list[tuple[int, int, Span]]:
    """Every window of at least ``minimum``: how many of its rolling minutes are full, of how many.

    The curve's step may leave up to ten seconds at the end of the span without a minute of their own; they belong
    to the last one, so that a run of exactly the minimum has a window.
    """
    ends = [start + MINUTE for start in starts]
    ends[-1] = span.end
    windows = []
    for first, start in enumerate(starts):
        soonest = bisect_left(ends, start + minimum, first)
        windows += [
            (full[last + 1] - full[first], last + 1 - first, Span(start, ends[last]))
            for last in range(soonest, len(ends))
        ]
    return windows


def joined_curves(curves: Iterable[Headcount]) -> Headcount:
    """Curves of several stretches of one camera as one, in order of time."""
    points = sorted(
        {at: count for curve in curves for at, count in zip(curve.times, curve.counts, strict=True)}.items()
    )
    return Headcount(tuple(at for at, _ in points), tuple(count for _, count in points))
