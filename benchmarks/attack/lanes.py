"""Inputs attacked in child processes that are watched: an input that kills or holds its child costs that input alone."""

import os
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Protocol

CPU_LIMIT_S = 40.0  # of one input; a busy machine takes no more of these, only longer
WALL_LIMIT_S = 240.0
MEMORY_LIMIT = 3 << 30  # of data, beside what the libraries map
_LOOK_S = 1.0
_MOST_TOLD = 8


class Fate(StrEnum):
    """What became of one input."""

    REFUSED = "refused"  # named as a fault, in words
    SURVIVED = "survived"  # read and judged, or answered
    WRONG = "wrong"  # believed although it was damaged, altered or not allowed
    DEFECT = "defect"  # answered with a 500
    STOPPED = "stopped"  # an exception nobody named, a death, or no end


Told = tuple[Fate, str]
Attack = Callable[[int, random.Random], Told]


class Lane(Protocol):
    """Inputs of one kind, each made from its number and a seed of its own."""

    @property
    def name(self) -> str:
        """What is tried, in the table's words."""

    @property
    def inputs(self) -> int:
        """How many."""

    def begin(self, folder: Path) -> Attack:
        """In the child: what is attacked, ready, with a folder of its own."""


@dataclass
class Tally:
    """How the inputs of a lane ended."""

    name: str
    wanted: int
    fates: Counter[Fate] = field(default_factory=Counter)
    seconds: float = 0.0
    worst_mb: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.fates.total()

    @property
    def sound(self) -> bool:
        """Whether every input came to its turn and none did harm."""
        return self.done == self.wanted and not any(self.fates[bad] for bad in (Fate.WRONG, Fate.DEFECT, Fate.STOPPED))

    def count(self, number: int, told: Told) -> None:
        fate, words = told
        self.fates[fate] += 1
        if fate in {Fate.WRONG, Fate.DEFECT, Fate.STOPPED}:
            self.told.append(f"{fate} no. {number}: {words}")

    def lines(self) -> Iterator[str]:
        """The harm done, the first of it in words."""
        yield from self.told[:_MOST_TOLD]
        if len(self.told) > _MOST_TOLD:
            yield f"... and {len(self.told) - _MOST_TOLD} more"


def seeded(seed: int, lane: str, number: int) -> random.Random:
    """The same input for the same seed, whichever child makes it."""
    return random.Random(f"{seed} {lane} {number}")


class _Child:
    """One process over a stretch of numbers."""

    def __init__(self, lane: Lane, seed: int, numbers: range, folder: Path) -> None:
        self.lane, self.seed, self.numbers, self.folder = lane, seed, numbers, folder
        self.next = numbers.start
        self.start()

    def start(self) -> None:
        context = get_context("spawn")
        self.ears, mouth = context.Pipe(duplex=False)
        left = range(self.next, self.numbers.stop)
        self.process: SpawnProcess = context.Process(
            target=_attack, args=(self.lane, self.seed, left, self.folder, mouth)
        )
        self.process.start()
        mouth.close()
        self.since, self.spent_s = time.monotonic(), 0.0
        self.ready = False

    @property
    def over(self) -> bool:
        return self.next >= self.numbers.stop

    def hear(self, tally: Tally) -> None:
        """Takes what it says; a child that fell silent is replaced behind the input that silenced it."""
        try:
            while self.ears.poll():
                self._take(self.ears.recv(), tally)
        except (EOFError, OSError):
            self.process.join()
            if not self.over:
                self._lost(tally, f"the process died ({self.process.exitcode})")

    def _take(self, said: tuple[int, Told, int] | None, tally: Tally) -> None:
        self.since, self.spent_s = time.monotonic(), _cpu_s(self.process.pid)
        self.ready = True
        if said:
            number, told, worst_mb = said
            tally.count(number, told)
            tally.worst_mb = max(tally.worst_mb, worst_mb)
            self.next = number + 1

    def look(self, tally: Tally) -> None:
        """Ends a child whose input has no end."""
        if self.over or not self.process.is_alive():
            return
        cpu_s = _cpu_s(self.process.pid) - self.spent_s
        if self.ready and (cpu_s > CPU_LIMIT_S or time.monotonic() - self.since > WALL_LIMIT_S):
            tally.worst_mb = max(tally.worst_mb, _peak_mb(self.process.pid))
            self.end()
            self._lost(tally, f"no end after {cpu_s:.0f} CPU seconds")

    def _lost(self, tally: Tally, words: str) -> None:
        if not self.ready:
            raise RuntimeError(f"{self.lane.name}: a child could not begin; its error stands above")
        tally.count(self.next, (Fate.STOPPED, words))
        self.next += 1
        self.ears.close()
        if not self.over:
            self.start()

    def end(self) -> None:
        if self.process.pid and self.process.is_alive():
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()


def run_lane(
    lane: Lane, seed: int, folder: Path, deadline: float, children: int, say: Callable[[Tally], None]
) -> Tally:
    """All inputs of the lane, or as many as there is time for."""
    tally, began = Tally(lane.name, lane.inputs), time.monotonic()
    cuts = [lane.inputs * part // children for part in range(children + 1)]
    crew = [_Child(lane, seed, range(low, high), folder) for low, high in pairwise(cuts) if high > low]
    try:
        while not all(one.over for one in crew) and time.monotonic() < deadline:
            wait([one.ears for one in crew if not one.over], _LOOK_S)
            for one in crew:
                if not one.over:
                    one.hear(tally)
                    one.look(tally)
            tally.seconds = time.monotonic() - began
            say(tally)
    finally:
        for one in crew:
            one.end()
    return tally


def _attack(lane: Lane, seed: int, numbers: range, folder: Path, mouth: Connection) -> None:
    """The child: nothing of it outlives its numbers."""
    own = folder / f"{lane.name}-{numbers.start}-{os.getpid()}"
    own.mkdir()
    attack = lane.begin(own)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    mouth.send(None)
    for number in numbers:
        try:
            told = attack(number, seeded(seed, lane.name, number))
        except Exception as error:  # noqa: BLE001 - whatever nobody named is what is looked for
            told = Fate.STOPPED, f"{type(error).__name__}: {error}"[:300]
        mouth.send((number, told, _peak_mb(os.getpid())))


def _cpu_s(pid: int | None) -> float:
    """What the process has used so far."""
    with suppress(OSError):
        spent = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[11:13]
        return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _peak_mb(pid: int | None) -> int:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) >> 10
    return 0
