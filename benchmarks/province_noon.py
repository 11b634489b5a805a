"""Minutes of a province's noon in real time: the real jobs table, crew and scheduler, and simulated workers that sleep.

Each holder is a process, as a job has one: it takes a class from the jobs table, sends its looks through a crew of its own
with a new line to the scheduler, tells how far it is, and keeps a report with its verdicts and leaves.
"""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.province_database import DAY_S, classes_of_a_day, keep_of_job, processors_s, queue_rows, server_s
from benchmarks.province_day import HOURS_A_CLASS, DayJob, drawn_day, percentile, played
from benchmarks.province_workers import sleeping
from facts.counting import counted
from runtime.cluster.address import ClusterAddress
from runtime.cluster.connection import CONNECTIONS, dask_library
from runtime.cluster.crew import ClusterCrew
from runtime.cluster.version import cluster_version
from runtime.platform.database import database_at
from storage.database import jobs
from storage.database.connection import reading, writing
from tests.fixtures.cluster import RealCluster

BUSIEST_S = 12 * 3600 + 900  # when most classes ask
HOURS, SEED = 60_000, 1
PLACES_A_HOLDER = 3
_REST_S, _TELL_S = 1.0, 2.0  # as a worker rests and tells
_TOGETHER = 16  # simulated places in one process
_READY_S = 60.0  # to queue the day's jobs, and for the holders to begin


@dataclass(frozen=True, slots=True)
class NoonClass:
    """How one class went: seconds from due to its first look and to its report, and by how much it outlasted its longest look."""

    rank: int
    first_s: float
    kept_s: float
    late_s: float


@dataclass(frozen=True, slots=True)
class NoonPlan:
    """What every holder is told: the cluster, the database, the classes by number, and when their minutes begin."""

    cluster: ClusterAddress
    database: str
    home: Path
    classes: Mapping[int, DayJob]
    began: float
    over: float


def noon(made: RealCluster, database: str, server: int, shape: tuple[int, int], minutes: float) -> None:
    """Print how long classes waited, beside the same classes in virtual time, and what each part used of the processors."""
    workers, places = shape
    slots, home = workers * places, made.folder / "home"
    holders = max(slots // PLACES_A_HOLDER, 2)
    dask_library()
    cluster_version()  # before there are holders, each of which would ask anew
    classes = dict(enumerate(_minutes(minutes), 1))
    home.mkdir(exist_ok=True)
    engine = database_at(home, database)
    classes_of_a_day(engine, len(classes))
    engine.dispose()
    with simulated(made, workers, places) as sleepers:
        began = time.time() + _READY_S
        plan = NoonPlan(made.address, database, home, classes, began, began + minutes * 60)
        with multiprocessing.get_context("fork").Pool(holders) as pool:
            asked = pool.map_async(_held, [plan] * holders, chunksize=1)
            _queued(plan)
            time.sleep(began - time.time())
            assert made.scheduler  # noqa: S101 - begun with the cluster
            parts = {"scheduler": [made.scheduler.pid], "sleepers": sleepers}
            before = {name: processors_s(ids) for name, ids in parts.items()} | {"server": server_s(server)}
            found = asked.get()
            after = {name: processors_s(ids) for name, ids in parts.items()} | {"server": server_s(server)}
            took_s = time.time() - began
    used = {name: after[name] - before[name] for name in after} | {"holders": sum(cpu_s for _, cpu_s in found)}
    print(
        f"{counted(workers, 'worker')} of {places}, {counted(holders, 'holder')}, {minutes:g} minutes of the noon: {len(classes):,} classes"
    )
    _delays([one for some, _ in found for one in some], plan, slots)
    looks = len(classes) * HOURS_A_CLASS
    spent = ", ".join(f"{name} {1000 * cpu_s / looks:.1f}" for name, cpu_s in used.items())
    busy = sum(sum(one.looks_s) for one in classes.values()) / took_s / slots
    print(
        f"  {looks:,} looks in {took_s:.0f} s, {looks / took_s:.1f} a second, places busy {busy:.0%}; CPU ms a look: {spent};"
        f" the scheduler {used['scheduler'] / took_s:.0%} of a core; load {os.getloadavg()[0]:.0f}",
        flush=True,
    )


def _minutes(minutes: float) -> list[DayJob]:
    """The classes that ask in so many minutes around the busiest moment, due from 0 on."""
    first_s = BUSIEST_S - minutes * 30
    return [
        DayJob(job.due_s - first_s, job.rank, job.looks_s)
        for job in drawn_day(HOURS, SEED)
        if first_s <= job.due_s < first_s + minutes * 60
    ]


@contextmanager
def simulated(made: RealCluster, workers: int, places: int) -> Iterator[list[int]]:
    """So many workers with so many places each, several to a process; their process ids."""
    begun: list[subprocess.Popen[bytes]] = []
    together = max(_TOGETHER // places, 1)
    try:
        for first in range(0, workers, together):
            line = [sys.executable, "-m", "benchmarks.province_workers", str(made.port), str(made.folder / "worker")]
            line += [str(min(together, workers - first)), str(places)]
            begun.append(subprocess.Popen(line, stdout=subprocess.PIPE))
            if (out := begun[-1].stdout) is None or not out.readline():
                sys.exit("the simulated workers did not begin")
        yield [one.pid for one in begun]
    finally:
        for one in begun:
            one.kill()
            one.wait()


def _queued(plan: NoonPlan) -> None:
    """The jobs of these minutes, and all others of the day beside them: what was before is done, what comes is due later."""
    engine, others = database_at(plan.home, plan.database), HOURS // HOURS_A_CLASS - len(plan.classes)
    own = [(number, plan.began + job.due_s, job.rank, "waiting") for number, job in plan.classes.items()]
    rest = [
        (number, plan.began + (DAY_S if number % 2 else -DAY_S), 1, "waiting" if number % 2 else "done")
        for number in range(len(own) + 1, len(own) + others + 1)
    ]
    queue_rows(engine, [(number, datetime.fromtimestamp(due, UTC), *more) for number, due, *more in own + rest])
    engine.dispose()
    if time.time() > plan.began:
        sys.exit(f"the day's jobs were not queued within {_READY_S:.0f} s")


def _held(plan: NoonPlan) -> tuple[list[NoonClass], float]:
    """One process of the service that takes class after class, until none is left of these minutes."""
    engine, name, done = database_at(plan.home, plan.database), f"holder {os.getpid()}", []
    time.sleep(max(plan.began - time.time(), 0))
    before = time.process_time()
    while True:
        job = _taken(engine, name)
        if job is not None:
            done.append(_looked(engine, plan, job))
        elif time.time() > plan.over:
            return done, time.process_time() - before
        else:
            time.sleep(_REST_S)


def _taken(engine: Engine, name: str) -> jobs.Job | None:
    with reading(engine, "looking for a job") as connection:
        if not jobs.due(connection, datetime.now(UTC)):
            return None
    with writing(engine, "taking a job") as connection:
        return jobs.lease(connection, name, datetime.now(UTC))


def _looked(engine: Engine, plan: NoonPlan, job: jobs.Job) -> NoonClass:
    """One class from the cluster to its report."""
    asked, sent = plan.classes[job.class_id], time.time()
    told, firsts = sent, list[float]()
    crew: ClusterCrew[tuple[int, float], float] = ClusterCrew(plan.cluster, sleeping(), Path(), urgency=-job.rank)
    for _, began in crew.run(list(enumerate(asked.looks_s))):
        firsts.append(began)
        if time.time() - told > _TELL_S:
            told = time.time()
            with writing(engine, "telling how far a verification is") as connection:
                jobs.tell_progress(connection, job, 100 * len(firsts) // HOURS_A_CLASS, 1)
    late_s = time.time() - sent - max(asked.looks_s)
    CONNECTIONS.close()  # with the process of a job its line to the scheduler ends
    keep_of_job(engine, job, datetime.now(UTC))
    due = plan.began + asked.due_s
    return NoonClass(job.rank, min(firsts) - due, time.time() - due, late_s)


def _delays(done: Sequence[NoonClass], plan: NoonPlan, slots: int) -> None:
    """Each class's wait, and what the queue alone makes of it."""
    alone = played(list(plan.classes.values()), slots, max(slots // PLACES_A_HOLDER, 2))
    assert len(done) == len(plan.classes), (len(done), len(plan.classes))  # noqa: S101 - each once, none lost
    for rank, name in ((0, "asked"), (1, "by itself")):
        own = [one for one in done if one.rank == rank]
        first, kept = [one.first_s for one in own], [one.kept_s for one in own]
        print(
            f"  {name}, {len(own)}: first look p50 {percentile(first, 0.5):.1f} s, p99 {percentile(first, 0.99):.1f} s (queue alone"
            f" {percentile(alone.first[rank], 0.5):.1f}, {percentile(alone.first[rank], 0.99):.1f});"
            f" kept p50 {percentile(kept, 0.5):.1f} s, p99 {percentile(kept, 0.99):.1f} s (queue alone"
            f" {percentile(alone.whole[rank], 0.5):.1f}, {percentile(alone.whole[rank], 0.99):.1f})"
        )
    late = [one.late_s for one in done]
    print(
        f"  a class later than its longest look by p50 {percentile(late, 0.5):.1f} s, p99 {percentile(late, 0.99):.1f} s"
    )
