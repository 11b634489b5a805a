"""What a preview costs to draw, to register with a certificate, and to let go with a leaf in the log alone.

    python -m benchmarks.preview_bench [--previews 100]

The recording is invented: five minutes of H.265, a keyframe every ten seconds. Store and database are local files.
"""

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from facts.retention import Category, Use
from pipeline.retention.sweep import sweep
from runtime.recordings.preview_expiry import expire_previews, stored_previews
from runtime.recordings.previews import LIFE, preview, previews_folder
from runtime.retention.command import RetentionRequest, ports_of
from storage.database.connection import sqlite_address
from storage.database.schema import open_database
from storage.evidence.local import LocalStore
from storage.evidence_log.keyring import KeyRing
from storage.retention.register import EvidenceRegister
from tests.fixtures.clips import clip

Result = TypeVar("Result")
WINDOW_S, EVERY_S = 300, 10


@dataclass
class ShiftedClock:
    """A clock that the benchmark sets ahead."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """This machine's time, and so much later."""
        return datetime.now(UTC) + self.ahead


def main() -> int:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description="cost of previews")
    wanted.add_argument("--previews", type=int, default=100)
    count = wanted.parse_args().previews
    with tempfile.TemporaryDirectory() as folder:
        home, clock = Path(folder), ShiftedClock()
        times_s = [float(EVERY_S * number) for number in range(WINDOW_S // EVERY_S)]
        source = clip(home / "a.mp4", frames=len(times_s), codec="libx265", gop=1, times_s=times_s)
        drawn, spent_s = timed(lambda: preview(home, source, "0" * 64, 0, WINDOW_S))
        data = drawn.read_bytes()
        print(f"draw one window of {WINDOW_S} s: {spent_s * 1000:.0f} ms, {len(data):,} bytes")
        registered(home, data, count, clock)
        logged(home, data, count)
    return 0


def registered(home: Path, data: bytes, count: int, clock: ShiftedClock) -> None:
    """As evidence is, which previews are not: in the store, in the register, and gone with a signed certificate."""
    KeyRing(home / "keys").init(clock())
    engine = open_database(sqlite_address(home / "registered.db"))
    store, register = LocalStore(home / "store", clock), EvidenceRegister(engine)
    day = date(2026, 3, 2)
    use = Use("C1", Category.VIDEO, "preview", "某校", day, "YQ-V3", day, clock() + LIFE)

    def enter() -> None:
        for number in range(count):
            stored = store.put(io.BytesIO(data + b"%d" % number), retain_until=clock() + timedelta(minutes=1))
            register.record(store.url, stored, use)

    _, spent_s = timed(enter)
    print(f"store and register: {spent_s / count * 1000:.1f} ms each")
    clock.ahead = LIFE + timedelta(days=1)
    done, spent_s = timed(lambda: [*sweep(ports_of(RetentionRequest(home, grace=timedelta()), engine, clock))])
    size = sum(len(one.certificate.encode()) for one in done) / len(done)
    print(f"delete with a certificate: {spent_s / len(done) * 1000:.1f} ms each, {size:,.0f} bytes of certificate")
    engine.dispose()


def logged(home: Path, data: bytes, count: int) -> None:
    """As it is done: a leaf in the log, and the file is gone."""
    engine = open_database(sqlite_address(home / "logged.db"))
    place = previews_folder(home) / ("1" * 64)
    place.mkdir(parents=True)
    for number in range(count):
        (place / f"{number * WINDOW_S}-{WINDOW_S}.mp4").write_bytes(data + b"%d" % number)
    late = datetime.now(UTC) + LIFE + timedelta(days=1)
    gone, spent_s = timed(lambda: expire_previews(engine, home, late))
    print(f"delete with a leaf alone: {spent_s / gone * 1000:.2f} ms each, {len(stored_previews(home))} left")
    engine.dispose()


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """The result, and the seconds that it took."""
    begun = time.perf_counter()
    made = work()
    return made, time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
