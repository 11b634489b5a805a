"""Segments on the disk: one fragmented MP4 per stretch, named by its start, with a sidecar when it is finished."""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from facts.digest import Digest
from facts.recorder import DiskFullError, EntryKind, RecorderEntry, SegmentTimes, StreamFragment, StreamShape
from facts.span import local
from ingest.cameras.fragments import media_length_s, placed
from ingest.cameras.recorder_ledger import FULL
from ingest.recordings.file_digest import digest_file

_MOST_NAMES = 1000
BY_CAMERA = "camera"


class SegmentDisk:
    """A folder of cameras, each with its days; room is kept for the ledger and the rest of the machine."""

    def __init__(self, root: Path, keep_free_bytes: int, now: Callable[[], datetime]) -> None:
        self.root, self._keep, self._now = root, keep_free_bytes, now

    def is_full(self) -> bool:
        """Whether there is no room to go on."""
        return shutil.disk_usage(self.root).free < self._keep

    def open(self, camera: str, shape: StreamShape, start: datetime) -> "SegmentFile":
        """A new file; ``DiskFullError`` where there is no room even for its head."""
        try:
            return SegmentFile(self.root, camera, shape, start, self._now)
        except OSError as error:
            raise _full(error) from error

    def recover(self, opened: RecorderEntry, start: datetime | None) -> RecorderEntry | None:
        """What a killed recorder left of a file: its whole fragments, closed now; nothing where nothing was written."""
        path = self.root / opened.file
        if not path.is_file():
            return self._finished_before(opened)
        length_s, packets, whole = media_length_s(path.read_bytes())
        torn = path.stat().st_size - whole
        if torn:
            os.truncate(path, whole)
        if not packets:
            path.unlink()
            return None
        start = start or opened.start or self._now()
        times = SegmentTimes(start, start + timedelta(seconds=length_s), BY_CAMERA)
        facts = {"packets": packets, "bytes": whole, "sha256": digest_file(path).sha256, "recovered": True}
        return _close(self.root, opened.camera, opened.file, times, facts | {"torn_bytes": torn}, self._now())

    def _finished_before(self, opened: RecorderEntry) -> RecorderEntry | None:
        """It was renamed already and died before the ledger heard of it."""
        for path in (self.root / opened.file).parent.glob("*.json"):
            said = json.loads(path.read_text("utf-8"))
            if said.get("opened") == opened.file:
                times = SegmentTimes(
                    datetime.fromisoformat(said["start"]), datetime.fromisoformat(said["end"]), said["timed_by"]
                )
                return _entry(opened.camera, opened.file, times, said, self._now())
        return None


class SegmentFile:
    """One file that grows fragment by fragment; whoever opens it meanwhile sees whole fragments."""

    def __init__(
        self, root: Path, camera: str, shape: StreamShape, start: datetime, now: Callable[[], datetime]
    ) -> None:
        self._root, self._camera, self._shape, self._now = root, camera, shape, now
        self._path = _free_name(root, camera, start)
        self.file = self._path.relative_to(root).as_posix()  # its name as the ledger has it
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._out = self._path.open("xb", buffering=0)
        self._hash = hashlib.sha256(shape.header)
        self._bytes = self._packets = 0
        try:
            self._append(shape.header)
        except OSError:
            self._out.close()
            self._path.unlink()  # without its head it is no file
            raise
        self._bytes = len(shape.header)

    def write(self, fragment: StreamFragment, at_s: float) -> None:
        """Append it at this time from the file's beginning."""
        head, pictures = placed(fragment, at_s, self._shape)
        try:
            self._append(head, pictures)
        except OSError as error:
            self._out.seek(self._bytes)
            self._out.truncate()
            raise _full(error) from error
        self._hash.update(head)
        self._hash.update(pictures)
        self._bytes, self._packets = self._bytes + len(fragment.box), self._packets + fragment.packets

    def _append(self, *parts: bytes | memoryview) -> None:
        """All of it: a disk that is nearly full takes a part, and refuses the next."""
        written, wanted = os.writev(self._out.fileno(), parts), sum(map(len, parts))
        rest = memoryview(b"" if written == wanted else b"".join(parts))[written:]
        while rest:
            rest = rest[self._out.write(rest) or 0 :]

    def close(self, times: SegmentTimes) -> RecorderEntry:
        """The file is finished; one without pictures is no file."""
        if not self._packets:
            self._out.close()
            self._path.unlink()
            return RecorderEntry(EntryKind.CLOSED, self._now(), self._camera, times.start, times.start, self.file)
        os.fsync(self._out.fileno())
        self._out.close()
        shape = self._shape
        facts = {"packets": self._packets, "bytes": self._bytes, "sha256": self._hash.hexdigest()}
        facts |= {"codec": shape.codec, "width": shape.width, "height": shape.height}
        return _close(self._root, self._camera, self.file, times, facts, self._now())


def _close(
    root: Path, camera: str, opened: str, times: SegmentTimes, facts: dict[str, Any], at: datetime
) -> RecorderEntry:
    """Sidecar first, then the file under its last name, so that at every moment one of both can be found."""
    path = root / opened
    final = path if _stamp(times.start) in path.name else _free_name(root, camera, times.start, path.parent)
    said = {
        "camera": camera,
        "opened": opened,
        "start": times.start.isoformat(),
        "end": times.end.isoformat(),
        "timed_by": times.timed_by,
        "ppm": round(times.ppm, 1),
        "gaps": [[span.start.isoformat(), span.end.isoformat()] for span in times.gaps],
        **facts,
        "name": final.relative_to(root).as_posix(),
    }
    try:
        with final.with_suffix(".json").open("w", encoding="utf-8") as out:
            out.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        if error.errno not in FULL:
            raise
        final.with_suffix(".json").unlink(missing_ok=True)  # the ledger says the same
    path.rename(final)
    return _entry(camera, opened, times, said, at)


def _entry(camera: str, opened: str, times: SegmentTimes, said: dict[str, Any], at: datetime) -> RecorderEntry:
    names = ("name", "packets", "bytes", "timed_by", "recovered", "torn_bytes")
    told: dict[str, Any] = {name: said[name] for name in names if name in said}
    told["sha256"] = Digest(said["sha256"]).sha256
    return RecorderEntry(EntryKind.CLOSED, at, camera, times.start, times.end, opened, told=told)


def _free_name(root: Path, camera: str, start: datetime, folder: Path | None = None) -> Path:
    for step in range(_MOST_NAMES):
        at = start + timedelta(milliseconds=step)
        day = folder or root / camera / f"{local(at):%Y-%m-%d}"
        path = day / f"{camera}_{_stamp(at)}.mp4"
        if not path.exists():
            return path
    raise FileExistsError(errno.EEXIST, f"a thousand segments of {camera} begin at {start}")


def _stamp(moment: datetime) -> str:
    """As ``ingest/recordings/file_clock.py`` reads it: Chinese time to the millisecond."""
    there = local(moment)
    return f"{there:%Y%m%d_%H%M%S}.{there.microsecond // 1000:03d}"


def _full(error: OSError) -> Exception:
    return DiskFullError(f"no room for another fragment ({error.strerror})") if error.errno in FULL else error
