"""Leave one room out: constants chosen on the hours of all other rooms, judged on the hours of the room left out.

python -m benchmarks.left_out OUT [--memory DIR] [--rows DIR] [--only jan,stj3] [--workers 2]

OUT is the folder that ``benchmarks.accuracy --out OUT`` filled. Every hour, honest or twin, is looked at once as
shipped; then only the counting is repeated, at the same looks, with one constant of ``GRID`` changed at a time. For
each room the other rooms choose every constant: the value with which fewest of their twins and then most of their
honest hours pass, of equal ones the strictest, whatever is shipped. All chosen ones together judge the room left out. --memory keeps what the networks
found in a frame, --rows what each hour said, so that a run that was stopped goes on; empty --rows after a change of code.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.accuracy import MOVING, interval
from benchmarks.recounted import recounted_room, shipped
from facts.counting import counted
from facts.digest import Digest

# The constants that were set on real rooms (vision/calibration.py), each with values from the loosest to the strictest.
GRID: Mapping[str, tuple[float, ...]] = {
    "SAME_HEAD": (0.6, 0.75, 0.85),
    "FIST_SIZE": (0.0, 0.5),
    "BODY_ALONE": (0.3, 0.5),
    "LIVE_PX": (0.3, 0.5, 0.7),
    "LIVE_STEPS": (0.15, 0.25, 0.35),
    "FOUND_SHARE": (0.2, 0.3, 0.4),
    "BESIDE_SHARE": (0.4, 0.55, 0.7),
    "HIGH_OUT": (9.0, 1.4),
}
Constants = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many honest hours and how many twins there are, and how many of each pass."""

    honest: int = 0
    honest_passed: int = 0
    twins: int = 0
    twins_passed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.honest + other.honest,
            self.honest_passed + other.honest_passed,
            self.twins + other.twins,
            self.twins_passed + other.twins_passed,
        )

    @property
    def worth(self) -> tuple[int, int]:
        """The smaller the better: a twin that passes weighs more than any number of honest hours."""
        return self.twins_passed, -self.honest_passed


Table = Mapping[str, Mapping[Constants, Tally]]


def main() -> None:
    """Tries every value in every room, then what the others chose in each, and prints both tables."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("out", type=Path)
    ask.add_argument("--memory", type=Path)
    ask.add_argument("--rows", type=Path)
    ask.add_argument("--only", default="")
    ask.add_argument("--workers", type=int, default=1)
    told = ask.parse_args()
    keys = [path.name.removesuffix(".truth.json") for path in sorted(told.out.glob("*.truth.json"))]
    keys = [key for key in keys if key not in MOVING and (not told.only or key in told.only.split(","))]
    if len(keys) < 2:  # noqa: PLR2004 - one to leave out, one to choose
        raise SystemExit(
            f"{told.out}: got {counted(len(keys), 'room')}, expected two or more, from benchmarks.accuracy --out"
        )
    with tempfile.TemporaryDirectory() as folder:
        work = Work(told.out, told.memory or Path(folder), told.rows or Path(folder) / "rows", told.workers)
        singles = work.every_room(dict.fromkeys(keys, single_values()))
        left = work.every_room({key: [chosen(singles, key)] for key in keys})
    sys.stdout.write("\n".join([*by_value(singles), "", *by_room(left)]) + "\n")


def single_values() -> list[Constants]:
    """As shipped, and each value of each constant with all others as shipped."""
    changed = [((name, value),) for name, values in GRID.items() for value in values if value != shipped(name)]
    return [(), *changed]


@dataclass(frozen=True, slots=True)
class Work:
    """Where the hours lie, and where what was found and said is kept."""

    out: Path
    memory: Path
    rows: Path
    workers: int

    def every_room(self, asked: Mapping[str, Sequence[Constants]]) -> Table:
        """What each room says of the constants that it is asked about."""
        with ProcessPoolExecutor(self.workers, get_context("spawn")) as pool:
            return dict(zip(asked, pool.map(self.one_room, asked.keys(), asked.values()), strict=True))

    def one_room(self, key: str, asked: Sequence[Constants]) -> Mapping[Constants, Tally]:
        """The hours of one room, counted with each of these constants."""
        truth = json.loads((self.out / f"{key}.truth.json").read_text("utf-8"))
        name = Digest.of(json.dumps([key, asked]).encode()).sha256[:16]
        self.rows.mkdir(parents=True, exist_ok=True)
        said = self.rows / f"{key}-{name}.jsonl"
        lines = said.read_text("utf-8").splitlines() if said.exists() else []
        rows = [(day, [bool(one) for one in passed]) for day, passed in map(json.loads, lines)]
        with said.open("a", encoding="utf-8") as file:
            for day, passed in recounted_room(self.out / key, self.memory, asked, {day for day, _ in rows}):
                file.write(json.dumps([day, passed]) + "\n")
                file.flush()
                rows.append((day, passed))
                sys.stderr.write(f"{key} {truth[day]['hour']}: passes {sum(passed)} of {counted(len(passed), 'way')}\n")
        tallies = dict.fromkeys(asked, Tally())
        for day, passed in rows:
            honest = truth[day]["want"] == "PASS"
            for constants, one in zip(asked, passed, strict=True):
                tallies[constants] += Tally(1, int(one), 0, 0) if honest else Tally(0, 0, 1, int(one))
        return tallies


def chosen(table: Table, key: str) -> Constants:
    """The value of each constant that all rooms but this one would choose."""
    others = [tallies for room, tallies in table.items() if room != key]

    def worth(name: str, value: float) -> tuple[int, int]:
        asked = () if value == shipped(name) else ((name, value),)
        return sum((tallies[asked] for tallies in others), start=Tally()).worth

    # The strictest stand last: of equals the last one wins.
    best = {name: min(reversed(values), key=partial(worth, name)) for name, values in GRID.items()}
    return tuple(best.items())


def by_value(table: Table) -> Iterator[str]:
    """One row a value, over all rooms."""
    yield "| constant, all others as shipped | honest hours that pass | twins that pass |"
    yield "|---|---|---|"
    for constants in next(iter(table.values())):
        tally = sum((tallies[constants] for tallies in table.values()), start=Tally())
        name = ", ".join(f"`{name}` {value:g}" for name, value in constants) or "as shipped"
        yield f"| {name} | {tally.honest_passed} of {tally.honest} | {tally.twins_passed} of {tally.twins} |"


def by_room(left: Table) -> Iterator[str]:
    """For each room what the others chose otherwise than is shipped, and what that makes of it; then the sum."""
    yield "| room left out | the others choose | honest | twins that pass |"
    yield "|---|---|---|---|"
    every = Tally()
    for key, tallies in left.items():
        ((constants, own),) = tallies.items()
        every += own
        other = ", ".join(f"`{name}` {value:g}" for name, value in constants if value != shipped(name))
        yield f"| {key} | {other or 'as shipped'} | {own.honest_passed} of {own.honest} | {own.twins_passed} of {own.twins} |"
    yield (
        f"| **all** | | **{every.honest_passed} of {every.honest}** ({interval(every.honest_passed, every.honest)})"
        f" | **{every.twins_passed} of {every.twins}** ({interval(every.twins_passed, every.twins)}) |"
    )


if __name__ == "__main__":
    main()
