"""Simulated workers of a cluster in one process: each a line of its own by TLS and places whose looks only sleep.

python -m benchmarks.province_workers PORT CERTIFICATES COUNT PLACES

All but the confined child is the program's own: the request, its version and weights, the answer. A look sleeps where a
child would look, so that many machines' places find room in one.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from runtime.cluster.address import ClusterAddress
from runtime.cluster.child_pool import Confines, KeptChildren
from runtime.cluster.connection import dask_library, security_of
from runtime.cluster.request import CrewWork
from runtime.cluster.worker import ClusterWorker, become
from runtime.platform.child_limits import ChildLimits

Task = TypeVar("Task")
Result = TypeVar("Result")
_LIMITS = ChildLimits(cpu_s=60, memory_bytes=1 << 30, output_bytes=1 << 20, wall_s=300)


class SleepingChildren(KeptChildren):
    """The work is done here: it sleeps, and nothing of it can go wrong."""

    def run(self, confines: Confines, work: Callable[[Task], Result], task: Task) -> Result:
        """See ``KeptChildren``."""
        del confines
        return work(task)


def slept(look: tuple[int, float]) -> float:
    """When the look began; the number tells it from others of as many seconds."""
    began = time.time()
    time.sleep(look[1])
    return began


def sleeping() -> CrewWork[tuple[int, float], float]:
    """Looks that need no recording."""
    return CrewWork(slept, _given_up, _LIMITS, _nothing_needed, _not_moved, ())


def _given_up(_: tuple[int, float]) -> float:
    raise AssertionError("a look that sleeps was given up")


def _nothing_needed(_: tuple[int, float]) -> tuple[Path, ...]:
    return ()


def _not_moved(look: tuple[int, float], _: Mapping[Path, Path]) -> tuple[int, float]:
    return look


async def _work(cluster: ClusterAddress, count: int, places: int, scratch: Path) -> None:
    distributed = dask_library()
    workers = [
        distributed.Worker(
            cluster.tls,
            host="127.0.0.1",
            protocol="tls",
            security=security_of(cluster),
            nthreads=places,
            local_directory=str(scratch),
            memory_limit=0,
            dashboard_address="127.0.0.1:0",
            dashboard=False,
        )
        for _ in range(count)
    ]
    for one in workers:
        await one
    here = ClusterWorker(scratch / "home", scratch / "cache", places, workers[0].address)
    here.children = SleepingChildren(places)
    become(here)
    print("ready", flush=True)
    await asyncio.gather(*(one.finished() for one in workers))


if __name__ == "__main__":
    address = ClusterAddress("127.0.0.1", int(sys.argv[1]), Path(sys.argv[2]))
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(_work(address, int(sys.argv[3]), int(sys.argv[4]), Path(place)))
