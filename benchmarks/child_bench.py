"""What a child costs: the first one with its template, warm ones that do nothing, and a wall's picture.

python -m benchmarks.child_bench
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from ingest.recordings.newest_picture import newest_picture
from runtime.platform.child_limits import PICTURE, Reach
from runtime.platform.child_process import in_child
from runtime.platform.confinement import confinement_here
from tests.fixtures.clips import clip

_TIMES = 200
_PAUSE_S = 0.02  # a template forks the next child meanwhile


def _ms(work: Callable[[], object], times: int = _TIMES) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(_PAUSE_S)
    return sorted(took)


def _line(what: str, took: list[float]) -> str:
    return f"| {what} | {took[0]:.1f} | {median(took):.1f} | {took[int(len(took) * 0.95)]:.1f} |\n"


def main() -> None:
    """Prints the table of ``RESULTS.md``."""
    with TemporaryDirectory() as folder:
        film = clip(Path(folder) / "a.mp4", frames=50, gop=25, size=(1920, 1080))
        reach = Reach((film,))
        first = _ms(lambda: in_child(PICTURE, reach, film.name, abs, -1), 1)
        warm = _ms(lambda: in_child(PICTURE, reach, film.name, abs, -1))
        here = _ms(lambda: newest_picture(film))
        there = _ms(lambda: in_child(PICTURE, reach, film.name, newest_picture, film))
    sys.stdout.write(f"{confinement_here()}\n\n| what | least ms | median ms | 95 % ms |\n|---|---|---|---|\n")
    rows = {"the first child, with its template": first, "a warm child that does nothing": warm}
    rows |= {"a 1080p picture in this process": here, "the same in a child": there}
    for what, took in rows.items():
        sys.stdout.write(_line(what, took))


if __name__ == "__main__":
    main()
