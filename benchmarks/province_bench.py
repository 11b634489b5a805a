"""A day of a province, 60,000 class hours: how long classes wait, and what scheduler and database sustain.

    python -m benchmarks.province_bench [--parts queue,scheduler,database,engine] [--workers 8,16,32,64]

`queue` plays the whole day in virtual time. `scheduler` is some minutes of its noon in real time: the
jobs table of a real PostgreSQL, a real scheduler by TLS, and so many simulated workers. `database` is the real PostgreSQL with the service's own jobs table, verdicts and
log. `engine` is what a look of three seconds costs beyond itself, and what a second worker brings.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.province_database import measured_database, processors_s
from benchmarks.province_day import HOURS_A_CLASS, drawn_day, percentile, played
from benchmarks.province_noon import noon
from facts.counting import counted
from runtime.cluster.crew import ClusterCrew
from tests.fixtures.cluster import RealCluster, cluster
from tests.fixtures.cluster_work import expressions
from tests.fixtures.postgres import postgres, programs

HOURS, SEED = 60_000, 1
LOOK_S, LOOKS = 3.0, 16


def main() -> int:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description="a day of a province")
    wanted.add_argument("--parts", default="queue,scheduler,database,engine")
    wanted.add_argument("--workers", default="8,16,32,64", help="how many places")
    wanted.add_argument("--places", type=int, default=1, help="scheduler: how many of them one worker has")
    wanted.add_argument(
        "--minutes", type=float, default=0, help="scheduler: of the noon; by itself a minute for 16 places"
    )
    chosen = wanted.parse_args()
    parts, sizes = chosen.parts.split(","), [int(one) for one in chosen.workers.split(",")]
    if "queue" in parts:
        queue(sizes)
    if "scheduler" in parts:
        for size in sizes:
            scheduler(size // chosen.places, chosen.places, chosen.minutes or min(size / 16, 4))
    if "database" in parts:
        with postgres(_found(), durable=True) as server, tempfile.TemporaryDirectory() as home:
            measured_database(server.new_database(), Path(home), server.process_id)
    if "engine" in parts:
        engine()
    return 0


def _found() -> Path:
    found = programs()
    if found is None:
        sys.exit("needs PostgreSQL: tests/fixtures/install_postgres.sh")
    return found


def queue(sizes: list[int]) -> None:
    """The day in virtual time, at most a class for every three places at once."""
    jobs = drawn_day(HOURS, SEED)
    work_s = sum(sum(job.looks_s) for job in jobs)
    print(f"day: {len(jobs):,} classes, {len(jobs) * HOURS_A_CLASS:,} looks, {work_s / 3600:.1f} core-hours")
    for size in sizes:
        told = played(jobs, size, max(size // 3, 2))
        for rank, name in ((0, "asked"), (1, "by itself")):
            first, whole = told.first[rank], told.whole[rank]
            print(
                f"{counted(size, 'place')}, {name}: first look after p50 {percentile(first, 0.5):.1f} s, p99 {percentile(first, 0.99):,.0f} s;"
                f" done after p50 {percentile(whole, 0.5):,.0f} s, p99 {percentile(whole, 0.99):,.0f} s"
            )
        print(f"{counted(size, 'place')}: the day is done at {told.ended_s / 3600:.1f} h", flush=True)


def scheduler(workers: int, places: int, minutes: float) -> None:
    """Minutes of the noon against a real scheduler and a real database, with so many workers that sleep."""
    with (
        postgres(_found(), durable=True, buffers_mb=128) as server,
        tempfile.TemporaryDirectory() as folder,
        cluster(Path(folder), workers=0) as made,
    ):
        noon(made, server.new_database(), server.process_id, (workers, places), minutes)


def _cpu_of(made: RealCluster) -> float:
    return processors_s([made.scheduler.pid]) if made.scheduler else 0.0


def engine() -> None:
    """The crew itself with looks of three seconds that sleep: wall time beyond them, and CPU of asker and scheduler."""
    took: dict[int, float] = {}
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder, cluster(Path(folder), workers=workers) as made:
            work = replace(expressions())
            crew: Callable[[], ClusterCrew[str, object]] = lambda: ClusterCrew(made.address, work, Path())  # noqa: B023, E731 - called at once
            list(crew().run([str(number) for number in range(workers * 2)]))  # children are begun, as for any class
            before, own = _cpu_of(made), _own_cpu()
            began = time.monotonic()
            list(crew().run([f"__import__('time').sleep({LOOK_S}) or {number}" for number in range(LOOKS)]))
            took[workers] = time.monotonic() - began
            cpu_s = (_cpu_of(made) - before + _own_cpu() - own) / LOOKS
        least = LOOKS * LOOK_S / workers
        print(
            f"{counted(workers, 'worker')}: {LOOKS} looks of {LOOK_S:.0f} s in {took[workers]:.2f} s, {took[workers] / least - 1:.1%} over;"
            f" scheduler and asker {1000 * cpu_s:.1f} CPU ms a look, {cpu_s / LOOK_S:.2%}",
            flush=True,
        )
    print(f"two workers are {took[1] / took[2]:.2f} times one (aim 1.85)")


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
