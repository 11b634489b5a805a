"""The camera's own clock in its picture (画面时钟), read off the small keyframes that were decoded anyway."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from facts.screen_clock import ScreenClock
from facts.span import Span, local
from vision.clock_runs import EvenRun, even_runs
from vision.ports import Picture
from vision.screen_figures import Figures, Line, learned
from vision.screen_line import HourAndDate, hour_and_date, second_at_zero

# Recorders write their clock along the upper and the lower edge.
_BAND = 0.2
_LEAST_FRAMES = 30
_LEAST_READ, _READ_WELL = 0.6, 0.9
_SECOND_WITHIN_S = 1.5
_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """The keyframes of one stretch as read with one set of figures; ``at_s`` counts from its first day's midnight."""

    at: tuple[datetime, ...]
    at_s: tuple[float, ...]
    figures: Figures
    bands: tuple[Picture, ...]
    lines: tuple[Line, ...]
    runs: tuple[EvenRun, ...]

    @property
    def read(self) -> float:
        """The share of the pictures whose minutes were read and fit an even clock."""
        return sum(len(run.members) for run in self.runs) / len(self.at)


def screen_clocks(frames: Mapping[datetime, Picture]) -> tuple[ScreenClock, ...]:
    """One record for each stretch in which the picture's clock runs evenly; nothing where no clock can be read."""
    times = sorted(frames)
    if len(times) < _LEAST_FRAMES:
        return ()
    times = [at for at in times if frames[at].shape == frames[times[0]].shape]
    best: _Reading | None = None
    for one in _readings(times, [_bands(frames[at]) for at in times]):
        best = one if best is None or one.read > best.read else best
        if best.read >= _READ_WELL:
            break
    if best is None or best.read < _LEAST_READ:
        return ()
    found = [_clock(best, run) for run in best.runs]
    return tuple(one for one in found if one)


def _readings(times: Sequence[datetime], bands: Sequence[Picture]) -> Iterator[_Reading]:
    """Read with figures learned from the whole stretch, and from each half of it in case the clock jumps somewhere."""
    midnight = local(times[0]).replace(hour=0, minute=0, second=0, microsecond=0)
    at_s, middle = tuple((at - midnight).total_seconds() for at in times), len(times) // 2
    for part in (slice(None), slice(middle), slice(middle, None)):
        if figures := learned(at_s[part], bands[part]):
            lines = tuple(figures.time_of(band) for band in bands)
            runs = even_runs(at_s, [figures.minutes_in(line) for line in lines])
            yield _Reading(tuple(times), at_s, figures, tuple(bands), lines, runs)


def _bands(frame: Picture) -> Picture:
    high = round(_BAND * frame.shape[0])
    return np.vstack([frame[:high], frame[-high:]])


def _clock(seen: _Reading, run: EvenRun) -> ScreenClock | None:
    """One stretch, with its hour and, where they can be read, its date and its seconds."""
    figures = seen.figures
    at_s, lines = [seen.at_s[n] for n in run.members], [seen.lines[n] for n in run.members]
    ahead_s, within_s = run.ahead_s, run.within_s
    second = second_at_zero(figures, at_s, lines)
    if second is not None:
        finer = ahead_s - ((ahead_s + second + 30) % _MINUTE_S - 30)
        if abs(finer - ahead_s) <= within_s + 2 * _SECOND_WITHIN_S:
            ahead_s, within_s = finer, _SECOND_WITHIN_S
    # The hour is read where it stays: before or after the minutes begin anew.
    hours = [(at - ahead_s) // _HOUR_S for at in at_s]
    usual = max(set(hours), key=hours.count)
    steady = [seen.bands[n] for n, hour in zip(run.members, hours, strict=True) if hour == usual]
    beside = hour_and_date(figures, figures.line(steady))
    if beside is None:
        return None
    ahead_s += _HOUR_S * (usual - beside.hour)  # as if the clock showed the day of the recording
    span = Span(seen.at[run.members[0]], seen.at[run.members[-1]])
    ahead_s, dated = _of_day(span.start, ahead_s, beside)
    return ScreenClock(span, round(ahead_s, 1), round(within_s, 1), dated, len(run.members))


def _of_day(at: datetime, ahead_s: float, beside: HourAndDate) -> tuple[float, bool]:
    """With its date the clock is off by days too; without one by half a day at most."""
    if not beside.days:
        return (ahead_s + _DAY_S / 2) % _DAY_S - _DAY_S / 2, False
    here = local(at).date()
    day = min(beside.days, key=lambda each: abs((each - here).days))
    return ahead_s + (here - day).days * _DAY_S, True
