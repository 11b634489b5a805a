"""What stands beside the minutes of a clock in the picture: the hour, the date and the seconds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from vision.screen_figures import SCALE, Figures, Line, read_line

# Strokes between numbers look a little like figures: what is read is read more or less strictly until it is a date.
_LEAST = (0.62, 0.5, 0.75)
_NEXT = (0.75, 1.3)
_COLON = (1.1, 2.4)
_YEARS = range(1990, 2100)
_LEAST_SECONDS, _SECONDS_MARGIN = 0.5, 0.08
_REACH = 4.5
# So many pictures tell the seconds of a stretch as well as all of them.
_MOST_SECONDS = 40
_MINUTE_S = 60

Group = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class HourAndDate:
    """The hour that the clock shows, and the days that its date may mean; several where month and day can be swapped."""

    hour: int
    days: tuple[date, ...] = ()


def hour_and_date(figures: Figures, line: Line) -> HourAndDate | None:
    """Read off the mean of pictures in which the hour stays; nothing where no hour stands before the minutes."""
    like = figures.likeness(line)
    found = [one for least in _LEAST if (one := _read(figures, like, least))]
    return next((one for one in found if one.days), found[0] if found else None)


def _read(figures: Figures, like: Line, least: float) -> HourAndDate | None:
    own = list(_groups(read_line(like, figures.pitch, least), figures.pitch))
    tens_at = figures.units_at - figures.pitch
    number = next((n for n, one in enumerate(own) if _is_hour(one, tens_at, figures.pitch)), None)
    if number is None:
        return None
    others = [own[:number], [one for one in own if one[0] > figures.units_at]]
    days = next((days for part in others if (days := _days([text for _, _, text in part]))), ())
    return HourAndDate(int(own[number][2]), days)


def _groups(found: Iterator[tuple[int, int]], pitch: int) -> Iterator[Group]:
    """Figures side by side as one number: where it begins, where its last figure stands, how it reads."""
    current: Group | None = None
    for x, figure in found:
        if current and _NEXT[0] * pitch <= x - current[1] <= _NEXT[1] * pitch:
            current = current[0], x, current[2] + str(figure)
            continue
        if current:
            yield current
        current = x, x, str(figure)
    if current:
        yield current


def _is_hour(group: Group, tens_at: int, pitch: int) -> bool:
    gap = (tens_at - group[1]) / pitch
    return len(group[2]) == 2 and int(group[2]) < 24 and _COLON[0] <= gap <= _COLON[1]  # noqa: PLR2004 - a clock's hour


def _days(texts: Sequence[str]) -> tuple[date, ...]:
    """The last three numbers in a row that can be a date, the year first or last."""
    for first in range(len(texts) - 3, -1, -1):
        one, two, three = texts[first : first + 3]
        lengths = len(one), len(two), len(three)
        if lengths == (4, 2, 2):
            found = [_day(one, two, three)]
        elif lengths == (2, 2, 4):
            found = [_day(three, one, two), _day(three, two, one)]
        else:
            continue
        if days := tuple(dict.fromkeys(day for day in found if day)):
            return days
    return ()


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def second_at_zero(figures: Figures, at_s: Sequence[float], lines: Sequence[Line]) -> int | None:
    """What the clock's seconds say at second zero of the recording's minutes, if seconds are shown that run evenly."""
    step, first = -(-len(lines) // _MOST_SECONDS), figures.units_at - figures.origin + figures.width
    at_s, lines = at_s[::step], lines[::step]
    parts = [line[:, first : first + round(_REACH * figures.pitch)] for line in lines]
    if not parts or parts[0].shape[1] < figures.width + figures.pitch:
        return None
    like = np.stack([figures.likeness(np.ascontiguousarray(part)) for part in parts])
    whole = [int(at) for at in at_s]
    scores = []
    for start in range(_MINUTE_S):
        shown = [(at + start) % _MINUTE_S for at in whole]
        rows = np.arange(len(shown))
        tens = like[rows, [second // 10 for second in shown]].mean(axis=0)
        units = like[rows, [second % 10 for second in shown]].mean(axis=0)
        pairs = [tens[:-step] + units[step:] for step in range(figures.pitch - SCALE, figures.pitch + SCALE + 1)]
        scores.append(max((float(each.max()) / 2 for each in pairs if each.size), default=0.0))
    best = int(np.argmax(scores))
    # Samples at whole seconds cannot tell neighbouring seconds that the recording's own fraction blurs.
    far = [score for start, score in enumerate(scores) if min((start - best) % 60, (best - start) % 60) > 1]
    if scores[best] < _LEAST_SECONDS or scores[best] - max(far) < _SECONDS_MARGIN:
        return None
    return best
