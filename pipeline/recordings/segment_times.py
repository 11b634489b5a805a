"""Where a segment and each fragment of it lie in time, whatever the camera's clock does meanwhile."""

from datetime import datetime, timedelta

from facts.recorder import ClockInstant, SegmentTimes, StreamFragment
from facts.span import Span
from pipeline.recordings.stream_clock import StreamClock

BY_CAMERA, BY_ARRIVAL = "camera", "arrival"
_STEADY = 2  # times its own length that a fragment may have taken to come


class SegmentTimeline:
    """Positions in one file. Until something impossible comes the camera's stamps count, from then on arrival does."""

    def __init__(self, anchor: ClockInstant, clock: StreamClock, first: StreamFragment, *, by_arrival: bool) -> None:
        self.anchor, self.clock = anchor, clock
        self.end_s = 0.0
        self.timed_by = BY_ARRIVAL if by_arrival else BY_CAMERA
        self._base_s = first.start_s
        self._arrived_s = first.arrived_s - first.length_s
        self._start_mono_s = self._arrived_s if by_arrival else clock.mono_s(first.start_s, first.arrived_s)
        self._stepped = by_arrival
        self._pauses: list[Span] = []

    def place(self, fragment: StreamFragment) -> float:
        """At which second of the file it begins."""
        if self.timed_by == BY_ARRIVAL:
            took = fragment.arrived_s - self._arrived_s
            span = took if took <= _STEADY * fragment.length_s else fragment.length_s
            at = max(self.end_s, fragment.arrived_s - span - self._start_mono_s)
        else:
            at = max(self.end_s, fragment.start_s - self._base_s)
        self._arrived_s = fragment.arrived_s
        self.end_s = at + fragment.length_s
        if not self._stepped:
            self._start_mono_s = self.clock.mono_s(self._base_s, fragment.arrived_s)
        return at

    def step(self, fragment: StreamFragment, clock: StreamClock) -> None:
        """The camera's clock went forward: what is recorded stays, what comes is placed by when it came."""
        self._stepped = True
        at = max(self.end_s, fragment.arrived_s - fragment.length_s - self._start_mono_s)
        self._base_s, self.clock = fragment.start_s - at, clock

    def distrust(self, clock: StreamClock) -> None:
        """From here on arrival counts."""
        self._stepped, self.timed_by, self.clock = True, BY_ARRIVAL, clock

    @property
    def start(self) -> datetime:
        """The wall's time of the first picture, as well as it is known by now."""
        return self.anchor.wall_at(self._start_mono_s)

    def at(self, seconds: float) -> datetime:
        """The wall's time of a place in the file."""
        return self.start + timedelta(seconds=seconds)

    def pause(self, start_s: float, end_s: float) -> tuple[datetime, datetime]:
        """Nothing came between these places of the file."""
        self._pauses.append(Span(self.at(start_s), self.at(end_s)))
        return self.at(start_s), self.at(end_s)

    def times(self) -> SegmentTimes:
        """What the sidecar and the ledger say."""
        return SegmentTimes(self.start, self.at(self.end_s), self.timed_by, self.clock.ppm, tuple(self._pauses))
