"""The figures of a clock in the picture, learned from the recording itself: no font, no network, no weights.

The last figure of the minutes changes once a minute and nowhere in between, comes back after ten minutes, and the figure
to its left changes when it becomes zero. That says where it is and what each of its ten shapes means; with these shapes
everything else in the line is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.ports import Picture

MINUTE = 60.0
# Figures of clocks are seven pixels high and more; three times as many leave no step between pixels in their pitch.
SCALE = 3
_CHANGED = 20.0
_FARTHEST_S = 40.0
_PHASES = range(0, 60, 5)
_BOX = (7, 11)
_NEARLY = 0.93
# Measured on drawn clocks: .6 to .8 of a figure's pixels at the best place; people reach .1.
_LEAST_SCORE = 0.2
_OF_BEST = 0.35
_ELSEWHERE, _AGAINST = 0.15, 3.0
_SIZES = (3, 40, 5, 60)
_WIDEST = 1.3
_SAME_OF_OTHER = 0.5
_LEAST_SAME = 1
# Another zero explains all minutes but those beside a turn of the tens: one such minute has to speak plainly.
_LEAST_TENS, _TENS_MARGIN = 0.6, 0.4
_MARGIN_PX = 1
# What is behind a figure is blurred over this share of its height.
_BEHIND = 0.6
_LEAST_LIKE, _LEAST_MARGIN = 0.45, 0.06
_MOST_TENS = 5
_SECONDS_REACH = 5

Line = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MinuteFigure:
    """Where the last figure of the minutes stands, and how many seconds into a minute of the recording it changes."""

    x: int
    y: int
    w: int
    h: int
    change_s: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The ten shapes of one clock's figures, and where its minutes stand in the enlarged line of text."""

    shapes: tuple[Line, ...]
    top: int
    bottom: int
    units_at: int
    pitch: int

    @property
    def width(self) -> int:
        """The width of a shape."""
        return int(self.shapes[0].shape[1])

    @property
    def origin(self) -> int:
        """Where the part of the line begins that ``time_of`` gives."""
        return max(self.units_at - 2 * self.pitch, 0) // SCALE * SCALE

    def line(self, frames: Sequence[Picture]) -> Line:
        """The mean of these pictures' lines of text, enlarged: what moves behind it is fainter."""
        return enlarged(_average([frame[self.top : self.bottom] for frame in frames]))

    def time_of(self, frame: Picture) -> Line:
        """Minutes and seconds in one picture, enlarged."""
        end = (self.units_at + self.width + _SECONDS_REACH * self.pitch) // SCALE
        return enlarged(np.ascontiguousarray(frame[self.top : self.bottom, self.origin // SCALE : end]))

    def likeness(self, line: Line) -> Line:
        """How much each place of a line looks like each figure: ten rows."""
        if line.shape[1] < self.width:
            return np.zeros((10, 0), np.float32)
        rows = [cv2.matchTemplate(line, shape, cv2.TM_CCOEFF_NORMED)[0] for shape in self.shapes]
        return np.asarray(np.nan_to_num(np.stack(rows)), np.float32)

    def minutes_in(self, line: Line) -> int | None:
        """What the minutes in one picture's time say; nothing where they are not plain."""
        at = self.units_at - self.origin
        tens, units = self._figure(line, at - self.pitch), self._figure(line, at)
        return None if tens is None or units is None or tens > _MOST_TENS else tens * 10 + units

    def _figure(self, line: Line, at: int) -> int | None:
        part = np.ascontiguousarray(line[:, max(at - 1, 0) : at + 1 + self.width])
        like = self.likeness(part).max(axis=1, initial=-1.0)
        second, best = np.sort(like)[-2:]
        return int(like.argmax()) if best >= _LEAST_LIKE and best - second >= _LEAST_MARGIN else None


def enlarged(strip: NDArray[np.uint8] | Line) -> Line:
    """A strip of picture at the size at which figures are compared, without what is wider than strokes behind them."""
    size = strip.shape[1] * SCALE, strip.shape[0] * SCALE
    large = cv2.resize(strip.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    across = round(_BEHIND * size[1])
    return np.asarray(large - cv2.blur(large, (across, across)), np.float32)


def minute_figure(at_s: Sequence[float], frames: Sequence[Picture]) -> MinuteFigure | None:
    """The place where the picture changes once a minute and not in between."""
    maps = _change_maps(at_s, frames)
    if maps is None:
        return None
    # Every twenty seconds the tens of the seconds change at two of three steps: what changes elsewhere counts against.
    scores = [once - _AGAINST * elsewhere for once, elsewhere in maps]
    sums = [cv2.boxFilter(each, -1, _BOX) for each in scores]
    tops = [float(each.max()) for each in sums]
    best = max(range(len(tops)), key=tops.__getitem__)
    if tops[best] < _LEAST_SCORE:
        return None
    y, x = np.unravel_index(int(sums[best].argmax()), sums[best].shape)
    once, elsewhere = maps[best]
    place = _component(
        ((scores[best] > _OF_BEST * scores[best].max()) & (elsewhere < _ELSEWHERE * once)), int(x), int(y)
    )
    if place is None:
        return None
    low, high = _ties(tops, best)
    step = _PHASES.step
    return MinuteFigure(*place, (low + high) / 2 * step)


def _change_maps(at_s: Sequence[float], frames: Sequence[Picture]) -> list[tuple[Line, Line]] | None:
    """Per phase: how often each pixel changes where the minute does, and how often elsewhere."""
    every = np.zeros(frames[0].shape, np.float32)
    at_change = [np.zeros_like(every) for _ in _PHASES]
    counted, steps = np.zeros(len(_PHASES)), 0
    for (before, one), (after, two) in pairwise(zip(at_s, frames, strict=True)):
        if after - before > _FARTHEST_S:
            continue
        changed = cv2.threshold(cv2.absdiff(one, two), _CHANGED, 1, cv2.THRESH_BINARY)[1]
        cv2.accumulate(changed, every)
        steps += 1
        for number, phase in enumerate(_PHASES):
            if (before - phase) // MINUTE != (after - phase) // MINUTE:
                cv2.accumulate(changed, at_change[number])
                counted[number] += 1
    if not steps or counted.min() < 1 or counted.max() >= steps:
        return None
    pairs = zip(at_change, counted, strict=True)
    return [(_rate(own, count), _rate(every - own, steps - count)) for own, count in pairs]


def _rate(changed: Line, steps: float) -> Line:
    return np.asarray(changed / steps, np.float32)


def _component(mask: NDArray[np.bool_], x: int, y: int) -> tuple[int, int, int, int] | None:
    """The patch of changing pixels around a place, if it has the shape of a figure."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    around = labels[max(0, y - 6) : y + 7, max(0, x - 4) : x + 5]
    named = around[around > 0]
    if not named.size:
        return None
    left, top, wide, high = (int(value) for value in stats[np.bincount(named).argmax()][:4])
    fits = _SIZES[0] <= wide <= _SIZES[1] and _SIZES[2] <= high <= _SIZES[3] and wide <= _WIDEST * high
    return (left, top, wide, high) if fits else None


def _ties(tops: Sequence[float], best: int) -> tuple[int, int]:
    """The phases around the best one that explain as much: the change lies between two samples."""
    count, low, high = len(tops), best, best
    while tops[(low - 1) % count] > _NEARLY * tops[best] and high - low < count - 1:
        low -= 1
    while tops[(high + 1) % count] > _NEARLY * tops[best] and high - low < count - 1:
        high += 1
    return low, high


def learned(at_s: Sequence[float], frames: Sequence[Picture]) -> Figures | None:
    """The figures of the clock in these pictures; nothing where there is none, or it does not count as a clock does."""
    place = minute_figure(at_s, frames)
    if place is None:
        return None
    top, bottom = max(place.y - _MARGIN_PX, 0), place.y + place.h + _MARGIN_PX
    left, right = max(place.x - _MARGIN_PX, 0) * SCALE, (place.x + place.w + _MARGIN_PX) * SCALE
    lines = _minute_lines(at_s, frames, place, (top, bottom, right))
    cells = {minute: line[:, left:right] for minute, line in lines.items()}
    if not _counts_in_tens(cells):
        return None
    shapes = [_mean([cells[m] for m in cells if m % 10 == number]) for number in range(10)]
    if any(shape is None for shape in shapes):
        return None
    known = [shape for shape in shapes if shape is not None]
    if (found := _tens(lines, known, left)) is None:
        return None
    pitch, zero = found
    ordered = tuple(np.ascontiguousarray(known[(figure + zero) % 10]) for figure in range(10))
    return Figures(ordered, top, bottom, left, pitch)


def _minute_lines(
    at_s: Sequence[float], frames: Sequence[Picture], place: MinuteFigure, cut: tuple[int, int, int]
) -> dict[int, Line]:
    """The line of text of each minute, to the end of its minutes: the mean of its pictures, what moves behind is fainter."""
    top, bottom, right = cut
    grouped: dict[int, list[Picture]] = {}
    for at, frame in zip(at_s, frames, strict=True):
        grouped.setdefault(int((at - place.change_s) // MINUTE), []).append(frame[top:bottom])
    return {minute: enlarged(_average(own))[:, :right] for minute, own in grouped.items()}


def _counts_in_tens(cells: dict[int, Line]) -> bool:
    """Whether the figure looks after ten minutes as before, and at no other time."""
    after = {by: [_apart(cells[m], cells[m + by]) for m in cells if m + by in cells] for by in range(1, 11)}
    others = [value for by in range(1, 10) for value in after[by]]
    if len(after[10]) < _LEAST_SAME or not others:
        return False
    return float(np.median(after[10])) < _SAME_OF_OTHER * float(np.median(others))


def _apart(one: Line, two: Line) -> float:
    return float(np.abs(one - two).mean())


def _mean(cells: Sequence[Line]) -> Line | None:
    return _average(cells) if cells else None


def _average(pictures: Sequence[Line] | Sequence[Picture]) -> Line:
    return np.asarray(sum(picture.astype(np.float32) for picture in pictures), np.float32) / np.float32(len(pictures))


def _tens(lines: dict[int, Line], shapes: Sequence[Line], left: int) -> tuple[int, int] | None:
    """The pitch and the shape that means zero: what explains the figure to the left best, whatever tens it begins with."""
    minutes, wide = sorted(lines), shapes[0].shape[1]
    reach = _pitches(wide, left)
    if not reach:
        return None
    like = np.stack([_like_each(lines[minute], shapes, left - reach[-1], left - reach[0] + wide) for minute in minutes])
    best: dict[tuple[int, int], tuple[float, int]] = {}
    rows = np.arange(len(minutes))
    for zero, tens in product(range(10), range(6)):
        start = (minutes[0] - zero) // 10
        figures = [((tens + (minute - zero) // 10 - start) % 6 + zero) % 10 for minute in minutes]
        along = like[rows, figures].mean(axis=0)
        where = int(along.argmax())
        best[zero, tens] = float(along[where]), reach[-1] - where
    order = sorted(best, key=lambda key: -best[key][0])
    score, pitch = best[order[0]]
    if score < _LEAST_TENS or (score - best[order[1]][0]) * len(minutes) < _TENS_MARGIN:
        return None
    return pitch, order[0][0]


def _pitches(wide: int, left: int) -> list[int]:
    return [pitch for pitch in range(round(0.6 * wide), round(1.3 * wide)) if left - pitch >= 0]


def _like_each(line: Line, shapes: Sequence[Line], first: int, last: int) -> Line:
    part = np.ascontiguousarray(line[:, first:last])
    rows = [cv2.matchTemplate(part, shape, cv2.TM_CCOEFF_NORMED)[0] for shape in shapes]
    return np.asarray(np.nan_to_num(np.stack(rows)), np.float32)


def read_line(like: Line, pitch: int, least: float) -> Iterator[tuple[int, int]]:
    """Every figure that looks more like one than this, from left to right: where it stands and what it is."""
    best, what = like.max(axis=0, initial=-1.0), like.argmax(axis=0) if like.size else np.zeros(0, np.int64)
    found, apart = [], round(0.7 * pitch)
    while best.size and best.max() >= least:
        x = int(best.argmax())
        found.append((x, int(what[x])))
        best[max(0, x - apart) : x + apart + 1] = -1.0
    yield from sorted(found)
