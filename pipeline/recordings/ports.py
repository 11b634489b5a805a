from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from facts.recorder import ClockInstant, RecorderEntry, SegmentTimes, StreamEnd, StreamFragment, StreamShape


class CameraStream(Protocol):
    """One connection to a camera, from the first packet to the last."""

    @property
    def shape(self) -> StreamShape | None:
        """What the pictures are, once the first was here."""

    def take(self, wait_s: float) -> StreamFragment | StreamEnd | None:
        """The next fragment, the end, or nothing within ``wait_s``."""

    def stop(self) -> list[StreamFragment | StreamEnd]:
        """End the connection now; what was still on its way, and last the end with what is known of why."""


class OpenSegment(Protocol):
    """A file that grows."""

    @property
    def file(self) -> str:
        """Its name as the ledger has it."""

    def write(self, fragment: StreamFragment, at_s: float) -> None:
        """Append it at this time from the file's beginning; ``DiskFullError`` where there is no room."""

    def close(self, times: SegmentTimes) -> RecorderEntry:
        """The file is finished: named by its start, sidecar beside it; what the ledger should say of it."""


class SegmentFolder(Protocol):
    """Where segments lie."""

    def is_full(self) -> bool:
        """Whether there is no room to go on."""

    def open(self, camera: str, shape: StreamShape, start: datetime) -> OpenSegment:
        """A new file."""


class RecorderLedger(Protocol):
    """The list that survives everything."""

    def add(self, entry: RecorderEntry) -> None:
        """Append; on return it is on the disk."""


OpenStream = Callable[[], CameraStream]
ReadClock = Callable[[], ClockInstant]
Wait = Callable[[float], None]
Planned = Callable[[datetime], bool]


@dataclass(frozen=True, slots=True)
class WatchPorts:
    """What a watch stands on."""

    open_stream: OpenStream
    folder: SegmentFolder
    ledger: RecorderLedger
    clock: ReadClock
    wait: Wait
    planned: Planned
