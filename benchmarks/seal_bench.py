"""What sealing a class day of 4 GB costs in memory and time, beside a plain copy and SHA-256 of the same files.

    python -m benchmarks.seal_bench [--gib 4] [--keep DIR]

The recordings are real ones, read and looked at as such: short drawn clips, each followed by ``free`` boxes that make it
as large as a recorder's file. They are large originals and not long footage; what looking costs is verify_bench's
figure. Each stage runs in a process of its own: first with nothing remembered, then sealing with the verification
remembered, once into the package alone and once into a local store too. Every file is synced, as the plain copy is.
"""

import argparse
import json
import os
import resource
import secrets
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cli.progress import ProgressDisplay, ProgressMode
from cli.terminal import Lang
from demo.dossier import SampleManifest, honest_checkins, write_dossier
from demo.film import shoot
from demo.identity import identities
from demo.scenario import Lens, Scenario
from facts.course import ClassHour
from facts.span import SHANGHAI, Span
from runtime.platform.clock import now
from runtime.sealing.command import seal
from runtime.sealing.request import SealRequest
from runtime.verification.command import VerificationRequest, begin_verification, finish_verification, hash_inputs
from storage.evidence_log.keyring import KeyRing

AIM_MB = 300
HOURS, PEOPLE, CLIP_S = 4, 6, 60
BOX_BYTES = 256 << 20


def main() -> int:
    """Draw, measure, print; fails where the aim is missed."""
    wanted = argparse.ArgumentParser(description="what sealing costs")
    wanted.add_argument("--gib", type=float, default=4.0)
    wanted.add_argument("--keep", type=Path)
    wanted.add_argument("--stage", choices=("verify", "seal", "store"))
    chosen = wanted.parse_args()
    if chosen.stage:
        print(json.dumps(stage(chosen.keep, chosen.stage)))
        return 0
    with tempfile.TemporaryDirectory() as aside:
        place = chosen.keep or Path(aside)
        draw(place / "class", chosen.gib)
        KeyRing(place / "home" / "keys").init(now())
        return measured(place)


def draw(folder: Path, gib: float) -> None:
    """Four class hours of one day, a recording of each."""
    people = identities(PEOPLE, 1)
    starts = [datetime(2026, 4, 7, 8 + number, 30, tzinfo=SHANGHAI) for number in range(HOURS)]
    hours = [
        ClassHour(f"bench-{number}", Span(start, start + timedelta(minutes=45)), room="201教室", teacher="周老师")
        for number, start in enumerate(starts, start=1)
    ]
    checkins = [one for start in starts for one in honest_checkins(people, start, 3)]
    folder.mkdir(parents=True)
    write_dossier(folder, people=people, hours=hours, checkins=checkins, manifest=SampleManifest())
    lens = Lens(size=(640, 360), fps=5)
    for start in starts:
        story = Scenario("bench", "基准", people=PEOPLE, rows=2, length_s=CLIP_S, start=start)
        (reel,) = shoot(replace(story, lenses=(lens,)), folder / "录像")
        pad(reel.path, int(gib * (1 << 30) / HOURS))


def pad(clip: Path, size_bytes: int) -> None:
    """``free`` boxes after the film, which every reader passes by."""
    noise = secrets.token_bytes(1 << 20)
    with clip.open("ab") as file:
        while (left := size_bytes - file.tell()) > 8:  # noqa: PLR2004 - the head of a box
            box = min(left, BOX_BYTES)
            file.write(struct.pack(">I4s", box, b"free"))
            for _ in range((box - 8) >> 20):
                file.write(noise[8:] + os.urandom(8))
            file.write(bytes((box - 8) & ((1 << 20) - 1)))
        os.fsync(file.fileno())


def measured(place: Path) -> int:
    """Print a line for each stage."""
    total = sum(path.stat().st_size for path in (place / "class").rglob("*") if path.is_file())
    print(f"class day: {total / 1e9:.2f} GB in {HOURS} recordings")
    before = copied(place)
    rows = {name: staged(place, name) for name in ("verify", "seal", "store")}
    plain = min(before, copied(place))  # a shared machine is never quiet: before and after, the better counts
    print(f"plain cp, sync and sha256sum: {plain:.1f} s")
    print(f"verify, nothing remembered: {rows['verify']['s']:.1f} s, peak {rows['verify']['peak_mb']:.0f} MB")
    for name, what in (("seal", "into the package"), ("store", "into the package and a local store")):
        row = rows[name]
        print(
            f"seal {what}: {row['seal_s']:.1f} s ({row['seal_s'] / plain:.2f} × plain), peak {row['peak_mb']:.0f} MB,"
            f" of which {row['before_mb']:.0f} MB before sealing began"
        )
    return 0 if all(rows[name]["peak_mb"] <= AIM_MB for name in ("seal", "store")) else 1


def copied(place: Path) -> float:
    """Seconds of a plain copy with its digest."""
    began = time.monotonic()
    shutil.copytree(place / "class", place / "copy", copy_function=_cp)
    subprocess.run(["sync", "-f", str(place / "copy")], check=True)  # noqa: S607 - the system's
    files = [str(path) for path in (place / "copy").rglob("*") if path.is_file()]
    subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL)  # noqa: S607 - the system's
    shutil.rmtree(place / "copy")
    return time.monotonic() - began


def _cp(source: str, target: str) -> None:
    subprocess.run(["cp", source, target], check=True)  # noqa: S607 - the system's


def staged(place: Path, name: str) -> dict[str, float]:
    """The figures of one stage, in a process of its own."""
    env = {**os.environ, "XUESHI_CACHE": str(place / "cache")}
    words = [sys.executable, "-m", "benchmarks.seal_bench", "--stage", name, "--keep", str(place)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, env=env)
    shutil.rmtree(place / f"out-{name}", ignore_errors=True)
    shutil.rmtree(place / "store", ignore_errors=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def stage(place: Path, name: str) -> dict[str, float]:
    """Does the work of one stage and says what it took."""
    began = time.monotonic()
    identified = name != "verify"
    request = VerificationRequest(place / "class", out=place / f"out-{name}", workers=1, show_faces=identified)
    session = hash_inputs(begin_verification(request))
    with ProgressDisplay(ProgressMode.NONE, Lang.EN) as teller:
        if not identified:
            finish_verification(session, teller)
            return {"s": time.monotonic() - began, "peak_mb": peak_mb()}
        store = str(place / "store") if name == "store" else ""
        asked = SealRequest(request, store, None, identified, home=place / "home")
        before, sealing = peak_mb(), time.monotonic()
        made = seal(asked, session, teller)
    if not made.packages:
        raise SystemExit("nothing was sealed")
    return {"seal_s": time.monotonic() - sealing, "before_mb": before, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """The most memory that this process or one of its workers has held."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in who) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
