"""What comes from one camera becomes files: cut at the clock, placed in time, every step of a clock told."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from facts.recorder import (
    CameraLife,
    ClockInstant,
    DiskFullError,
    EntryKind,
    GapReason,
    RecorderEntry,
    StreamFragment,
    StreamShape,
)
from pipeline.recordings.ports import OpenSegment, WatchPorts
from pipeline.recordings.segment_times import SegmentTimeline
from pipeline.recordings.stream_clock import ClockDoubt, StreamClock

_HOST_STEP_S = 0.5
_TWO_STEPS_S = 60.0


class CameraSegments:
    """The file of one camera that grows, and the clock by which it is placed."""

    def __init__(self, camera: str, ports: WatchPorts, segment_s: float, pause_s: float) -> None:
        self.camera, self.ports = camera, ports
        self._segment_s, self._pause_s = segment_s, pause_s
        self.life = CameraLife()
        self._segment: OpenSegment | None = None
        self._timeline: SegmentTimeline | None = None
        self._clock = StreamClock()
        self._host_s: float | None = None
        self._cut = self._by_arrival = False
        self._stepped_s: float | None = None
        self._ended: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether a file grows."""
        return self._segment is not None

    def begin(self) -> None:
        """Another connection: nothing is known of its times."""
        self._clock, self._by_arrival, self._stepped_s = StreamClock(), False, None

    def is_possible(self, fragment: StreamFragment) -> bool:
        """Whether its times can be followed; where the stamps went back, only another connection helps."""
        doubt = None if self._by_arrival else self._clock.doubt(fragment)
        if doubt is None:
            return True
        self.tell(EntryKind.STEP, reason=f"camera_{doubt[0]}", told={"seconds": round(doubt[1], 3)})
        if doubt[0] is ClockDoubt.BACK:
            return False
        self._distrust(doubt[0], fragment)
        return True

    def record(self, fragment: StreamFragment, shape: StreamShape | None) -> None:
        """Into the open file, or into a new one where it is time; ``DiskFullError`` where there is no room."""
        self._clock.meet(fragment)
        if fragment.key and shape and (self._segment is None or self._cut or self._is_due()):
            self._open_next(fragment, shape)
        self.keep(fragment)

    def keep(self, fragment: StreamFragment) -> None:
        """Write it, and a pause before it into the ledger; what comes before the first keyframe shows nothing."""
        if not (self._segment and self._timeline):
            return
        before = self._timeline.end_s
        at = self._timeline.place(fragment)
        if at - before > self._pause_s:
            start, end = self._timeline.pause(before, at)
            self.tell(EntryKind.GAP, start=start, end=end, reason=GapReason.STALLED)
        try:
            self._segment.write(fragment, at)
        except DiskFullError:
            self._timeline.end_s = before  # not recorded, hence not claimed
            raise
        self.life = CameraLife(self._segment.file, self._timeline.start, self._timeline.at(self._timeline.end_s))

    def close(self) -> datetime | None:
        """Finish the file, if one is open; when its last picture ends."""
        segment, timeline = self._segment, self._timeline
        self._segment = self._timeline = None
        if segment is None or timeline is None:
            return None
        times = timeline.times()
        self.ports.ledger.add(segment.close(times))
        self.life, self._ended = CameraLife(newest=times.end), times.end
        return times.end

    def lose(self) -> datetime | None:
        """Close, and since when nothing is recorded; nothing where no file was begun since it was last asked."""
        self.close()
        ended, self._ended = self._ended, None
        return ended

    def look_at_host(self, now: ClockInstant) -> None:
        """The host's clock was set: what is recorded keeps its times, the next file has the new ones."""
        offset = now.wall.timestamp() - now.mono_s
        if self._host_s is not None and abs(offset - self._host_s) > _HOST_STEP_S:
            self.tell(EntryKind.STEP, reason="host", told={"seconds": round(offset - self._host_s, 3)})
            self._cut = self._segment is not None
        self._host_s = offset

    def tell(self, kind: EntryKind, **fields: Any) -> None:  # noqa: ANN401 - the entry's own fields
        """One line of the ledger about this camera."""
        self.ports.ledger.add(replace(RecorderEntry(kind, self.ports.clock().wall, self.camera), **fields))

    def _distrust(self, doubt: ClockDoubt, fragment: StreamFragment) -> None:
        """One step forward is followed; two within a minute, or a false rate, and arrival counts."""
        often = self._stepped_s is not None and fragment.arrived_s - self._stepped_s < _TWO_STEPS_S
        self._clock, self._stepped_s = StreamClock(), fragment.arrived_s
        self._by_arrival = doubt is ClockDoubt.RATE or often
        if self._timeline and self._by_arrival:
            self._timeline.distrust(self._clock)
        elif self._timeline:
            self._timeline.step(fragment, self._clock)

    def _is_due(self) -> bool:
        """Whether the clock passed the time at which files are cut."""
        line = self._timeline
        return line is not None and self._slot(line.at(line.end_s)) != self._slot(line.start)

    def _slot(self, moment: datetime) -> int:
        return int(moment.timestamp() // self._segment_s)

    def _open_next(self, fragment: StreamFragment, shape: StreamShape) -> None:
        end = self.close()
        follows = end is not None and not self._cut
        if self._cut and end:
            self.tell(EntryKind.GAP, start=end, reason=GapReason.CLOCK_STEP)
        self._cut, self._by_arrival = False, self._by_arrival and not self._clock.is_steady
        if self.ports.folder.is_full():
            raise DiskFullError(f"{self.camera}: got less room than is to be kept free; make room or record elsewhere")
        timeline = SegmentTimeline(self.ports.clock(), self._clock, fragment, by_arrival=self._by_arrival)
        self._segment = self.ports.folder.open(self.camera, shape, timeline.start)
        self._timeline, self._ended = timeline, None
        self.tell(EntryKind.SEGMENT, start=timeline.start, file=self._segment.file, follows=follows)
