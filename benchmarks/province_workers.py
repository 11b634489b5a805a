"""So many simulated workers of a cluster in one process: each has one place, a line of its own by TLS, and only sleeps.

python -m benchmarks.province_workers PORT CERTIFICATES COUNT
"""

import asyncio
import sys
from pathlib import Path

from runtime.cluster.address import ClusterAddress
from runtime.cluster.connection import dask_library, security_of


async def _work(cluster: ClusterAddress, count: int) -> None:
    distributed = dask_library()
    workers = [
        distributed.Worker(
            cluster.tls,
            host="127.0.0.1",
            protocol="tls",
            security=security_of(cluster),
            nthreads=1,
            memory_limit=0,
            dashboard_address="127.0.0.1:0",
            dashboard=False,
        )
        for _ in range(count)
    ]
    for one in workers:
        await one
    print("ready", flush=True)
    await asyncio.gather(*(one.finished() for one in workers))


if __name__ == "__main__":
    asyncio.run(_work(ClusterAddress("127.0.0.1", int(sys.argv[1]), Path(sys.argv[2])), int(sys.argv[3])))
