from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.recordings.timeline import (
    LATE,
    ROGUE_PACKETS,
    SECOND,
    break_after_us,
    frame_us,
    stretches,
    to_us,
    trusted_packets,
    unwrap,
)

BREAK, FRAME = SECOND, 40_000
TIMES = st.lists(st.integers(0, 600 * SECOND), min_size=1, max_size=80)


def cover(times: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return stretches(np.array(times, dtype=np.int64), BREAK, FRAME)


@given(TIMES, st.randoms())
def test_the_order_of_packets_is_irrelevant(times: list[int], random: object) -> None:
    mixed = list(times)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert cover(mixed) == cover(times)


@given(TIMES, TIMES)
def test_more_packets_never_shorten_what_is_covered(times: list[int], more: list[int]) -> None:
    wider = cover(times + more)
    assert all(any(a <= start and end <= b for a, b in wider) for start, end in cover(times))


@given(TIMES, st.integers(0, 80))
def test_splitting_a_file_changes_nothing(times: list[int], at: int) -> None:
    times = sorted(times)
    pieces = cover(times[:at]) + cover(times[at:])
    joined: list[list[int]] = []
    for start, end in sorted(pieces):
        if joined and start - (joined[-1][1] - FRAME) <= BREAK:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    assert tuple((a, b) for a, b in joined) == cover(times)


@given(TIMES)
def test_every_packet_is_covered_and_silence_is_not(times: list[int]) -> None:
    parts = cover(times)
    assert all(any(a <= time < b for a, b in parts) for time in times)
    assert all(later[0] - (earlier[1] - FRAME) > BREAK for earlier, later in pairwise(parts))


@given(st.integers(0, (1 << 33) - 1), st.lists(st.integers(1, 90_000), max_size=50))
def test_a_33_bit_clock_that_wraps_runs_on(first: int, steps: list[int]) -> None:
    true = np.cumsum([first, *steps]).astype(np.int64)
    assert np.array_equal(unwrap(true % (1 << 33)), true)


@given(st.integers(-(10**9), 10**12), st.sampled_from([(1, 90_000), (1, 12_800), (1, 1000), (1001, 30_000), (1, 25)]))
def test_ticks_become_the_microsecond_they_fall_into(ticks: int, base: tuple[int, int]) -> None:
    got = int(to_us(np.array([ticks], dtype=np.int64), Fraction(*base))[0])
    exact = ticks * Fraction(*base) * SECOND
    assert 0 <= exact - got < 1


@given(st.integers(30, 200), st.integers(20_000, 2 * SECOND))
def test_a_steady_clock_is_one_stretch_and_no_frame_stands_for_more_than_a_second(count: int, step: int) -> None:
    times = np.arange(count, dtype=np.int64) * step
    assert stretches(times, break_after_us(frame_us(times)), frame_us(times)) == (
        (0, (count - 1) * step + min(step, SECOND)),
    )


@given(st.integers(20, 100), st.integers(20, 100), st.integers(4, 1000))
def test_what_follows_a_restarted_clock_is_left_out_and_counted(before: int, after: int, back_s: int) -> None:
    one = np.arange(before, dtype=np.int64) * 200_000 + back_s * SECOND
    other = np.arange(after, dtype=np.int64) * 200_000 + one[-1] - back_s * SECOND
    keep, resets = trusted_packets(np.concatenate((one, other)))
    assert keep.tolist() == [True] * before + [False] * after
    assert resets == 1


@given(st.integers(10, 100), st.data(), st.sampled_from([-(10**10), -4 * SECOND, 10**10, 10**12]))
def test_one_wild_time_costs_a_handful_of_packets_at_most(count: int, data: st.DataObject, wild: int) -> None:
    times = np.arange(count, dtype=np.int64) * 40_000 + 10**9
    at = data.draw(st.integers(0, count - 2))
    times[at] += wild
    keep, resets = trusted_packets(times)
    assert not resets
    assert keep.sum() >= count - ROGUE_PACKETS


@given(st.lists(st.integers(0, 3 * LATE), max_size=60))
def test_any_order_of_times_is_judged_without_a_fault(times: list[int]) -> None:
    keep, resets = trusted_packets(np.array(times, dtype=np.int64))
    assert len(keep) == len(times)
    assert resets >= 0


def test_one_picture_in_ten_seconds_is_no_continuous_recording() -> None:
    times = np.arange(60, dtype=np.int64) * 10 * SECOND
    parts = stretches(times, break_after_us(frame_us(times)), frame_us(times))
    assert parts == tuple((int(at), int(at) + SECOND) for at in times)


def test_a_device_that_sets_its_own_clock_back_keeps_every_time_of_day() -> None:
    one = np.arange(100, dtype=np.int64) * 200_000 + 10**15
    keep, resets = trusted_packets(np.concatenate((one, one - 3600 * SECOND)), absolute=True)
    assert keep.all()
    assert resets == 1
