"""The scheduler and the workers as processes that run until they are told to end."""

import asyncio
import signal
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from facts.errors import SetupError
from runtime.cluster.address import ClusterAddress
from runtime.cluster.connection import CONNECTIONS, dask_library, security_of, tried
from runtime.cluster.piece import MOST_OFF
from runtime.cluster.recording_shelf import RecordingShelf
from runtime.cluster.version import cluster_version
from runtime.cluster.worker import ClusterWorker, become
from runtime.platform.clock import now

_MOST_DEATHS = 20  # of workers under one task: a worker's end is the machine's, a recording ends a child at most
_SILENCE = "60s"  # after which a worker without a heartbeat is taken for dead
_LOOPBACK_DASHBOARD = "127.0.0.1:0"

Told = Callable[[str], None]
Own = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a scheduler says of itself to a worker that wants to join."""

    version: str
    at: datetime


def introduction() -> Introduction:
    """Asked of the scheduler, answered there."""
    return Introduction(cluster_version(), now())


def run_scheduler(cluster: ClusterAddress, told: Told) -> None:
    """Until the process is told to end."""
    distributed = dask_library()
    made = partial_scheduler(distributed, cluster)
    asyncio.run(_until_ended(made, lambda _: None, told))


def partial_scheduler(distributed: Any, cluster: ClusterAddress) -> Callable[[], Any]:  # noqa: ANN401 - Dask's own
    """The scheduler, made inside its own loop."""
    return lambda: distributed.Scheduler(
        host=cluster.host,
        port=cluster.port,
        protocol="tls",
        security=security_of(cluster),
        dashboard_address=_LOOPBACK_DASHBOARD,
        dashboard=False,
        allowed_failures=_MOST_DEATHS,
        worker_ttl=_SILENCE,
    )


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """What a worker has of its own: a home, a cache and, where recordings lie in shared blobs, copies of them."""

    home: Path
    cache: Path
    recordings: RecordingShelf | None = None


def run_worker(cluster: ClusterAddress, own: Own, place: WorkerPlace, slots: int, told: Told) -> None:
    """Until the process is told to end; refused at once where it could not be believed.

    ``own`` is its host and port within the cluster; without a host the address that reaches the scheduler, and 0 for any port.
    """
    introduced(cluster)
    distributed = dask_library()
    kept: list[ClusterWorker] = []

    def begun(worker: Any) -> None:  # noqa: ANN401 - Dask's own
        kept.append(ClusterWorker(place.home, place.cache, slots, worker.address, place.recordings))
        become(kept[0])

    with tempfile.TemporaryDirectory(prefix="xueshi-worker-") as scratch:
        try:
            made = _worker_of(distributed, cluster, own, scratch, slots)
            asyncio.run(_until_ended(made, begun, told))
        finally:
            for one in kept:
                one.children.close()


def _worker_of(distributed: Any, cluster: ClusterAddress, own: Own, scratch: str, slots: int) -> Callable[[], Any]:  # noqa: ANN401 - Dask's own
    return lambda: distributed.Worker(
        cluster.tls,
        host=own[0] or None,
        port=own[1],
        protocol="tls",
        security=security_of(cluster),
        nthreads=slots,
        local_directory=scratch,
        memory_limit=0,
        dashboard_address=_LOOPBACK_DASHBOARD,
        dashboard=False,
        death_timeout="60s",
    )


def introduced(cluster: ClusterAddress) -> None:
    """A worker of another version, or whose clock is off, does not join."""
    tried(cluster)
    before = now()
    other: Introduction = CONNECTIONS.client(cluster).run_on_scheduler(introduction)
    CONNECTIONS.close()
    refuse_stranger(cluster, other, cluster_version(), (before, now()))


def refuse_stranger(
    cluster: ClusterAddress, other: Introduction, version: str, asked: tuple[datetime, datetime]
) -> None:
    """What stands against this worker, said in a line."""
    if other.version != version:
        raise SetupError(f"{cluster}: got a scheduler of {other.version}, expected {version}; install the same on both")
    before, after = asked
    if not before - MOST_OFF <= other.at <= after + MOST_OFF:
        off = int(abs((other.at - before).total_seconds()))
        raise SetupError(
            f"{cluster}: got a clock that differs by {off} s from this machine's, expected at most"
            f" {int(MOST_OFF.total_seconds())}; set the one that is wrong right, then begin again"
        )


async def _until_ended(made: Callable[[], Any], begun: Callable[[Any], None], told: Told) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    async with made() as node:
        begun(node)
        told(node.address)
        await _either(over.wait(), node.finished())


async def _either(*ends: Awaitable[Any]) -> None:
    waits = [asyncio.ensure_future(one) for one in ends]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for one in waits:
        one.cancel()
