"""An hour of the service's recording while everything is killed at random: each second must be explained.

    python -m benchmarks.recorder_hour [--cameras 10] [--minutes 60] [--seed 1] [--sqlite] [--keep DIR]

Two recorders share the cameras by their leases. Every few seconds something happens: a camera dies and comes back, falls
silent, drops its connections, stands still (SIGSTOP); the network between is away, and forgets its connections or not; an
ffmpeg, a recorder or PostgreSQL is killed with -9 (a file of SQLite is locked). The cameras' clocks go up to 300 ppm wrong.
Every picture carries the moment at which it was taken, and what the ledgers say is held against that. Ends with 1 where a
second is unexplained or claimed falsely, a start is off by more than 0.5 s, a camera drifts more than 0.2 s in an hour, or a
finished file has no leaf. Needs tests/fixtures/install_rtsp_server.sh and, without --sqlite, install_postgres.sh.
"""

import argparse
import logging
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
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.recorder_truth import FileTruth, drift_s_per_hour, falsely_claimed_s, file_truths
from facts.counting import counted
from facts.recorder import EntryKind
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
from tests.fixtures.network_relay import NetworkRelay
from tests.fixtures.postgres import PostgresServer, postgres_process, programs
from tests.fixtures.rtsp_camera import TOLD, RtspCamera

PPM = (-300, -150, 0, 150, 300)
START_S, DRIFT_S = 0.5, 0.2
_CALM_S = (2.0, 9.0)
_SETTLE_S = 60.0


@dataclass
class Site:
    """Cameras and recorders that run, and what was done to them."""

    home: Path
    file: Path
    rng: random.Random
    address: str
    server: PostgresServer | None
    cameras: dict[int, RtspCamera] = field(default_factory=dict)
    recorders: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    networks: dict[int, NetworkRelay] = field(default_factory=dict)

    def camera(self, place: int, port: int = 0) -> RtspCamera:
        stamped = 25 * (1 + PPM[place % len(PPM)] * 1e-6)
        return RtspCamera(self.file, fps=25, stamped_fps=stamped, port=port, tells_time=TOLD)

    def recorder(self) -> "subprocess.Popen[bytes]":
        own = {"XUESHI_HOME": str(self.home), "XUESHI_DB": self.address, "XUESHI_CAMERA_NETWORKS": "127.0.0.0/8"}
        with (self.home / "recorder.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "cli.main", "recorder"], env={**environment(), **own}, stderr=log, stdout=log
            )

    def one(self) -> tuple[int, RtspCamera]:
        number = self.rng.choice(sorted(self.cameras))
        return number, self.cameras[number]

    def camera_dies(self) -> None:
        number, camera = self.one()
        camera.end()
        time.sleep(self.rng.uniform(1, 20))
        self.cameras[number] = self.camera(sorted(self.cameras).index(number), camera.port)

    def camera_stands_still(self) -> None:
        """What it would have sent meanwhile comes afterwards, with the stamps of its time: late pictures, none missing."""
        _, camera = self.one()
        os.kill(camera.pid, signal.SIGSTOP)
        time.sleep(self.rng.uniform(1, 25))
        os.kill(camera.pid, signal.SIGCONT)

    def camera_is_silent(self) -> None:
        _, camera = self.one()
        camera.tell("stall")
        time.sleep(self.rng.uniform(1, 25))
        camera.tell("resume")

    def network_is_away(self) -> None:
        number, _ = self.one()
        self.networks[number].go_away()
        time.sleep(self.rng.uniform(1, 25))
        self.networks[number].come_back(remembers=self.rng.choice((True, False)))

    def connections_drop(self) -> None:
        self.one()[1].tell("drop")

    def ffmpeg_dies(self) -> None:
        for pid in self.rng.sample(found := ffmpegs(self.recorders), min(len(found), 1)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def recorder_dies(self) -> None:
        place = self.rng.randrange(len(self.recorders))
        self.recorders[place].kill()
        self.recorders[place].wait()
        time.sleep(self.rng.uniform(0, 10))
        self.recorders[place] = self.recorder()

    def database_is_away(self) -> None:
        away_s = self.rng.uniform(5, 40)
        if self.server:
            self.server.kill()
            time.sleep(away_s)
            self.server.start()
            return
        with sqlite3.connect(self.home / FILE, isolation_level=None, timeout=30) as held:
            held.execute("BEGIN EXCLUSIVE")
            time.sleep(away_s)
            held.execute("ROLLBACK")
        held.close()

    def happenings(self) -> list[Callable[[], None]]:
        return [
            self.camera_dies,
            self.camera_stands_still,
            self.camera_is_silent,
            self.connections_drop,
            self.network_is_away,
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
                f"\r{counted(sum(self.done.values()), 'blow')}, {max(until - time.monotonic(), 0):.0f} s left  ",
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
    wanted.add_argument("--sqlite", action="store_true", help="a file for the database, locked instead of killed")
    wanted.add_argument("--keep", type=Path, help="a folder that keeps what was recorded")
    asked = wanted.parse_args()
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # connections that died with the server
    with ExitStack() as stack:
        home = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        home.mkdir(parents=True, exist_ok=True)
        found = None if asked.sqlite else programs()
        server = stack.enter_context(postgres_process(found, durable=True)) if found else None
        address = f"postgresql://xueshi@127.0.0.1:{server.port}/postgres" if server else sqlite_address(home / FILE)
        frames = bare_frames("libx264", frames=50, gop=25)
        file = home / "pictures.h264"
        file.write_bytes(b"".join(struct.pack(">IB", len(data), key) + data for data, key in frames))
        site = Site(home, file, random.Random(asked.seed), address, server)
        try:
            return run(site, asked.cameras, asked.minutes)
        finally:
            for one in (*site.recorders, *site.cameras.values(), *site.networks.values()):
                (one.kill if isinstance(one, subprocess.Popen) else one.end)()


def run(site: Site, cameras: int, minutes: float) -> int:
    engine = database_at(site.home, site.address)
    upgrade(engine)
    with writing(engine, "bench") as connection:
        owner = add_institution(connection, "演示学校", "", "示例市", now())
    for place in range(cameras):
        camera = site.camera(place)
        network = NetworkRelay(camera.port)
        address = f"rtsp://127.0.0.1:{network.port}/class"
        told = CameraFields(f"{place}", "", address, "", "", "tcp", "always", audio=False, enabled=True)
        with writing(engine, "bench") as connection:
            row = add_camera(connection, owner.id, told, CameraSecrets(address), now())
        site.cameras[row.id], site.networks[row.id] = camera, network
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
    truths: dict[int, Sequence[FileTruth]] = {}
    files = 0
    for number in site.cameras:
        folder = recordings_folder(site.home) / str(number)
        (status,) = recorder_status(folder).cameras
        account = status.account
        planned, recorded = planned + account.planned_s, recorded + account.recorded_s
        unexplained += account.unexplained_s
        for gap in account.gaps:
            reasons[gap.reason] += round(gap.span.length_s)
        truths[number] = file_truths(folder)
        claimed += falsely_claimed_s(truths[number], account.recorded)
        files += sum(1 for one in read_ledger(folder) if one.kind is EntryKind.CLOSED and one.told.get("name"))
    print(
        f"\n{counted(len(site.cameras), 'camera')}, {planned / 3600:.2f} planned hours, {recorded / 3600:.2f} recorded"
    )
    print("done to them:", ", ".join(f"{name} {count}" for name, count in sorted(site.done.items())))
    print("missing by reason, s:", ", ".join(f"{name} {count}" for name, count in sorted(reasons.items())))
    print(f"unexplained seconds: {unexplained:.1f}")
    print(f"seconds claimed as footage of which no picture was taken: {claimed:.1f}")
    print(f"finished files {files}, with a leaf {leaves.total()}")
    timely = report_times(truths)
    return 0 if timely and unexplained == 0 and claimed == 0 and files == leaves.total() else 1


def report_times(truths: Mapping[int, Sequence[FileTruth]]) -> bool:
    """Print how far starts and pictures are from the truth, and how each camera drifted."""
    every = [one for files in truths.values() for one in files]
    starts = sorted(every, key=lambda one: abs(one.errors[0]))
    off = np.abs(np.concatenate([one.errors for one in every]))
    print(
        f"starts of {counted(len(every), 'file')} off the truth, s: median {np.median([abs(one.errors[0]) for one in every]):.3f}, "
        f"most {starts[-1].errors[0]:+.3f} ({starts[-1].name}); of {counted(len(off), 'picture')}: 99th in 100 {np.quantile(off, 0.99):.3f}, "
        f"most {off.max():.3f}"
    )
    drifts = {number: drift_s_per_hour(files) for number, files in truths.items()}
    print("drift, s per hour:", ", ".join(f"{number} {drift:+.3f}" for number, drift in sorted(drifts.items())))
    return abs(starts[-1].errors[0]) <= START_S and max(map(abs, drifts.values())) <= DRIFT_S


if __name__ == "__main__":
    sys.exit(main())
