from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, islice, pairwise, takewhile
from statistics import median

from facts.recorder import StreamFragment

MOST_PPM = 500.0
_FIRST_WINDOW_S, _LATER_WINDOW_S = 2.0, 10.0  # a false rate should be found within seconds, drift over minutes
_FIRST_WINDOWS = 30
_STEP_S = 0.5  # by so much no picture is here before it was taken
_SETTLING_S = 3.0  # what was buffered while the stream began comes in one burst
_WINDOWS = 70
_INTERVALS = 32
_COMPARED = 40
_FALSE_RATE = 0.05  # no quartz is so wrong: a camera that stamps other pictures than it sends
_FALSE_WINDOWS = 3
_LATE_S = 60.0
_CRUSHED = 0.2
_CRUSHED_PACKETS = 5


class ClockDoubt(StrEnum):
    """What a fragment's times say that cannot be: the camera's clock went forward, back, or at a false rate."""

    FORWARD = "forward"
    BACK = "back"
    RATE = "rate"


@dataclass(slots=True)
class _Window:
    at_s: float
    delay_s: float


class StreamClock:
    """Media times on our monotonic clock, by the least delayed packets; drift is followed gently.

    A packet can be late and never early, so the least delay seen is the best word on where media time lies. The
    slope of the least delays of short windows is the drift between both clocks (the median of Theil and Sen).
    """

    def __init__(self) -> None:
        self.ppm = 0.0
        self._windows: deque[_Window] = deque(maxlen=_WINDOWS)
        self._intervals: deque[float] = deque(maxlen=_INTERVALS)
        self._began_s = 0.0
        self._count = 0
        self._usual_s: float | None = None
        self._least_s: float | None = None

    def doubt(self, fragment: StreamFragment) -> tuple[ClockDoubt, float] | None:
        """What is impossible about it and by how many seconds; whoever is told so should not let it be learnt from."""
        if not self._windows:
            return None
        if self._usual_s is None:
            self._usual_s = median(self._intervals)
        usual = self._usual_s
        if fragment.packets >= _CRUSHED_PACKETS and fragment.length_s < _CRUSHED * fragment.packets * usual:
            return ClockDoubt.BACK, fragment.packets * usual - fragment.length_s
        ahead = self.offset_s(fragment.arrived_s) - (fragment.arrived_s - fragment.end_s)
        settling = fragment.arrived_s - self._began_s < _SETTLING_S and ahead < 2 * _SETTLING_S
        if ahead > _STEP_S and not settling:
            return ClockDoubt.FORWARD, ahead
        return (ClockDoubt.RATE, late) if (late := self._falling_behind(fragment.arrived_s)) else None

    def meet(self, fragment: StreamFragment) -> None:
        """Learn from a fragment, whose end is the time of the packet with which it was here."""
        delay = fragment.arrived_s - fragment.end_s
        self._began_s = self._began_s or fragment.arrived_s
        interval = fragment.length_s / max(fragment.packets, 1)
        if self._usual_s is None or len(self._intervals) < _INTERVALS or interval != self._intervals[0]:
            self._usual_s = None  # else one of the same length goes as this comes
        self._intervals.append(interval)
        width = _FIRST_WINDOW_S if self._count < _FIRST_WINDOWS else _LATER_WINDOW_S
        if not self._windows or fragment.arrived_s - self._windows[-1].at_s >= width:
            self._windows.append(_Window(fragment.arrived_s, delay))
            self._least_s = None
            self._count += 1
            if self._count > _FIRST_WINDOWS:
                self._follow()
        elif delay < self._windows[-1].delay_s:
            self._windows[-1].delay_s, self._least_s = delay, None

    def offset_s(self, at_s: float) -> float:
        """What to add to media time around ``at_s`` for the monotonic time at which it was taken."""
        slope = self.ppm / 1e6
        if self._least_s is None:  # at the monotonic clock's 0
            self._least_s = min(one.delay_s - slope * one.at_s for one in self._windows)
        return self._least_s + slope * at_s

    def mono_s(self, media_s: float, around_s: float) -> float:
        """When the picture of this media time was here at the earliest."""
        return media_s + self.offset_s(around_s)

    @property
    def is_steady(self) -> bool:
        """Whether media time kept pace for a minute, so that the camera's stamps may be believed (again)."""
        delays = [one.delay_s for one in self._windows]
        return self._count > _FIRST_WINDOWS and max(delays) - min(delays) < _STEP_S / 2

    def _falling_behind(self, now_s: float) -> float:
        """By how many seconds media time fell behind for good: steadily by more than five in a hundred, or for a minute."""
        last = list(islice(reversed(self._windows), 1, _FALSE_WINDOWS + 2))  # the newest has just begun
        if len(last) > _FALSE_WINDOWS and all(
            one.delay_s - before.delay_s > _FALSE_RATE * (one.at_s - before.at_s) for one, before in pairwise(last)
        ):
            return last[0].delay_s - last[-1].delay_s
        if self._count <= _FIRST_WINDOWS:
            return 0.0
        of_late = takewhile(lambda one: now_s - one.at_s < _LATE_S, reversed(self._windows))
        late = min(one.delay_s for one in of_late) - self.offset_s(now_s)
        return late if late > _STEP_S else 0.0

    def _follow(self) -> None:
        whole = list(islice(self._windows, 0, len(self._windows) - 1, len(self._windows) // _COMPARED + 1))
        slope = median((b.delay_s - a.delay_s) / (b.at_s - a.at_s) for a, b in combinations(whole, 2))
        wanted = max(-MOST_PPM, min(MOST_PPM, slope * 1e6))
        self.ppm, self._least_s = self.ppm + (wanted - self.ppm) / 4, None
