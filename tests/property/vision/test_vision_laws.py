from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from facts.digest import Digest
from facts.headcount import counted, headcount
from facts.sighting import Box, LookCount, Seat, SeatKind
from facts.span import Span
from facts.verdict import Headcount
from vision.decoder import merge
from vision.life import change
from vision.plan import ProofGoal, gap_fillers, proven, times_at_step

START = datetime(2025, 4, 7, tzinfo=UTC)
SPAN = Span.of(START, 900)


def at_s(second: float) -> datetime:
    return START + timedelta(seconds=second)


stays = st.lists(
    st.tuples(st.integers(0, 880), st.integers(1, 300)).map(lambda p: Span(at_s(p[0]), at_s(min(p[0] + p[1], 900)))),
    max_size=4,
)
seats = st.lists(
    st.builds(
        Seat, st.just("S"), st.just("C"), st.just(Box(0, 0, 1, 1)), st.just(SeatKind.PERSON),
        stays.map(tuple), stays.map(tuple),
    ),
    max_size=6,
)  # fmt: skip


@given(seats, seats)
def test_more_evidence_never_lowers_the_count(some: list[Seat], more: list[Seat]) -> None:
    few, many = headcount(some, SPAN), headcount([*some, *more], SPAN)
    assert all(one <= two for one, two in zip(few.counts, many.counts, strict=True))


@given(seats, st.randoms(use_true_random=False))
def test_the_order_of_seats_is_irrelevant_and_nobody_counts_twice(some: list[Seat], dice: object) -> None:
    shuffled = some.copy()
    dice.shuffle(shuffled)  # type: ignore[attr-defined] - hypothesis hands out a random.Random
    assert headcount(some, SPAN) == headcount(shuffled, SPAN)
    assert max(headcount(some, SPAN).counts) <= len(some)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=90), st.integers(1, 9))
def test_a_window_proves_one_number_of_people_at_most(counts: list[int], expected: int) -> None:
    curve = Headcount(tuple(at_s(10 * index) for index in range(len(counts))), tuple(counts))
    if proven(curve, SPAN, ProofGoal(expected, share=Fraction(3, 5))):
        others = [number for number in range(1, 10) if number != expected]
        assert not any(proven(curve, SPAN, ProofGoal(number, share=Fraction(3, 5))) for number in others)


looked = st.lists(st.tuples(st.integers(0, 899), st.integers(0, 40), st.integers(0, 40)), max_size=60)


@given(looked)
def test_the_curve_never_shows_more_than_one_look_and_knows_only_minutes_with_one(
    found: list[tuple[int, int, int]],
) -> None:
    seen = [LookCount(at_s(second), count, carried) for second, count, carried in found]
    curve = counted(seen, SPAN)
    for at, count in zip(curve.times, curve.counts, strict=True):
        inside = [moment for moment in seen if at <= moment.at < at + timedelta(seconds=60)]
        assert inside
        assert count <= max(moment.seen + max(1, (moment.seen + moment.carried) // 5) for moment in inside)


@given(st.sets(st.integers(0, 900), min_size=1, max_size=200), st.floats(1, 60))
def test_steps_skip_nothing_that_would_close_a_gap(seconds: set[int], step_s: float) -> None:
    times = [at_s(second) for second in sorted(seconds)]
    chosen = times_at_step(times, step_s)
    assert chosen[0] == times[0]
    assert chosen[-1] == times[-1]
    for before, after in pairwise(chosen):
        between = [at for at in times if before < at < after]
        assert after - before <= timedelta(seconds=step_s) or not between


@given(st.lists(st.integers(0, 899), max_size=20), st.integers(20, 120))
def test_close_looks_never_leave_the_window_nor_a_wide_gap(looked: list[int], gap_s: int) -> None:
    added = gap_fillers(SPAN, [at_s(second) for second in looked], gap_s, Digest.of(b"law"))
    marks = sorted([SPAN.start, SPAN.end, *added, *(at_s(second) for second in looked)])
    assert all(at in SPAN for at in added)
    assert max(b - a for a, b in pairwise(marks)) <= timedelta(seconds=gap_s * 1.17)


@given(st.integers(0, 2**32 - 1), st.integers(0, 30))
@settings(max_examples=30)
def test_merged_boxes_are_a_part_of_all_and_merge_to_themselves(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    corner, size = rng.uniform(0, 100, (count, 2)), rng.uniform(1, 40, (count, 2))
    rows = np.hstack([corner, corner + size, rng.uniform(0, 1, (count, 1)), np.zeros((count, 1))]).astype(np.float32)
    kept = merge(rows, 0.4)
    assert {tuple(row) for row in kept.tolist()} <= {tuple(row) for row in rows.tolist()}
    assert merge(kept, 0.4).tolist() == kept.tolist()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_any_two_pictures_have_a_change_between_nothing_and_everything(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, two = (rng.integers(0, int(rng.integers(1, 257)), (54, 96), dtype=np.uint8) for _ in range(2))
    assert 0 <= change(one, two).share <= 1
    assert change(one, one).share == 0
