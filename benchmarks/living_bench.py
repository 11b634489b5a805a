"""What people who look at one living camera cost: the service by the second, the camera nothing more.

    python -m benchmarks.living_bench [--viewers 30] [--seconds 30]     (needs tests/fixtures/install_rtsp_server.sh)

One RTSP server sends drawn 1080p25 at 2 Mbit/s, ``xueshi record`` records it in a process of its own, the service runs
in this one, and the viewers read in another. CPU is what the system counted for this process.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.clips import minute_clip
from benchmarks.recorder_bench import cpu_s, pictures
from facts.counting import counted
from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.fixtures.living_room import kept_camera
from tests.fixtures.rtsp_camera import RtspCamera
from tests.fixtures.service import Running, running, settings_at

VIEWERS = """
import http.client, sys, threading, time
host, path, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
tokens, firsts, got = sys.argv[4:], [], []
def view(token):
    begun = time.monotonic()
    line = http.client.HTTPConnection(host)
    line.request("GET", path, headers={"cookie": f"xueshi-session={token}"})
    answer, total, first = line.getresponse(), 0, None
    while time.monotonic() - begun < seconds and (data := answer.read1(1 << 20)):
        first = first or time.monotonic() - begun
        total += len(data)
    firsts.append(first or -1.0), got.append(total)
threads = [threading.Thread(target=view, args=(token,)) for token in tokens]
[one.start() for one in threads], [one.join() for one in threads]
print(*firsts), print(*got)
"""

ENCODE = """
import sys
from pathlib import Path
from runtime.recordings.living_encoder import encode_living
encode_living(*map(Path, sys.argv[1:]))
"""


def main() -> int:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description="cost of looking")
    wanted.add_argument("--viewers", type=int, default=30)
    wanted.add_argument("--seconds", type=int, default=30)
    wanted.add_argument("--keep", type=Path, default=Path("build/bench"), help="where the drawn minute is kept")
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        camera = RtspCamera(pictures(minute_clip(asked.keep, "h264"), root / "pictures"), fps=25)
        try:
            with running(settings_at(sqlite_address(root / "xueshi.db"), root / "home")) as found:
                measure(found, camera, root, asked.viewers, asked.seconds)
        finally:
            camera.end()
    low_preview(asked.keep, asked.seconds)
    return 0


def measure(found: Running, camera: RtspCamera, root: Path, viewers: int, seconds: int) -> None:
    number = kept_camera(found)
    listed = root / "CAMERAS.toml"
    row = f'[[camera]]\nid = "{number}"\naddress = "{camera.address}"\n'
    listed.write_text(f"[recorder]\nallow_loopback = true\nsegment_minutes = 5\n{row}", "utf-8")
    out = found.service.settings.home / "recordings"
    recorder = subprocess.Popen([sys.executable, "-m", "cli.main", "record", str(listed), "--out", str(out)])
    try:
        time.sleep(15)
        roles = [Role.CLERK, Role.INSPECTOR, Role.REVIEWER]
        for role in roles:
            with found.as_(role) as client:
                client.post(f"/wall/cameras/{number}/look", data={"reason": "measured"})
        tokens = [found.token(roles[one % len(roles)]) for one in range(viewers)]
        idle = spent_over(seconds)
        path = f"/api/v1/cameras/{number}/living"
        words = [sys.executable, "-c", VIEWERS, found.url.partition("://")[2], path, str(seconds), *tokens]
        before = time.process_time()
        looking = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        time.sleep(seconds / 2)
        asked_of_camera = connections(camera.port)
        said, _ = looking.communicate()
        busy = time.process_time() - before
        firsts, got = ([float(one) for one in line.split()] for line in said.splitlines())
        print(
            f"{counted(viewers, 'viewer')}, {seconds} s, {sum(got) / 1e6:.1f} MB sent; connections to the camera: {asked_of_camera}"
        )
        print(
            f"service: {busy:.2f} CPU s with viewers, {idle:.2f} without; {100 * (busy - idle) / seconds / viewers:.2f} % of a core for each"
        )
        print(f"first bytes after the request: median {statistics.median(firsts):.2f} s, latest {max(firsts):.2f} s")
        pictures_of(found, number)
    finally:
        recorder.terminate()
        recorder.wait()


def low_preview(keep: Path, seconds: int) -> None:
    """The child that draws an H.265 camera again, small, for however many look."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        camera = RtspCamera(pictures(minute_clip(keep, "h265"), root / "pictures", "hevc"), codec="h265", fps=25)
        listed, place, wanted = root / "CAMERAS.toml", root / "low", root / "wanted"
        listed.write_text(
            f'[recorder]\nallow_loopback = true\n[[camera]]\nid = "C1"\naddress = "{camera.address}"\n', "utf-8"
        )
        place.mkdir()
        recorder = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "record", str(listed), "--out", str(root / "out")]
        )
        try:
            time.sleep(15)
            wanted.touch()
            drawing = subprocess.Popen(
                [sys.executable, "-c", ENCODE, str(root / "out" / "C1"), str(place), str(wanted)]
            )
            watched(wanted, 10)  # loading, and the pictures since the last keyframe
            before = cpu_s([drawing.pid])
            watched(wanted, seconds)
            spent = cpu_s([drawing.pid]) - before
            drawing.terminate()
            drawing.wait()
            print(
                f"low preview of 1080p25 H.265: {spent:.2f} CPU s in {seconds} s, {100 * spent / seconds:.0f} % of a core"
            )
        finally:
            recorder.terminate()
            recorder.wait()
            camera.end()


def watched(wanted: Path, seconds: int) -> None:
    """Somebody looks for so long."""
    for _ in range(seconds):
        wanted.touch()
        time.sleep(1)


def pictures_of(found: Running, number: int) -> None:
    """The wall's picture: decoded, and again within the seconds for which it is kept."""
    took = []
    with found.as_(Role.CLERK) as client:
        for _ in range(5):
            for wait in (5.0, 0.0):
                time.sleep(wait)
                begun = time.monotonic()
                client.get(f"/wall/cameras/{number}/newest.jpg").raise_for_status()
                took.append(time.monotonic() - begun)
    fresh, kept = statistics.median(took[0::2]), statistics.median(took[1::2])
    print(f"newest picture of the wall: {1000 * fresh:.0f} ms decoded, {1000 * kept:.0f} ms kept (medians of 5)")


def spent_over(seconds: int) -> float:
    before = time.process_time()
    time.sleep(seconds)
    return time.process_time() - before


def connections(port: int) -> int:
    """How many stand to that port, seen from the side that called."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return sum(one[3] == "01" and int(one[2].rpartition(":")[2], 16) == port for one in lines)


if __name__ == "__main__":
    raise SystemExit(main())
