"""The service under attack: a process of its own, filled with one thing of every kind, and somebody who only looks on."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from api.http.app import open_service
from facts.counting import counted
from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.fixtures.full_service import full_service
from tests.fixtures.served_process import answers, free_port
from tests.fixtures.service import MovableClock, Running, settings_at

_EACH_S = 0.1
_START_LIMIT_S = 120.0


@dataclass(frozen=True)
class Target:
    """Where it is, and the numbers of what is in it; small enough to be handed to every child."""

    root: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def numbers(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.root / "numbers.json").read_text("utf-8"))
        return found

    def insider(self) -> Running:
        """Whoever can make people of every role, because the database is at hand."""
        chosen = settings_at(sqlite_address(self.root / "xueshi.db"), self.root / "home")
        return Running(self.url, open_service(chosen, MovableClock()), MovableClock())


def fill(root: Path) -> None:
    """One thing of every kind, by the fixture that the tests use; in a process that is over before the service starts."""
    with full_service(root) as made:
        (root / "numbers.json").write_text(json.dumps(made.numbers, ensure_ascii=False), "utf-8")


@contextmanager
def attacked(root: Path) -> Iterator[tuple[Target, "subprocess.Popen[bytes]"]]:
    """The service with its own worker, ready; what it complained of stays in ``service.log``."""
    root.mkdir()
    subprocess.run([sys.executable, "-c", _FILL, str(root)], check=True)
    target = Target(root, free_port())
    words = [sys.executable, "-m", "cli.main", "serve", "--port", str(target.port), "--home", str(root / "home")]
    words += ["--db", sqlite_address(root / "xueshi.db")]
    with (root / "service.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env=os.environ | {"XUESHI_WORKS_ITSELF": "1"})
    try:
        until = time.monotonic() + _START_LIMIT_S
        while not answers(target.port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the service did not start: {(root / 'service.log').read_text('utf-8')[-2000:]}")
            time.sleep(0.1)
        yield target, process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


_FILL = "import sys; from pathlib import Path; from benchmarks.attack.served import fill; fill(Path(sys.argv[1]))"
_LOOK = "import sys; from pathlib import Path; from benchmarks.attack.served import look_on; look_on(Path(sys.argv[1]), int(sys.argv[2]))"


@contextmanager
def onlooker(target: Target) -> Iterator["list[float]"]:
    """Somebody who asks for their own account ten times a second; the milliseconds are there at the end."""
    spent: list[float] = []
    log = target.root / "onlooker.txt"
    process = subprocess.Popen([sys.executable, "-c", _LOOK, str(target.root), str(target.port)])
    try:
        while not log.exists() or not log.stat().st_size:
            if process.poll() is not None:
                raise RuntimeError("the onlooker died before it could ask; its error stands above")
            time.sleep(0.1)
        yield spent
    finally:
        process.kill()
        process.wait()
        if log.exists():
            whole = log.read_text("ascii").rpartition("\n")[0]  # it was killed while it wrote, perhaps
            spent += [float(line) for line in whole.splitlines()]


def look_on(root: Path, port: int) -> None:
    """The onlooker's own process: a clerk of the other institution, whom nobody attacks."""
    with Target(root, port).insider().as_(Role.CLERK, "邻校") as client, (root / "onlooker.txt").open("w", 1) as log:
        while True:
            began = time.perf_counter()
            try:
                good = client.get("/api/v1/me").status_code == httpx.codes.OK
            except httpx.TransportError:
                good = False
            spent_ms = (time.perf_counter() - began) * 1000
            log.write(f"{spent_ms if good else 1e6:.1f}\n")
            time.sleep(_EACH_S)


def peak_mb(pid: int) -> int:
    """What the process and its children hold together at this moment."""
    family, parents = {pid}, _parents()
    for _ in range(4):
        family |= {child for child, parent in parents.items() if parent in family}
    return sum(map(_held_kib, family)) >> 10


def _parents() -> dict[int, int]:
    found = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found[int(place.parent.name)] = int(place.read_text("ascii", "replace").rpartition(")")[2].split()[1])
    return found


def _held_kib(pid: int) -> int:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])
    return 0


def summary(spent_ms: list[float]) -> str:
    """How it went for somebody who only looked on."""
    ordered = sorted(spent_ms)
    late = ordered[int(len(ordered) * 0.99)]
    return f"`/api/v1/me` beside it: {counted(len(ordered), 'time')}, median {median(ordered):.1f} ms, 99 of 100 within {late:.0f} ms"
