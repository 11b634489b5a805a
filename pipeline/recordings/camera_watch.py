"""One camera watched: connect, record, notice silence, say why a second is missing, try again."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from facts.recorder import CameraLife, ClockInstant, DiskFullError, EntryKind, GapReason, StreamEnd, StreamFragment
from pipeline.recordings.camera_segments import CameraSegments
from pipeline.recordings.ports import CameraStream, WatchPorts

# Cameras lock an account after a few wrong passwords, and a full disk is not emptied within a second.
_LEAST_WAIT_S = MappingProxyType({GapReason.PASSWORD: 60.0, GapReason.DISK_FULL: 5.0})


@dataclass(frozen=True, slots=True)
class WatchLimits:
    """How patient the watch is, in seconds."""

    segment_s: float = 300.0
    stall_s: float = 10.0
    first_s: float = 20.0
    pause_s: float = 2.0
    least_wait_s: float = 1.0
    most_wait_s: float = 30.0
    settled_s: float = 60.0
    poll_s: float = 1.0


class CameraWatch:
    """Judges by the age of the newest packet, never by how a process ended."""

    def __init__(self, camera: str, ports: WatchPorts, limits: WatchLimits) -> None:
        self.ports, self.limits = ports, limits
        self._segments = CameraSegments(camera, ports, limits.segment_s, limits.pause_s)
        self._stream: CameraStream | None = None
        self._gap: GapReason | None = None
        self._newest_s = self._began_s = self._retry_s = self._wait_s = 0.0

    @property
    def life(self) -> CameraLife:
        """The file that grows, and the newest packet."""
        return self._segments.life

    def step(self) -> None:
        """One look: at most ``poll_s`` long."""
        now = self.ports.clock()
        self._segments.look_at_host(now)
        if not self.ports.planned(now.wall):
            self._leave(now)
            self.ports.wait(self.limits.poll_s)
        elif self._stream is not None:
            self._meet(self._stream.take(self.limits.poll_s))
        elif now.mono_s < self._retry_s:
            self.ports.wait(min(self.limits.poll_s, self._retry_s - now.mono_s))
        else:
            self._connect(now)

    def stop(self) -> datetime | None:
        """The recorder ends, which the ledger's END says for all cameras; when the last picture ends."""
        if self._stream:
            self._hang_up()
        return self._segments.lose()

    def _leave(self, now: ClockInstant) -> None:
        """Nothing is planned (any more); whatever is planned next begins with connecting."""
        end = self.stop()
        self._miss(GapReason.STARTING, end or now.wall)
        self._retry_s = self._wait_s = 0.0

    def _meet(self, event: StreamFragment | StreamEnd | None) -> None:
        if isinstance(event, StreamFragment):
            self._record(event)
        elif isinstance(event, StreamEnd):
            self._lose(event)
        else:
            self._hear_nothing(self.ports.clock())

    def _connect(self, now: ClockInstant) -> None:
        if self._gap is None:
            self._miss(GapReason.STARTING, now.wall)
        if self.ports.folder.is_full():
            self._miss(GapReason.DISK_FULL, now.wall)
            self._try_later(GapReason.DISK_FULL)
            return
        self._stream = self.ports.open_stream()
        self._segments.begin()
        self._began_s = self._newest_s = now.mono_s

    def _record(self, fragment: StreamFragment) -> None:
        self._newest_s = fragment.arrived_s
        if not self._segments.is_possible(fragment):
            self._hang_up()
            self._lose(StreamEnd(GapReason.CLOCK_STEP))
            return
        try:
            self._segments.record(fragment, self._stream.shape if self._stream else None)
        except DiskFullError:
            self._hang_up(keep=False)
            self._lose(StreamEnd(GapReason.DISK_FULL))
            return
        if self._segments.is_open:
            self._gap = None

    def _hear_nothing(self, now: ClockInstant) -> None:
        patience = self.limits.stall_s if self._segments.is_open else self.limits.first_s
        if now.mono_s - self._newest_s > patience:
            end = self._hang_up()
            reason = end.reason if end.reason is GapReason.NO_KEYFRAME else GapReason.STALLED
            self._lose(StreamEnd(reason, end.words))

    def _hang_up(self, *, keep: bool = True) -> StreamEnd:
        """End the connection and keep what was on its way."""
        stream, self._stream, end = self._stream, None, StreamEnd(GapReason.LOST)
        for event in stream.stop() if stream else ():
            if isinstance(event, StreamEnd):
                end = event
            elif keep:
                try:
                    self._segments.keep(event)
                except DiskFullError:
                    keep = False
        return end

    def _lose(self, end: StreamEnd) -> None:
        """The stream is over; from the end of what was recorded on a second is missing."""
        self._stream = None
        ended = self._segments.lose()
        if ended:  # a file was begun, however short: whatever was missing before is another gap
            self._gap = None
        self._miss(end.reason, ended or self.ports.clock().wall, end.words)
        self._try_later(end.reason)

    def _try_later(self, reason: GapReason) -> None:
        settled = self._newest_s - self._began_s > self.limits.settled_s
        longer = min(2 * self._wait_s, self.limits.most_wait_s)
        self._wait_s = self.limits.least_wait_s if settled or not self._wait_s else longer
        self._retry_s = self.ports.clock().mono_s + max(self._wait_s, _LEAST_WAIT_S.get(reason, 0.0))

    def _miss(self, reason: GapReason, since: datetime, words: str = "") -> None:
        if self._gap is not reason:
            self._gap = reason
            self._segments.tell(EntryKind.GAP, start=since, reason=reason, told={"words": words} if words else {})
