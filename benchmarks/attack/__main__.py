"""A bounded campaign against everything that takes something in, and a table of what was tried.

    python -m benchmarks.attack [--share 0.1] [--seed 1] [--only media,tables] [--minutes 20]

Ends with 1 where an input was believed, stopped a process, was answered with a 500, or had no turn in the time given;
each of these is printed with its number, which together with the seed makes the same input again.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.attack.hostile_requests import HostileRequests
from benchmarks.attack.lanes import Fate, Lane, Tally, run_lane
from benchmarks.attack.media import Media
from benchmarks.attack.packages import Packages
from benchmarks.attack.requests import DocumentedRequests
from benchmarks.attack.served import Target, attacked, onlooker, peak_mb, summary
from benchmarks.attack.tables import Tables
from runtime.verification.command import processors

MEDIA, TABLES, PACKAGES, DOCUMENTED, HOSTILE = 20_000, 5_000, 1_000, 14_000, 6_000
MEDIAN_LIMIT_MS = 100
_TOLD_EACH_S = 30
_HEAD = "| inputs | tried | seconds | worst memory, MB | refused | survived | believed wrongly | stops | 500s |\n|---|---|---|---|---|---|---|---|---|"


def lanes(target: Target, share: float, seed: int) -> list[Lane]:
    """Every kind, with as many inputs as the share asks for."""

    def some(whole: int) -> int:
        return max(round(whole * share), 1)

    return [
        Media(some(MEDIA)),
        Tables(some(TABLES)),
        Packages(some(PACKAGES)),
        DocumentedRequests(some(DOCUMENTED), target, seed),
        HostileRequests(some(HOSTILE), target),
    ]


def main() -> int:
    """Attack, count, print."""
    wanted = argparse.ArgumentParser(description="a bounded campaign of hostile inputs")
    wanted.add_argument("--share", type=float, default=1.0)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--only", default="")
    wanted.add_argument("--minutes", type=float, default=20.0)
    chosen = wanted.parse_args()
    until = time.monotonic() + chosen.minutes * 60
    with tempfile.TemporaryDirectory(prefix="xueshi-attack-") as name:
        root = Path(name)
        with (
            attacked(root / "service") as (target, process),
            held_by(process.pid) as held,
            onlooker(target) as spent_ms,
        ):
            wished = [one for one in lanes(target, chosen.share, chosen.seed) if asked_for(one, chosen.only)]
            tallies = [run_lane(one, chosen.seed, root, until, processors(), teller()) for one in wished]
            alive = process.poll() is None
        table(tallies, spent_ms, max(held, default=0))
        return verdict(tallies, spent_ms, alive=alive, whole=chosen.share >= 1)


def asked_for(lane: Lane, only: str) -> bool:
    return not only or any(word in lane.name for word in only.split(","))


def table(tallies: list[Tally], spent_ms: list[float], service_mb: int) -> None:
    """What was tried, and what harm was done."""
    sys.stderr.write("\n")
    print(_HEAD)
    for one in tallies:
        counts = [one.fates[kind] for kind in (Fate.REFUSED, Fate.SURVIVED, Fate.WRONG, Fate.STOPPED, Fate.DEFECT)]
        tried = f"{one.done:,}" if one.done == one.wanted else f"{one.done:,} of {one.wanted:,}"
        print(f"| {one.name} | {tried} | {one.seconds:.0f} | {one.worst_mb} | {' | '.join(f'{n:,}' for n in counts)} |")
    print(f"\n{summary(spent_ms)}; the service held at most {service_mb} MB")
    for one in tallies:
        for line in one.lines():
            print(f"{one.name}: {line}")


def verdict(tallies: list[Tally], spent_ms: list[float], *, alive: bool, whole: bool) -> int:
    """The exit code; how quick the answers were counts in the whole campaign only, which nobody runs on a busy machine."""
    if not alive:
        print("the service died")
    if late := median(spent_ms) > MEDIAN_LIMIT_MS:
        print(f"the aim of {MEDIAN_LIMIT_MS} ms at the median was missed")
    return 0 if alive and all(one.sound for one in tallies) and not (whole and late) else 1


def teller() -> Callable[[Tally], None]:
    """How far it is: one line that changes where somebody looks, else a line each half minute."""
    looked_at, told_s = sys.stderr.isatty(), [0.0]

    def tell(one: Tally) -> None:
        line = f"{one.name}: {one.done:,} of {one.wanted:,}, {one.seconds:.0f} s"
        if looked_at:
            print(f"\r{line}   ", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - told_s[0] >= _TOLD_EACH_S:
            told_s[0] = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    return tell


@contextmanager
def held_by(pid: int) -> Iterator[list[int]]:
    """What a process and its children hold, looked at each second."""
    held, over = [peak_mb(pid)], threading.Event()

    def look() -> None:
        while not over.wait(1):
            held.append(peak_mb(pid))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
