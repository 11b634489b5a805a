"""Pure arithmetic on presentation times in whole microseconds: order, wrap, breaks. No file is touched here."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Micros = NDArray[np.int64]

SECOND = 1_000_000
LEAST_BREAK = SECOND
BREAK_FRAMES = 5
DEFAULT_FRAME = 40_000
LONGEST_FRAME = SECOND
LATE = 3 * SECOND
LEAP = 60 * SECOND
ROGUE_PACKETS = 5
ROGUE_ABSOLUTE = 32  # a damaged second of a Dahua recording spoils all of its frames
WRAP_BITS = 33


def to_us(ticks: NDArray[np.int64], time_base: Fraction) -> Micros:
    """Container ticks as microseconds, rounded down; exact wherever the time base allows it."""
    scale = time_base * SECOND
    whole, rest = np.divmod(ticks.astype(np.int64), scale.denominator)
    micros: Micros = whole * scale.numerator + rest * scale.numerator // scale.denominator
    return micros


def unwrap(ticks: NDArray[np.int64], bits: int = WRAP_BITS) -> NDArray[np.int64]:
    """MPEG clocks start anew every 26.5 hours: a fall by more than half the range is a wrap, not a reset."""
    half = 1 << (bits - 1)
    steps = np.diff(ticks, prepend=ticks[:1])
    turns = np.cumsum((steps < -half).astype(np.int64) - (steps > half).astype(np.int64))
    return ticks + (turns << bits)


def frame_us(times: Micros) -> int:
    """How long one frame is shown: the median distance, but no picture stands for more than a second of recording."""
    steps = np.diff(np.unique(times))
    return min(int(np.median(steps)), LONGEST_FRAME) if steps.size else DEFAULT_FRAME


def break_after_us(frame: int) -> int:
    """A longer silence than this ends a stretch: one second, or five frames (so at most five seconds) where slow."""
    return max(LEAST_BREAK, BREAK_FRAMES * frame)


def stretches(times: Micros, break_us: int, frame: int) -> tuple[tuple[int, int], ...]:
    """The parts in which packets follow each other, each to the end of its last frame; order is irrelevant."""
    if not times.size:
        return ()
    ordered = np.sort(times)
    ends = np.flatnonzero(np.diff(ordered) > break_us)
    first = ordered[np.concatenate(([0], ends + 1))]
    last = ordered[np.concatenate((ends, [ordered.size - 1]))]
    return tuple((int(a), int(b) + frame) for a, b in zip(first, last, strict=True))


def trusted_packets(times: Micros, *, absolute: bool = False) -> tuple[NDArray[np.bool_], int]:
    """Which packets, in the order of the file, belong to one running clock; and how often that clock was reset.

    A few packets with a wild time are dropped. Where the clock truly starts anew (files joined, a device restarted)
    everything after the first reset is left out, because nothing says at which time of day it was recorded; not so
    where each packet's time is ``absolute``, that is, itself a time of day.
    """
    few = ROGUE_ABSOLUTE if absolute else ROGUE_PACKETS
    keep = np.zeros(times.size, dtype=np.bool_)
    resets, clock_end = 0, None
    sections = _sections(times)
    for number, (start, stop) in enumerate(sections):
        following = int(times[sections[number + 1][0]]) if number + 1 < len(sections) else None
        if len(sections) > 1 and stop - start < few and _is_wild(int(times[start]), clock_end, following):
            continue
        if clock_end is not None and int(times[start]) < clock_end - LATE:
            resets += 1
        if absolute or not resets:
            keep[start:stop] = True
            clock_end = int(times[start:stop].max())
    return keep, resets


def _sections(times: Micros) -> list[tuple[int, int]]:
    """Parts of the file within which time neither falls back nor leaps."""
    steps = np.diff(times)
    leap = max(LATE, BREAK_FRAMES * int(np.median(np.abs(steps)))) if steps.size else LATE
    cuts = np.flatnonzero((steps < -LATE) | (steps > leap)) + 1
    edges = [0, *(int(cut) for cut in cuts), int(times.size)]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def _is_wild(here: int, before: int | None, after: int | None) -> bool:
    """A handful of packets out of line with what the file says before and after: a damaged time, not a hole."""
    if before is None:
        return after is None or not here <= after <= here + LEAP
    return here < before - LATE or (after is not None and after < here)
