"""Ways of starting the recorder's ffmpeg, all at the same time beside bare ``ffmpeg -c copy``: which of them costs what.

    python -m benchmarks.recorder_ways [--each 5] [--seconds 50]     (needs tests/fixtures/install_rtsp_server.sh)

So many connections of each way to one RTSP server; what they write goes through a pipe to nowhere. CPU is what the
scheduler counted for every thread, so other work beside is no matter.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.clips import minute_clip
from benchmarks.recorder_bench import pictures
from ingest.cameras.address import CameraAddress
from ingest.cameras.ffmpeg_command import ffmpeg_binary, list_of_one, record_command
from tests.fixtures.rtsp_camera import RtspCamera

_SETTLE_S = 20.0
BARE = "bare"


def ways(address: str, out: Path) -> dict[str, tuple[list[str], str]]:
    """Each way's command and what it reads first; the bare one writes its own files into the folder."""
    camera = CameraAddress(address)
    own, feed = record_command(camera, audio=False, binary=ffmpeg_binary()), list_of_one(camera, "tcp")
    end, level = own.index("pipe:1"), own.index("-loglevel") + 1
    begin, given = own.index("-f"), own.index("-i")
    plain = [*own[:begin], "-rtsp_transport", "tcp", "-i", address, *own[given + 2 :]]
    bare = [ffmpeg_binary(), "-nostats", "-loglevel", "error", "-rtsp_transport", "tcp", "-i", address]
    bare += ["-map", "0:v:0", "-c", "copy", "-f", "segment", "-segment_time", "60"]
    bare += ["-segment_format_options", "movflags=+frag_keyframe", str(out / "%d.mp4")]
    return {
        "as it is": (own, feed),
        "-avioflags direct": ([*own[:end], "-avioflags", "direct", *own[end:]], feed),
        "-loglevel error": ([*own[:level], "error", *own[level + 1 :]], feed),
        "address on the command line": (plain, ""),
        BARE: (bare, ""),
    }


def begun(command: list[str], feed: str) -> "subprocess.Popen[bytes]":
    """One connection; whatever comes out of it is read and thrown away."""
    (fed, feeds), (comes, goes) = os.pipe(), os.pipe()
    process = subprocess.Popen(command, stdin=fed, stdout=goes, stderr=subprocess.DEVNULL)
    os.write(feeds, feed.encode())
    for end in (fed, feeds, goes):
        os.close(end)
    threading.Thread(target=_drain, args=(comes,), daemon=True).start()
    return process


def _drain(pipe: int) -> None:
    while os.read(pipe, 1 << 20):
        pass
    os.close(pipe)


def cpu_s(pid: int) -> float:
    """Of every thread that lives, in nanoseconds as the scheduler counts."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text("ascii").split()[0]) for task in tasks) / 1e9


def main() -> int:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description="ways of starting ffmpeg")
    wanted.add_argument("--each", type=int, default=5)
    wanted.add_argument("--seconds", type=float, default=50)
    wanted.add_argument("--keep", type=Path, default=Path("build/bench"), help="where the drawn minute is kept")
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as name:
        camera = RtspCamera(pictures(minute_clip(asked.keep, "h264"), Path(name) / "pictures"), fps=25)
        running: dict[str, list[subprocess.Popen[bytes]]] = {}
        try:
            for number in range(asked.each):
                out = Path(name) / str(number)
                out.mkdir()
                for way, (command, feed) in ways(camera.address, out).items():
                    running.setdefault(way, []).append(begun(command, feed))
            time.sleep(_SETTLE_S)
            before = {way: sum(cpu_s(one.pid) for one in each) for way, each in running.items()}
            time.sleep(asked.seconds)
            spent = {way: sum(cpu_s(one.pid) for one in each) - before[way] for way, each in running.items()}
        finally:
            for one in (one for each in running.values() for one in each):
                one.kill()
                one.wait()
            camera.end()
    for way, seconds in spent.items():
        print(f"{way}: {seconds:.3f} CPU s, {seconds / spent[BARE]:.2f} of bare")
    return 0


if __name__ == "__main__":
    sys.exit(main())
