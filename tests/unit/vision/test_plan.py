from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from facts.digest import Digest
from facts.errors import InternalError
from facts.span import Span
from facts.verdict import Headcount
from tests.fixtures.drawn_room import START, at_s
from vision.plan import ProofGoal, best_window, gap_fillers, halvings, proven, short_stretches, slots

SEED = Digest.of(b"seed")
HOUR = Span.of(START, 2700)


def curve(counts: list[int]) -> Headcount:
    return Headcount(tuple(at_s(10 * index) for index in range(len(counts))), tuple(counts))


def looked(counts: list[int]) -> list[tuple[datetime, int]]:
    return [(at_s(10 * index), count) for index, count in enumerate(counts)]


def test_exactly_four_fifths_prove_and_one_minute_less_does_not() -> None:
    goal, window = ProofGoal(30), Span.of(START, 600)
    assert len([at for at in curve([0] * 60).times if at + timedelta(seconds=60) <= window.end]) == 55
    assert proven(curve([30] * 44 + [29] * 11), window, goal)
    assert not proven(curve([30] * 43 + [29] * 12), window, goal)


def test_no_minutes_prove_nothing() -> None:
    assert not proven(Headcount(), Span.of(START, 600), ProofGoal(1))


def test_the_best_window_is_the_first_of_those_with_most_proven_minutes() -> None:
    counts = [5] * 100 + [6] * 120 + [5] * 50
    found = best_window(looked(counts), [HOUR], ProofGoal(6))
    assert found == Span(at_s(1000), at_s(1600))


def test_no_window_fits_between_breaks_closer_than_its_length() -> None:
    assert best_window(looked([6] * 60), [Span(at_s(0), at_s(590)), Span(at_s(600), at_s(1199))], ProofGoal(6)) is None


def test_close_looks_leave_no_gap_longer_than_asked() -> None:
    window = Span.of(START, 600)
    known = [at_s(35), at_s(240), at_s(420)]
    marks = sorted([window.start, *known, *gap_fillers(window, known, 58, SEED), window.end])
    gaps = [(after - before).total_seconds() for before, after in pairwise(marks)]
    assert max(gaps) <= 58 * 1.17


def test_moments_differ_by_seed_and_stay_in_their_slots() -> None:
    mine, again, other = (slots(HOUR, 240, Digest.of(seed), "coarse") for seed in (b"1", b"1", b"2"))
    assert mine == again
    assert mine != other
    length = HOUR.length / len(mine)
    assert all(HOUR.start + index * length <= at < HOUR.start + (index + 1) * length for index, at in enumerate(mine))


def test_the_short_stretches_are_named() -> None:
    counts = [6] * 20 + [5] * 6 + [6] * 40
    assert short_stretches(curve(counts), Span.of(START, 600), ProofGoal(6)) == (Span(at_s(200), at_s(310)),)


@pytest.mark.parametrize(("people", "window_s", "share"), [(0, 600, 1), (5, 59, 1), (5, 600, 0), (5, 600, 2)])
def test_goals_that_nothing_or_anything_would_meet_are_refused(people: int, window_s: float, share: int) -> None:
    with pytest.raises(InternalError, match="goal"):
        ProofGoal(people, window_s, Fraction(share))


def test_gaps_that_are_too_long_are_halved_at_a_time_that_there_is() -> None:
    times = [START + timedelta(seconds=2 * number) for number in range(40)]
    known = [times[0], times[5], times[7], times[12]]
    assert halvings(times, known, 6.0) == [times[2], times[9]]
    assert halvings([], known, 6.0) == []


def test_every_so_many_gaps_one_is_not_halved() -> None:
    known = [at_s(10 * number) for number in range(8)]
    times = [at_s(number) for number in range(71)]
    assert halvings(times, known, 6.0, 3) == [at_s(at) for at in (5, 15, 35, 45, 65)]
