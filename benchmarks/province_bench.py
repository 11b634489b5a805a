"""A day of a province, 60,000 class hours: how long classes wait, and what scheduler and database sustain.

    python -m benchmarks.province_bench [--parts queue,scheduler,database,engine] [--workers 8,16,32,64]

`queue` plays the whole day in virtual time. `scheduler` sends looks that sleep a tenth of their time to a real scheduler
with so many simulated workers, by TLS. `database` is the real PostgreSQL with the service's own jobs table, verdicts and
log. `engine` is what a look of three seconds costs beyond itself, and what a second worker brings.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.province_database import measured_database
from benchmarks.province_day import HOURS_A_CLASS, drawn_day, percentile, played
from facts.counting import counted
from runtime.cluster.connection import CONNECTIONS
from runtime.cluster.crew import ClusterCrew
from tests.fixtures.cluster import RealCluster, cluster
from tests.fixtures.cluster_work import expressions
from tests.fixtures.postgres import postgres, programs

HOURS, SEED = 60_000, 1
FASTER, SENT = 10.0, 40  # looks sleep a tenth; classes sent for each worker place
LOOK_S, LOOKS = 3.0, 16


def main() -> int:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description="a day of a province")
    wanted.add_argument("--parts", default="queue,scheduler,database,engine")
    wanted.add_argument("--workers", default="8,16,32,64")
    chosen = wanted.parse_args()
    parts, sizes = chosen.parts.split(","), [int(one) for one in chosen.workers.split(",")]
    if "queue" in parts:
        queue(sizes)
    if "scheduler" in parts:
        for size in sizes:
            scheduler(size)
    if "database" in parts:
        found = programs()
        if found is None:
            sys.exit("needs PostgreSQL: tests/fixtures/install_postgres.sh")
        with postgres(found, durable=True) as server, tempfile.TemporaryDirectory() as home:
            measured_database(server.new_database(), Path(home), server.process_id)
    if "engine" in parts:
        engine()
    return 0


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


@contextmanager
def simulated(folder: Path, count: int) -> Iterator[RealCluster]:
    """A real scheduler, and so many workers that only sleep."""
    with cluster(folder, workers=0) as made:
        line = [sys.executable, "-m", "benchmarks.province_workers", str(made.port), str(folder / "worker"), str(count)]
        process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if process.stdout is None or not process.stdout.readline():
            sys.exit("the simulated workers did not begin")
        try:
            yield made
        finally:
            process.kill()
            process.wait()


def scheduler(size: int) -> None:
    """Looks that sleep, sent as classes are: six at once, as many classes at once as hold the places busy."""
    jobs = drawn_day(SENT * size * HOURS_A_CLASS // 10, SEED)
    with tempfile.TemporaryDirectory() as folder, simulated(Path(folder), size) as made:
        client = CONNECTIONS.client(made.address)
        late: list[float] = []
        lock = threading.Lock()

        def one(looks_s: tuple[float, ...]) -> None:
            began = time.monotonic()
            futures = [client.submit(time.sleep, look_s / FASTER, pure=False) for look_s in looks_s]
            client.gather(futures)
            with lock:
                late.append(time.monotonic() - began - max(looks_s) / FASTER)

        began = time.monotonic()
        with ThreadPoolExecutor(max(size // 3, 2)) as holders:
            list(holders.map(one, [job.looks_s for job in jobs]))
        took_s = time.monotonic() - began
        cpu_s = _cpu_of(made)
    looks, work_s = len(jobs) * HOURS_A_CLASS, sum(sum(job.looks_s) for job in jobs) / FASTER
    print(
        f"{counted(size, 'worker')}: {looks:,} looks in {took_s:.1f} s, {looks / took_s:.0f} a second (real time needs {size / (work_s * FASTER / looks):.1f});"
        f" places busy {work_s / took_s / size:.0%}; scheduler {1000 * cpu_s / looks:.2f} CPU ms a look;"
        f" a class later than its longest look by p50 {percentile(late, 0.5):.2f} s, p99 {percentile(late, 0.99):.2f} s",
        flush=True,
    )


def _cpu_of(made: RealCluster) -> float:
    if made.scheduler is None:
        return 0.0
    fields = Path(f"/proc/{made.scheduler.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


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
