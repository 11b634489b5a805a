"""When the recorder says that pictures were taken, held against what each picture says of itself."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import numpy as np

from facts.recorder import EntryKind
from facts.span import Span
from ingest.cameras.recorder_ledger import read_ledger
from tests.fixtures.rtsp_camera import TOLD

_TOLD = re.compile(re.escape(TOLD.encode()) + rb"([0-9.]+)\x80")
_HOLE_S = 0.5


@dataclass(frozen=True, slots=True)
class FileTruth:
    """A recorded file: where the ledger puts it, and for each picture the moment that is said and the moment it was taken."""

    name: str
    span: Span
    said: np.ndarray
    taken: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """By how much the recorder is late with each picture."""
        return self.said - self.taken


def file_truths(folder: Path) -> Sequence[FileTruth]:
    """Every file that the ledger closed and that is there."""
    found = []
    for line in read_ledger(folder):
        name = str(line.told.get("name", ""))
        if line.kind is EntryKind.CLOSED and name and line.start and line.end:
            said, taken = _pictures(folder, name, line.start)
            if len(said):
                found.append(FileTruth(name, Span(line.start, line.end), said, taken))
    return found


def _pictures(folder: Path, name: str, start: datetime) -> tuple[np.ndarray, np.ndarray]:
    path = folder.parent / name
    said, taken = [], []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        first = None
        for packet in container.demux(stream):
            told = _TOLD.search(bytes(packet)) if packet.size else None
            if told and packet.pts is not None:
                at = float(packet.pts * packet.time_base)
                first = at if first is None else first
                said.append(start.timestamp() + at - first)
                taken.append(float(told[1]))
    return np.array(said), np.array(taken)


def falsely_claimed_s(files: Iterable[FileTruth], recorded: Iterable[Span]) -> float:
    """Seconds said to be footage, of which no picture near was ever taken: longer than half a second each."""
    taken = np.sort(np.concatenate([one.taken for one in files]))
    total = 0.0
    for span in recorded:
        start, end = span.start.timestamp(), span.end.timestamp()
        inside = taken[(taken > start - _HOLE_S) & (taken < end + _HOLE_S)]
        marks = np.concatenate([[start], np.clip(inside, start, end), [end]])
        holes = np.diff(marks)
        total += float(holes[holes > _HOLE_S].sum())
    return total


def drift_s_per_hour(files: Sequence[FileTruth]) -> float:
    """The slope of the errors over all files of a camera."""
    at = np.concatenate([one.taken for one in files])
    errors = np.concatenate([one.errors for one in files])
    return float(np.polyfit((at - at[0]) / 3600, errors, 1)[0])
