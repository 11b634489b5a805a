"""A day of a province drawn and played through: when classes ask, how long looks take, who waits how long for a place.

The order is that of the jobs table (rank, then when it was due), the priority that of the cluster; looks take times that
`benchmarks/RESULTS.md` has for one class hour. Nothing of a machine is in it: the queue alone, exactly.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass

HOURS_A_CLASS, ASKED_SHARE = 6, 0.1
DAY_S = 86_400
# CPU seconds of one class hour of 1080p, both codecs, proven and undecided (benchmarks/RESULTS.md, verify).
MEASURED_S = (3.10, 3.21, 3.5, 4.0, 4.5, 4.95, 5.3, 4.76, 5.96, 4.86, 6.91)


@dataclass(frozen=True, slots=True)
class DayJob:
    """One class's verification: when it is due, whether somebody waits for it, and how long each look takes."""

    due_s: float
    rank: int
    looks_s: tuple[float, ...]


def drawn_day(hours: int, seed: int) -> list[DayJob]:
    """Nine in ten classes ask by themselves when their half of the day is over, one in ten by its clerk at any working hour."""
    dice = random.Random(seed)
    jobs = []
    for _ in range(hours // HOURS_A_CLASS):
        asked = dice.random() < ASKED_SHARE
        over_s = dice.choice([12, 17.5]) * 3600
        due_s = dice.uniform(8, 20) * 3600 if asked else over_s + dice.triangular(0, 5400, 900)
        jobs.append(DayJob(due_s, 0 if asked else 1, tuple(dice.choice(MEASURED_S) for _ in range(HOURS_A_CLASS))))
    return sorted(jobs, key=lambda job: job.due_s)


@dataclass(frozen=True, slots=True)
class DayDelays:
    """Seconds from due to the first look, and from due to the last one's end, by rank; and when all was done."""

    first: dict[int, list[float]]
    whole: dict[int, list[float]]
    ended_s: float


def played(jobs: Sequence[DayJob], slots: int, holders: int) -> DayDelays:
    """Each look on one place; at most so many classes at once, each held by one process that gathers its looks."""
    arrivals = [(job.due_s, job.rank, number) for number, job in enumerate(jobs)]
    heapq.heapify(arrivals)
    queued: list[tuple[int, float, int]] = []
    looks: list[tuple[int, float, int, float]] = []
    ends: list[tuple[float, int]] = []
    left = [len(job.looks_s) for job in jobs]
    begun: set[int] = set()
    held, at = 0, 0.0
    first: dict[int, list[float]] = {0: [], 1: []}
    whole: dict[int, list[float]] = {0: [], 1: []}
    while arrivals or queued or looks or ends:
        while arrivals and arrivals[0][0] <= at:
            due_s, rank, number = heapq.heappop(arrivals)
            heapq.heappush(queued, (rank, due_s, number))
        while queued and held < holders:
            rank, due_s, number = heapq.heappop(queued)
            held += 1
            for look_s in jobs[number].looks_s:
                heapq.heappush(looks, (rank, due_s, number, look_s))
        while looks and len(ends) < slots:
            rank, due_s, number, look_s = heapq.heappop(looks)
            if number not in begun:
                begun.add(number)
                first[rank].append(at - due_s)
            heapq.heappush(ends, (at + look_s, number))
        at = min(one[0] for one in (*ends[:1], *arrivals[:1]))
        while ends and ends[0][0] <= at:
            _, number = heapq.heappop(ends)
            left[number] -= 1
            if not left[number]:
                held -= 1
                whole[jobs[number].rank].append(at - jobs[number].due_s)
    return DayDelays(first, whole, at)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)] if values else 0.0
