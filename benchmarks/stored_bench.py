"""What verifying one class hour costs when its recording lies in a bucket, beside the same hour from disk.

python -m benchmarks.stored_bench HOST:PORT [--keep DIR] [--rounds N]      (keys from XUESHI_S3_ACCESS_KEY and …_SECRET_KEY)

Disk and store in turn, in this process, which reads for itself and gives ranges as it would to a child; the medians
count. ``line`` is what a child's line adds: as many ranges of the same size once more through it.
"""

import argparse
import os
import resource
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median

import av
import cv2

from benchmarks.clips import hour_clip
from benchmarks.verify_bench import ours
from facts.counting import counted
from runtime.platform.clock import now
from runtime.platform.range_broker import RangeBroker
from runtime.platform.range_line import RangeLine
from storage.evidence.port import Ref
from storage.evidence.range_reader import range_reader
from storage.evidence.s3 import S3Store
from storage.evidence.s3_settings import settings_from

MOST_RATIO, MOST_SHARE = 1.15, 5.0


def main() -> None:
    """Prints a row for each way in which a recorder lays a file out."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("server", metavar="HOST:PORT")
    wanted.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "xueshi-bench")
    wanted.add_argument("--rounds", type=int, default=3)
    chosen = wanted.parse_args()
    cv2.setNumThreads(1)
    store = S3Store(settings_from(f"s3+http://{chosen.server}/bench-{secrets.token_hex(4)}", os.environ), now)
    store.create()
    print(f"{counted(os.cpu_count(), 'processor')}, load {os.getloadavg()[0]:.1f}")
    for codec in ("h264", "h265"):
        row(f"{codec}, index at the front", store, hour_clip(chosen.keep, codec), chosen.rounds)
    row("h264, fragments of half a second", store, fragmented(hour_clip(chosen.keep, "h264")), chosen.rounds)


def row(name: str, store: S3Store, clip: Path, rounds: int) -> None:
    """One recording, stored and verified both ways."""
    kept = store.put(clip, retain_until=now() + timedelta(hours=1))
    ours(clip.parent)  # the networks are loaded, the file is in the page cache
    disk, far, walls = [], [], []
    read = ranges = 0
    for _ in range(rounds):
        disk.append(cpu_s(lambda: ours(clip.parent)))
        began = time.perf_counter()
        with closing(range_reader(store, kept.ref)) as reader, RangeBroker({clip: reader}) as broker:
            far.append(cpu_s(lambda: ours(clip.parent)))
        walls.append(time.perf_counter() - began)
        read, ranges = broker.bytes_read, broker.ranges
    share = 100 * read / kept.size_bytes
    print(f"\n{name}: {kept.size_bytes / 1e6:.0f} MB")
    print(f"  from disk   {median(disk):6.2f} CPU s   {' '.join(f'{one:.2f}' for one in disk)}")
    print(
        f"  from store  {median(far):6.2f} CPU s   {' '.join(f'{one:.2f}' for one in far)}   wall {median(walls):.0f} s"
    )
    print(f"  ratio       {median(far) / median(disk):6.2f}   (aim ≤ {MOST_RATIO})")
    print(
        f"  bytes read  {read / 1e6:6.1f} MB in {counted(ranges, 'range')}, {share:.2f} % of the file (aim ≤ {MOST_SHARE} %)"
    )
    print(f"  line        {line_s(store, kept.ref, clip, ranges, read // ranges):6.2f} CPU s more in a child")


def line_s(store: S3Store, ref: Ref, clip: Path, ranges: int, size: int) -> float:
    """CPU seconds of both ends for so many ranges that the broker has at hand."""
    with closing(range_reader(store, ref)) as reader, RangeBroker({clip: reader}) as broker:
        door = broker.door([clip])
        if door is None:
            raise SystemExit(f"{clip}: the broker does not know it")
        line = RangeLine(door)
        line.read(clip, 0, size)
        return cpu_s(lambda: [line.read(clip, 0, size) for _ in range(ranges)])


def cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all its threads and the kernel included."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def fragmented(clip: Path) -> Path:
    """The same packets in fragments, as the service's recorder writes them."""
    target = clip.parent.parent / f"{clip.parent.name}-fragments" / clip.name
    if target.exists():
        return target
    target.parent.mkdir(exist_ok=True)
    staged = target.with_suffix(".part.mp4")
    layout = {"movflags": "empty_moov+default_base_moof", "frag_duration": "500000"}
    with av.open(str(clip)) as given, av.open(str(staged), "w", options=layout) as made:
        stream = given.streams.video[0]
        copied = made.add_stream_from_template(stream)
        for packet in given.demux(stream):
            if packet.dts is not None:
                packet.stream = copied
                made.mux(packet)
    staged.replace(target)
    return target


if __name__ == "__main__":
    main()
