"""What verifying one class hour costs, beside its floor and beside the script that a user would write.

python -m benchmarks.verify_bench [--quick | --only h264|h265|undecided|memory|day] [--keep DIR]     (``make bench`` runs it)
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import av
import cv2

from benchmarks.clips import PEOPLE, START, hour_clip
from facts.counting import counted
from facts.digest import Digest
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from ingest.recordings.search import find_recordings
from pipeline.verification.ports import Goal, LookJob
from runtime.verification.frame_sampling import PoolLooker, ThumbnailSource, senses
from vision.detector import Detection
from vision.observation import ObservationRequest, Observer
from vision.plan import ProofGoal as EyeGoal
from vision.ports import FrameSource, Picture
from vision.senses import Senses

SHARE = Fraction(4, 5)
SCRIPT_MINUTES = 3
STEP_S = 10


@dataclass
class Stopwatch:
    """CPU seconds by stage."""

    spent: dict[str, float] = field(default_factory=dict)

    def add(self, stage: str, since: float) -> None:
        self.spent[stage] = self.spent.get(stage, 0.0) + time.process_time() - since


@dataclass
class TimedSource:
    """Passes keyframes on, timing their decoding and noting which were asked for."""

    source: FrameSource
    watch: Stopwatch
    luma_times: list[datetime] = field(default_factory=list)
    colour_times: list[datetime] = field(default_factory=list)

    def keyframe_times(self) -> Sequence[datetime]:
        return self.source.keyframe_times()

    def luma(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        yield from self._timed(self.source.luma(times), "decode small", self.luma_times)

    def colour(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        yield from self._timed(self.source.colour(times), "decode whole", self.colour_times)

    def _timed(
        self, frames: Iterator[tuple[datetime, Picture]], stage: str, seen: list[datetime]
    ) -> Iterator[tuple[datetime, Picture]]:
        while True:
            since = time.process_time()
            pair = next(frames, None)
            self.watch.add(stage, since)
            if pair is None:
                return
            seen.append(pair[0])
            yield pair


class TimedSenses(Senses):
    """The senses, timing each network and noting how many of them each frame took."""

    def __init__(self, inner: Senses, watch: Stopwatch) -> None:
        super().__init__(inner.detectors, inner.missing)
        self.watch = watch
        self.taken: list[int] = []

    def looking(self, bgr: Picture) -> Iterator[tuple[Detection, ...]]:
        self.taken.append(0)
        networks = super().looking(bgr)
        while True:
            since = time.process_time()
            layer = next(networks, None)
            self.watch.add("senses", since)
            if layer is None:
                return
            self.taken[-1] += 1
            yield layer


@dataclass(frozen=True)
class Hour:
    """What one hour cost us, and which keyframes it took."""

    watch: Stopwatch
    total: float
    luma: list[datetime]
    looks: list[tuple[datetime, int]]
    bytes_read: int
    proven: bool
    opening: float


def ours(folder: Path, expected: int = PEOPLE) -> tuple[Hour, Footage]:
    """One hour from file to observation, as ``xueshi verify`` does it (hashing for evidence aside)."""
    watch = Stopwatch()
    began = time.process_time()
    eyes = TimedSenses(senses(), watch)
    opening = time.process_time() - began
    began = time.process_time()
    (footage,) = find_recordings(folder)
    watch.add("index", began)
    if footage.span is None:
        raise SystemExit(f"{folder}: no clock")
    with KeyframeReader([footage]) as reader:
        source = TimedSource(ThumbnailSource(reader), watch)
        ask = ObservationRequest("CH02", footage.span, Digest.of(b"bench"), EyeGoal(expected, 600.0, SHARE))
        observed = Observer(eyes).observe(source, ask)
        read = reader.bytes_read + footage.bytes_read
    total = time.process_time() - began
    watch.spent["all else"] = total - sum(watch.spent.values())
    looks = list(zip(source.colour_times, eyes.taken, strict=True))
    return Hour(watch, total, source.luma_times, looks, read, observed.proven, opening), footage


def floor(footage: Footage, hour: Hour) -> float:
    """Reading the index, decoding the same keyframes from memory, and the same networks on the same frames: no less will do."""
    since = time.process_time()
    with av.open(str(footage.path)) as container:
        stream = container.streams.video[0]
        entries = [(entry.timestamp, entry.pos, entry.size) for entry in stream.index_entries if entry.is_keyframe]
        base = stream.time_base or Fraction(1, 90_000)
        spent = time.process_time() - since
        with footage.path.open("rb") as file:
            wanted = sorted([*((at, 0) for at in hour.luma), *hour.looks])
            packets = [(_bytes(file, entries, at, base), networks) for at, networks in wanted]
        since = time.process_time()
        context = av.CodecContext.create(stream.codec_context.name, "r")
        context.extradata = stream.codec_context.extradata
        context.thread_type, context.thread_count = "SLICE", 1
        for data, networks in packets:
            frames = [*context.decode(av.Packet(data)), *context.decode(None)]
            context.flush_buffers()
            if networks:
                list(islice(senses().looking(frames[0].to_ndarray(format="bgr24")), networks))
        return spent + time.process_time() - since


def _bytes(file, entries, at: datetime, base: Fraction) -> bytes:  # type: ignore[no-untyped-def]  # noqa: ANN001
    ticks = round((at - START).total_seconds() / base)
    _, pos, size = min(entries, key=lambda entry: abs(entry[0] - ticks))
    file.seek(pos)
    return bytes(file.read(size))


def users_script(path: Path) -> float:
    """cv2 reads the file frame by frame and a face search runs on one frame in ten seconds, at full size.

    Measured on the first minutes and scaled to the hour, for it takes long; both parts are linear in time.
    """
    search = face_search()
    since = time.process_time()
    capture = cv2.VideoCapture(str(path))
    rate = capture.get(cv2.CAP_PROP_FPS)
    for number in range(int(SCRIPT_MINUTES * 60 * rate)):
        good, frame = capture.read()
        if good and number % int(rate * STEP_S) == 0:
            search(frame)
    capture.release()
    return (time.process_time() - since) * 45 / SCRIPT_MINUTES


def face_search() -> Callable[[Picture], object]:
    """What ``face_recognition.face_locations`` does by default: dlib's HOG detector on the whole picture, doubled once."""
    if find_spec("dlib") is None:
        raise SystemExit("this bench compares with dlib: pip install --require-hashes -r requirements/bench.txt")
    search = import_module("dlib").get_frontal_face_detector()
    return lambda frame: search(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), 1)


def memory_mb(folder: Path) -> float:
    """Peak resident memory of one worker that looks at the folder's hour."""
    code = (
        "import sys, resource; from pathlib import Path; from benchmarks.verify_bench import ours; "
        "ours(Path(sys.argv[1])); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    return float(
        subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True).stdout
    )


def school_day(clip: Path, folder: Path, hours: int = 6, cameras: int = 4) -> Path:
    """Six hours on four cameras, all links to one file."""
    folder.mkdir(parents=True, exist_ok=True)
    for camera in range(1, cameras + 1):
        for hour in range(hours):
            start = START + timedelta(hours=hour)
            end = start + timedelta(minutes=45)
            link = folder / f"CH{camera:02d}_{start:%Y%m%d%H%M%S}_{end:%Y%m%d%H%M%S}.mp4"
            if not link.exists():
                link.hardlink_to(clip)
    return folder


def wall_s(folder: Path, workers: int) -> float:
    """How long looking at the whole day takes."""
    copies = [replace(found, segment=replace(found.segment)) for found in _scanned(folder)]
    files = {one.segment.path: one for one in copies}
    goal = Goal(PEOPLE, 600.0, SHARE)
    jobs = [
        LookJob(path, one.segment.camera_id, one.span, (path,), Digest.of(path.encode()), goal)
        for path, one in files.items()
        if one.span
    ]
    began = time.perf_counter()
    done = sum(1 for _ in PoolLooker(files, {}, workers, None).look(jobs))
    return (time.perf_counter() - began) * len(jobs) / done


def _scanned(folder: Path) -> list[Footage]:
    from ingest.recordings.scan import scan  # noqa: PLC0415 - links to one file are one file to find_recordings

    return [scan(path) for path in sorted(folder.iterdir())]


def report_hour(codec: str, keep: Path) -> None:
    """The rows of one codec."""
    clip = hour_clip(keep, codec)
    ours(clip.parent)  # the weights are loaded and the file is in the page cache
    hour, footage = ours(clip.parent)
    least, script = floor(footage, hour), users_script(clip)
    size = clip.stat().st_size
    print(f"\n{codec} 45 min 1080p25, {size / 1e6:.0f} MB, {PEOPLE} people; proven: {hour.proven}")
    for stage, spent in hour.watch.spent.items():
        print(f"  {stage:<14}{spent:7.2f} CPU s")
    print(f"  (opening and probing the networks, once a process: {hour.opening:.2f} CPU s)")
    print(f"  ours          {hour.total:7.2f} CPU s   {len(hour.luma)} small + {len(hour.looks)} whole keyframes")
    print(f"  floor         {least:7.2f} CPU s   ours/floor {hour.total / least:.2f}")
    print(f"  user's script {script:7.1f} CPU s   script/ours {script / hour.total:.0f}")
    print(f"  bytes read    {hour.bytes_read / 1e6:7.1f} MB      {100 * hour.bytes_read / size:.2f} % of the file")


def report_undecided(keep: Path) -> None:
    """The same hour with one more trainee signed in than sit there: what it costs to find nobody else."""
    folder = hour_clip(keep, "h264").parent
    ours(folder)
    hour, _ = ours(folder, PEOPLE + 1)
    print(f"\nundecided: h264 45 min 1080p25, {PEOPLE} people of {PEOPLE + 1}; proven: {hour.proven}")
    for stage, spent in hour.watch.spent.items():
        print(f"  {stage:<14}{spent:7.2f} CPU s")
    asked = sum(networks for _, networks in hour.looks)
    print(f"  ours          {hour.total:7.2f} CPU s   {len(hour.looks)} whole keyframes, {asked} asked of a network")


def report_memory(keep: Path) -> None:
    """How much a worker holds, for a short stretch and a long one."""
    short, long = hour_clip(keep, "h264", 15), hour_clip(keep, "h264", 45)
    print(
        f"\npeak memory of a worker: {memory_mb(short.parent):.0f} MB for 15 min, {memory_mb(long.parent):.0f} MB for 45 min"
    )


def report_day(keep: Path) -> None:
    """A whole day, with one worker and with two."""
    day = school_day(hour_clip(keep, "h264", 45), keep / "day")
    one, two = wall_s(day, 1), wall_s(day, 2)
    print(f"6 h x 4 cameras: {one:.1f} s with 1 worker, {two:.1f} s with 2, efficiency {100 * one / two / 2:.0f} %")
    print(f"children's peak {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


PARTS: Mapping[str, Callable[[Path], None]] = {
    "h264": lambda keep: report_hour("h264", keep),
    "h265": lambda keep: report_hour("h265", keep),
    "undecided": report_undecided,
    "memory": report_memory,
    "day": report_day,
}


def main() -> None:
    """Prints every figure that RESULTS.md quotes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "xueshi-bench")
    parser.add_argument("--quick", action="store_true", help="one codec, no scaling")
    parser.add_argument("--only", choices=PARTS, help="this part alone")
    wanted = parser.parse_args()
    cv2.setNumThreads(1)
    print(
        f"{counted(os.cpu_count(), 'processor')}, load {os.getloadavg()[0]:.1f}, av {av.__version__}, opencv {cv2.__version__}"
    )
    for part in [wanted.only] if wanted.only else ["h264"] if wanted.quick else PARTS:
        PARTS[part](wanted.keep)


if __name__ == "__main__":
    main()
