from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facts.footage import Segment
from facts.span import Span
from ingest.recordings.file_signature import ContainerKind


def _none() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class RecordingEntry:
    """What ``class.toml`` says about one file (``[[recording]]``), by its path relative to the class folder."""

    file: str
    camera: str = ""
    start: datetime | None = None
    trust_creation_time: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Keyframes:
    """The pictures of a file that can be decoded alone, in order of time, one array element each.

    ``at_us`` counts from the file's first packet. ``delta_bytes`` and ``delta_frames`` describe what follows up to
    the next keyframe: hardly any bytes over many frames is what a frozen picture looks like. ``whole`` says that
    ``pos`` and ``size`` are the packet's very bytes; otherwise ``pos`` is where the demuxer finds it.
    """

    at_us: NDArray[np.int64] = field(default_factory=_none)
    ticks: NDArray[np.int64] = field(default_factory=_none)
    pos: NDArray[np.int64] = field(default_factory=_none)
    size: NDArray[np.int64] = field(default_factory=_none)
    delta_bytes: NDArray[np.int64] = field(default_factory=_none)
    delta_frames: NDArray[np.int64] = field(default_factory=_none)
    whole: bool = False

    def __len__(self) -> int:
        return int(self.at_us.size)


@dataclass(frozen=True, slots=True, eq=False)
class Footage:
    """A recording file as the rest of ``ingest`` handles it: the fact, and how to get at its keyframes."""

    segment: Segment
    path: Path
    kind: ContainerKind = ContainerKind.OTHER
    anchor: datetime | None = None
    keys: Keyframes = field(default_factory=Keyframes)
    extradata: bytes = b""
    packets: int = 0
    bytes_read: int = 0

    def moved(self, by: timedelta) -> "Footage":
        """The same file after its camera's clock was corrected."""
        if not by or self.anchor is None:
            return self
        segment = replace(
            self.segment,
            stretches=tuple(span.moved(by) for span in self.segment.stretches),
            claimed=self.segment.claimed.moved(by) if self.segment.claimed else None,
        )
        return replace(self, segment=segment, anchor=self.anchor + by)

    def key_times(self) -> list[datetime]:
        """When each keyframe was shown on the wall clock; none without a clock."""
        if self.anchor is None:
            return []
        return [self.anchor + timedelta(microseconds=int(at)) for at in self.keys.at_us]

    @property
    def span(self) -> Span | None:
        """From its first packet to the end of its last, where it has a clock."""
        return self.segment.span
