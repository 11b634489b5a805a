"""A thousand kill -9 at random moments of put, seal, sweep and migrate.

    python -m benchmarks.kill_bench [--times 1000] [--seed 1] [--only put,sweep]

Aim: nothing acknowledged lost, nothing deleted early, nothing half-visible. The first broken promise ends the run with
a traceback that names it; the seed and the number of the case repeat it.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from facts.counting import counted
from tests.fixtures.killed_work import SUBJECTS, kill_often

_SHARES = {"put": 30, "seal": 15, "sweep": 25, "migrate": 30}  # a seal takes ten times as long as the others


def main() -> int:
    """Kill, examine, print."""
    wanted = argparse.ArgumentParser(description="kill -9 at random moments")
    wanted.add_argument("--times", type=int, default=1000)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--only", default=",".join(SUBJECTS))
    wanted.add_argument("--folder", type=Path)
    chosen = wanted.parse_args()
    names = chosen.only.split(",")
    shares = sum(_SHARES[name] for name in names)
    runs = kills = 0
    for name in names:
        times = -(-chosen.times * _SHARES[name] // shares)
        with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
            start = time.perf_counter()
            tally = kill_often(SUBJECTS[name](), Path(folder), times, chosen.seed)
        runs, kills = runs + tally.runs, kills + tally.kills
        print(
            f"{name}: {counted(tally.kills, 'kill')} in {counted(tally.runs, 'case')}, work {tally.work_s * 1000:.0f} ms,"
            f" {time.perf_counter() - start:.0f} s; no promise broken",
            flush=True,
        )
    print(f"all: {counted(kills, 'kill')} in {counted(runs, 'case')}, no promise broken")
    return 0


if __name__ == "__main__":
    sys.exit(main())
