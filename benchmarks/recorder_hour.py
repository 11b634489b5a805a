"""An hour of the service's recording while everything is killed at random: each second must be explained.

    python -m benchmarks.recorder_hour [--cameras 10] [--minutes 60] [--seed 1]   (needs tests/fixtures/install_rtsp_server.sh)

Two recorders share the cameras by their leases. Every few seconds something happens to one of them: the camera dies and
comes back, falls silent, drops its connections, is cut off (SIGSTOP); an ffmpeg, a recorder is killed with -9; the
database is locked. When no picture was made is known here from what was done, and held against what the ledgers
claim as footage. Ends with 1 where a second is unexplained, claimed falsely, or a finished file has no leaf.
"""

import argparse
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from facts.recorder import EntryKind
from facts.span import Span
from ingest.cameras.recorder_ledger import read_ledger
from runtime.platform.clock import now
from runtime.platform.database import FILE, database_at
from runtime.platform.environment import environment
from runtime.platform.folders import recordings_folder
from runtime.recordings.recorder_summary import recorder_status
from storage.database.accounts.accounts import add_institution
from storage.database.connection import reading, sqlite_address, writing
from storage.database.recordings.cameras import CameraFields, CameraSecrets, add_camera
from storage.database.recordings.segments import camera_segments
from storage.database.schema import upgrade
from storage.database.tables.cameras import CAMERA_SEGMENTS
from tests.fixtures.clips import bare_frames
from tests.fixtures.rtsp_camera import RtspCamera

SURE = timedelta(seconds=1)  # buffers on the way: pictures of the last second may still come
_CALM_S = (2.0, 9.0)
_SETTLE_S = 60.0


@dataclass
class Site:
    """Cameras and recorders that run, what was done to them, and when no picture can have come."""

    home: Path
    file: Path
    rng: random.Random
    cameras: dict[int, RtspCamera] = field(default_factory=dict)
    recorders: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    dark: dict[int, list[Span]] = field(default_factory=dict)

    def recorder(self) -> "subprocess.Popen[bytes]":
        own = {"XUESHI_HOME": str(self.home), "XUESHI_CAMERA_NETWORKS": "127.0.0.0/8"}
        with (self.home / "recorder.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "cli.main", "recorder"], env={**environment(), **own}, stderr=log, stdout=log
            )

    def one(self) -> tuple[int, RtspCamera]:
        number = self.rng.choice(sorted(self.cameras))
        return number, self.cameras[number]

    def none_came(self, number: int, start: datetime) -> None:
        self.dark.setdefault(number, []).append(Span(start, now()))

    def camera_dies(self) -> None:
        number, camera = self.one()
        port = camera.port
        camera.end()
        start = now()
        time.sleep(self.rng.uniform(1, 20))
        self.none_came(number, start)
        self.cameras[number] = RtspCamera(self.file, fps=25, port=port)

    def camera_is_cut_off(self) -> None:
        """What it would have sent meanwhile comes afterwards, with the stamps of its time: late pictures, none missing."""
        _, camera = self.one()
        os.kill(camera.pid, signal.SIGSTOP)
        time.sleep(self.rng.uniform(1, 25))
        os.kill(camera.pid, signal.SIGCONT)

    def camera_is_silent(self) -> None:
        number, camera = self.one()
        camera.tell("stall")
        start = now()
        time.sleep(self.rng.uniform(1, 25))
        self.none_came(number, start)
        camera.tell("resume")

    def connections_drop(self) -> None:
        self.one()[1].tell("drop")

    def ffmpeg_dies(self) -> None:
        for pid in self.rng.sample(ffmpegs(self.recorders), 1):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def recorder_dies(self) -> None:
        place = self.rng.randrange(len(self.recorders))
        self.recorders[place].kill()
        self.recorders[place].wait()
        time.sleep(self.rng.uniform(0, 10))
        self.recorders[place] = self.recorder()

    def database_is_away(self) -> None:
        with sqlite3.connect(self.home / FILE, isolation_level=None, timeout=30) as held:
            held.execute("BEGIN EXCLUSIVE")
            time.sleep(self.rng.uniform(5, 40))
            held.execute("ROLLBACK")
        held.close()

    def happenings(self) -> list[Callable[[], None]]:
        return [
            self.camera_dies,
            self.camera_is_cut_off,
            self.camera_is_silent,
            self.connections_drop,
            self.ffmpeg_dies,
            self.recorder_dies,
            self.database_is_away,
        ]

    def spoil(self, until: float) -> None:
        while time.monotonic() < until:
            time.sleep(self.rng.uniform(*_CALM_S))
            does = self.rng.choice(self.happenings())
            does()
            self.done[does.__name__] += 1
            print(
                f"\r{sum(self.done.values())} blows, {max(until - time.monotonic(), 0):.0f} s left  ",
                end="",
                flush=True,
            )


def ffmpegs(recorders: list["subprocess.Popen[bytes]"]) -> list[int]:
    """Every process whose parent is one of the recorders."""
    parents, found = {one.pid for one in recorders}, []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = path.read_text("utf-8").rpartition(")")[2].split()
            if int(words[1]) in parents and words[0] != "Z":
                found.append(int(path.parent.name))
    return found


def main() -> int:
    """Run the hour and print what every second became."""
    wanted = argparse.ArgumentParser(description="recording under random kills")
    wanted.add_argument("--cameras", type=int, default=10)
    wanted.add_argument("--minutes", type=float, default=60)
    wanted.add_argument("--seed", type=int, default=1)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        frames = bare_frames("libx264", frames=50, gop=25)
        file = home / "pictures.h264"
        file.write_bytes(b"".join(struct.pack(">IB", len(data), key) + data for data, key in frames))
        site = Site(home, file, random.Random(asked.seed))
        try:
            return run(site, asked.cameras, asked.minutes)
        finally:
            for one in (*site.recorders, *site.cameras.values()):
                (one.kill if isinstance(one, subprocess.Popen) else one.end)()


def run(site: Site, cameras: int, minutes: float) -> int:
    engine = database_at(site.home, sqlite_address(site.home / FILE))
    upgrade(engine)
    with writing(engine, "bench") as connection:
        owner = add_institution(connection, "演示学校", "", "示例市", now())
    for number in range(cameras):
        camera = RtspCamera(site.file, fps=25)
        told = CameraFields(f"{number}", "", camera.address, "", "", "tcp", "always", audio=False, enabled=True)
        with writing(engine, "bench") as connection:
            row = add_camera(connection, owner.id, told, CameraSecrets(camera.address), now())
        site.cameras[row.id] = camera
    site.recorders += [site.recorder(), site.recorder()]
    time.sleep(_SETTLE_S / 2)
    site.spoil(time.monotonic() + minutes * 60)
    time.sleep(_SETTLE_S)  # whatever was taken last is told by now
    for one in site.recorders:
        one.terminate()
    for one in site.recorders:
        one.wait(60)
    with reading(engine, "bench") as connection:
        leaves = Counter(one.camera_id for one in camera_segments(connection, CAMERA_SEGMENTS.c.id > 0, limit=10**6))
    return report(site, leaves)


def report(site: Site, leaves: Counter[int]) -> int:
    planned = recorded = unexplained = claimed = 0.0
    reasons: Counter[str] = Counter()
    files = 0
    for number in site.cameras:
        folder = recordings_folder(site.home) / str(number)
        (status,) = recorder_status(folder).cameras
        account = status.account
        planned, recorded = planned + account.planned_s, recorded + account.recorded_s
        unexplained += account.unexplained_s
        for gap in account.gaps:
            reasons[gap.reason] += round(gap.span.length_s)
        for dark in site.dark.get(number, ()):
            if dark.length_s > 2 * SURE.total_seconds():
                sure = Span(dark.start + SURE, dark.end - SURE)
                claimed += sum(both.length_s for one in account.recorded if (both := one.clip(sure)))
        files += sum(1 for one in read_ledger(folder) if one.kind is EntryKind.CLOSED and one.told.get("name"))
    print(f"\n{len(site.cameras)} cameras, {planned / 3600:.2f} planned hours, {recorded / 3600:.2f} recorded")
    print("done to them:", ", ".join(f"{name} {count}" for name, count in sorted(site.done.items())))
    print("missing by reason, s:", ", ".join(f"{name} {count}" for name, count in sorted(reasons.items())))
    print(
        f"seconds for which no picture was made: {sum(one.length_s for each in site.dark.values() for one in each):.0f}"
    )
    print(f"unexplained seconds: {unexplained:.1f}")
    print(f"seconds claimed as footage for which no picture was made: {claimed:.1f}")
    print(f"finished files {files}, with a leaf {leaves.total()}")
    return 0 if unexplained == 0 and claimed == 0 and files == leaves.total() else 1


if __name__ == "__main__":
    sys.exit(main())
