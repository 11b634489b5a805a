"""What recording costs beside bare ``ffmpeg -c copy`` of the same streams, both at the same time.

    python -m benchmarks.recorder_bench [--cameras 10] [--seconds 60] [--service]     (needs tests/fixtures/install_rtsp_server.sh)

One RTSP server sends drawn 1080p25 at 2 Mbit/s to everybody; half of the connections are the recorder's, half go to
bare ffmpeg with its segment muxer. With ``--service`` the cameras stand in a database (SQLite) and ``xueshi recorder``
records them, leases, states and leaves included. With ``--restart`` every
ffmpeg of the recorder is killed with -9 at the end, and what that cost is read from the ledger. CPU is what the system counted for each process, so other work beside is no matter.
"""

import argparse
import hashlib
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import av
from av.bitstream import BitStreamFilterContext

from benchmarks.clips import minute_clip
from facts.counting import counted
from facts.recorder import GapReason
from ingest.cameras.ffmpeg_command import ffmpeg_binary
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.environment import environment
from runtime.recordings.recorder_summary import recorder_status
from storage.database.accounts.accounts import add_institution
from storage.database.connection import writing
from storage.database.recordings.cameras import CameraFields, CameraSecrets, add_camera
from tests.fixtures.rtsp_camera import RtspCamera

TICKS = os.sysconf("SC_CLK_TCK")
_RESTARTED_S = 15.0


def main() -> int:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description="cost of recording")
    wanted.add_argument("--cameras", type=int, default=10)
    wanted.add_argument("--seconds", type=int, default=60)
    wanted.add_argument("--keep", type=Path, default=Path("build/bench"), help="where the drawn minute is kept")
    wanted.add_argument("--service", action="store_true", help="xueshi recorder over a database")
    wanted.add_argument("--restart", action="store_true", help="kill the recorder's ffmpegs at the end")
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        camera = RtspCamera(pictures(minute_clip(asked.keep, "h264"), root / "pictures"), fps=25)
        try:
            measure(root, camera.address, asked.cameras, asked.seconds, service=asked.service, restart=asked.restart)
        finally:
            camera.end()
    return 0


def pictures(clip: Path, target: Path, codec: str = "h264") -> Path:
    """The clip's coded pictures as the served camera reads them."""
    with av.open(str(clip)) as given, target.open("wb") as out:
        stream = given.streams.video[0]
        plain = BitStreamFilterContext(f"{codec}_mp4toannexb", stream)
        for packet in given.demux(stream):
            for one in plain.filter(packet if packet.dts is not None else None):
                out.write(struct.pack(">IB", one.size, one.is_keyframe) + bytes(one))
    return target


def office(root: Path, address: str, cameras: int) -> "subprocess.Popen[bytes]":
    """``xueshi record`` over a list."""
    listed = root / "CAMERAS.toml"
    rows = "".join(f'[[camera]]\nid = "C{number}"\naddress = "{address}"\n' for number in range(cameras))
    listed.write_text(f"[recorder]\nallow_loopback = true\nsegment_minutes = 1\n{rows}", "utf-8")
    return subprocess.Popen([sys.executable, "-m", "cli.main", "record", str(listed), "--out", str(root / "out")])


def kept(root: Path, address: str, cameras: int) -> "subprocess.Popen[bytes]":
    """``xueshi recorder`` over a database; what it writes is found in ``out`` too."""
    engine = database_at(root / "home")
    told = CameraFields("301", "", address, "", "", "tcp", "always", audio=False, enabled=True)
    with writing(engine, "bench") as connection:
        owner = add_institution(connection, "bench", "", "示例市", now())
        for _ in range(cameras):
            add_camera(connection, owner.id, told, CameraSecrets(address), now())
    engine.dispose()
    (root / "home" / "recordings").mkdir()
    (root / "out").symlink_to(root / "home" / "recordings")
    own = {"XUESHI_HOME": str(root / "home"), "XUESHI_CAMERA_NETWORKS": "127.0.0.0/8"}
    return subprocess.Popen([sys.executable, "-m", "cli.main", "recorder"], env={**environment(), **own})


def measure(root: Path, address: str, cameras: int, seconds: int, *, service: bool, restart: bool) -> None:
    ours = (kept if service else office)(root, address, cameras)
    options = ["-nostats", "-loglevel", "error", "-rtsp_transport", "tcp"]
    segments = ["-map", "0:v:0", "-c", "copy", "-f", "segment", "-segment_time", "60", "-segment_format_options"]
    bare = [
        subprocess.Popen(
            [
                ffmpeg_binary(),
                *options,
                "-i",
                address,
                *segments,
                "movflags=+frag_keyframe",
                str(root / f"{number}-%d.mp4"),
            ]
        )
        for number in range(cameras)
    ]
    while len(children := children_of(ours.pid)) < cameras:
        time.sleep(0.5)
    time.sleep(10)  # connecting and probing are paid once
    groups = {"supervisor": [ours.pid], "its ffmpegs": children, "bare ffmpegs": [one.pid for one in bare]}
    before = {name: cpu_s(pids) for name, pids in groups.items()}
    time.sleep(seconds)
    spent = {name: cpu_s(pids) - before[name] for name, pids in groups.items()}
    memory = {name: sum(memory_mb(pid) for pid in pids) for name, pids in groups.items()}
    for one in bare:
        one.terminate()
        one.wait()
    if restart:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        time.sleep(_RESTARTED_S)
    ours.terminate()
    ours.wait()
    wrote = sum(path.stat().st_size for path in (root / "out").resolve().rglob("*.mp4"))
    started = time.process_time()
    for path in (root / "out").resolve().rglob("*.mp4"):
        hashlib.sha256(path.read_bytes())
    share = seconds / (seconds + 10)
    report(cameras, seconds, spent, memory, wrote, (time.process_time() - started) * share)
    ledgers = sorted(path.parent for path in (root / "out").resolve().rglob("ledger.jsonl"))
    unexplained = sum(one.account.unexplained_s for each in ledgers for one in recorder_status(each).cameras)
    print(f"unexplained seconds: {unexplained}")
    if restart:
        accounts = [one.account for each in ledgers for one in recorder_status(each).cameras]
        lost = sorted(gap.span.length_s for one in accounts for gap in one.gaps if gap.reason is GapReason.LOST)
        print(f"gaps of a restart, s: median {median(lost):.2f}, longest {lost[-1]:.2f}, of {len(lost)}")


def children_of(pid: int) -> list[int]:
    """Whatever its threads have started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sorted({int(one) for task in tasks for one in (task / "children").read_text("ascii").split()})


def report(
    cameras: int, seconds: int, spent: dict[str, float], memory: dict[str, float], wrote: int, hashing_s: float
) -> None:
    print(f"{counted(cameras, 'camera')}, {seconds} s, {wrote / 1e6:.0f} MB written")
    for name, cpu in spent.items():
        print(f"{name}: {cpu:.2f} CPU s, {100 * cpu / seconds / cameras:.2f} % of a core each, {memory[name]:.0f} MB")
    print(f"SHA-256 of the bytes alone, reading included: {hashing_s:.2f} CPU s")
    ours, bare = spent["supervisor"] + spent["its ffmpegs"], spent["bare ffmpegs"]
    print(f"ours / bare: {ours / bare:.2f}; without hashing {(ours - hashing_s) / bare:.2f}")


def cpu_s(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_mb(pid: int) -> float:
    line = next(
        line for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines() if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
