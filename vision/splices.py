"""A joint of two recordings of one room: in many places at once another lasting picture, from one keyframe to the next.

Three neighbouring samples are one lasting picture (their median), in which nobody's passing movement is left. A cell
changed where the lasting picture after a gap is not the one before it in another light, although neither changed by
itself just before or just after.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from facts.splice import Splice
from vision.light import light_between
from vision.motion import shrunk
from vision.ports import Picture, Tensor

COLUMNS, ROWS = 16, 8
_CELL = 15
# The outermost rows hold the recorder's clock.
_ABOVE, _BELOW = 8, 7
_SIDE = 3
_FARTHEST = timedelta(seconds=31)
# Grey levels, squared, below which a cell shows nothing.
_FLAT = 16.0
_CHANGED, _BEYOND = 0.1, 2.0
# A lamp that is switched makes a picture up to so many times richer.
_MOST_GAIN = 8.0
_LEAST_CELLS, _LEAST_BLOCKS = 12, 5
# Beyond, a lamp was switched, and what else changed in that moment is not told apart from it.
_LIGHT = 0.6, 1.7
# Both sides of a joint, what came before and after each, and as much again to know what is usual.
_LEAST_SAMPLES = 8 * _SIDE
# Of the cells that changed, how many have done so in the picture before a joint, and in the one after it.
_HARDLY, _NEARLY = 0.2, 0.8
_OFFBEAT = 0.1
_GRAIN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
# The median of what that filter answers to noise of one grey level.
_GRAIN_OF_ONE = 6 * 0.6745

Cells = NDArray[np.bool_]
Joint = tuple[datetime, datetime]
More = Callable[[Sequence[datetime]], Mapping[datetime, Picture]]


def splices_in(frames: Mapping[datetime, Picture], keyframes: Sequence[datetime], more: More) -> tuple[Splice, ...]:
    """The joints in a stretch's small keyframes; ``more`` gives further ones of all its ``keyframes``."""
    times = sorted(frames)
    if len(times) < _LEAST_SAMPLES:
        return ()
    rows = np.stack([_plain(frames[at]) for at in times])
    found = []
    for number, cells in simultaneous(rows).items():
        if cells.sum() < _LEAST_CELLS or _blocks(cells) < _LEAST_BLOCKS:
            continue
        # A median of three may tell a joint one sample too early or too late.
        sides = _lasting(rows[number - 3 : number]), _lasting(rows[number + 2 : number + 5])
        if not _LIGHT[0] < _gain(*sides) < _LIGHT[1]:
            continue
        near = {at: frames[at] for at in times[number - 1 : number + 3]}
        roughly = _joint(sides, cells, near)
        if roughly is None or roughly[1] - roughly[0] > _FARTHEST:
            continue
        between = [at for at in keyframes if roughly[0] < at < roughly[1]]
        joint = _joint(sides, cells, near | (dict(more(between)) if between else {}))
        if joint:
            one, two = (_grain(frames[at]) for at in roughly)
            found.append(Splice(*joint, int(cells.sum()), one, two, _offbeat(keyframes, joint)))
    return tuple(sorted(found, key=lambda one: one.before))


def simultaneous(rows: Tensor) -> dict[int, Cells]:
    """At the two gaps with the most changes, named by the sample before them: which cells change there as nowhere else.

    Who sits in a cell changes it now and then; that many cells do what they never do, and do it at once, is a joint.
    """
    lasting = _lasting(rows)
    unlike = _unlike(lasting[:-_SIDE], lasting[_SIDE:])
    lastingly = unlike[_SIDE:-_SIDE] - np.maximum(unlike[: -2 * _SIDE], unlike[2 * _SIDE :])
    counts, gaps = (lastingly > _CHANGED).sum(axis=(1, 2)), np.arange(len(lastingly))
    one = int(counts.argmax())
    two = int(np.where(abs(gaps - one) > _SIDE, counts, -1).argmax())
    elsewhere = lastingly[(abs(gaps - one) > _SIDE) & (abs(gaps - two) > _SIDE)]
    most = elsewhere.max(axis=0, initial=0.0)
    return {
        gap + 2 * _SIDE - 1: (lastingly[gap] > _CHANGED) & (lastingly[gap] > _BEYOND * most)
        for gap in sorted({one, two})
    }


def _gain(before: Tensor, after: Tensor) -> float:
    """How much lighter the room is after it."""
    gain, _, _ = light_between(before[0].astype(np.uint8), after[0].astype(np.uint8))
    return gain


def _blocks(cells: Cells) -> int:
    """In how many of sixteen parts of the picture they lie: who walks close to the camera fills two or three."""
    return int(cells.reshape(4, ROWS // 4, 4, COLUMNS // 4).any(axis=(1, 3)).sum())


def _joint(sides: tuple[Tensor, Tensor], cells: Cells, closely: Mapping[datetime, Picture]) -> Joint | None:
    """The two neighbouring pictures between which all of it happened; nothing where it took its time."""
    times = sorted(closely)
    rows = np.stack([_plain(closely[at]) for at in times])
    before, after = (_unlike(np.repeat(side, len(rows), axis=0), rows)[:, cells] for side in sides)
    done = (after < before).mean(axis=1)
    steps = zip(pairwise(times), pairwise(done), strict=True)
    return next((pair for pair, (one, two) in steps if one <= _HARDLY and two >= _NEARLY), None)


def _plain(frame: Picture) -> Tensor:
    return np.asarray(cv2.blur(shrunk(frame), (3, 3))[_ABOVE:-_BELOW], np.float32)


def _lasting(rows: Tensor) -> Tensor:
    """The median of each three neighbours."""
    one, two, three = rows[:-2], rows[1:-1], rows[2:]
    return np.maximum(np.minimum(one, two), np.minimum(np.maximum(one, two), three))


def _unlike(first: Tensor, second: Tensor) -> Tensor:
    """Per cell the share of the richer picture's detail that the other one, in any light, does not explain."""
    mean_1, mean_2 = _cells(first), _cells(second)
    spread_1, spread_2 = _cells(first * first) - mean_1**2, _cells(second * second) - mean_2**2
    both = _cells(first * second) - mean_1 * mean_2
    return np.maximum(_left(spread_1, spread_2, both), _left(spread_2, spread_1, both))


def _left(own: Tensor, other: Tensor, both: Tensor) -> Tensor:
    gain = np.clip(both / np.maximum(other, 1.0), 0.0, _MOST_GAIN)
    return np.asarray(np.maximum(own - 2 * gain * both + gain * gain * other, 0.0) / (own + _FLAT), np.float32)


def _cells(rows: Tensor) -> Tensor:
    return np.asarray(rows.reshape(len(rows), ROWS, _CELL, COLUMNS, _CELL).mean(axis=(2, 4)), np.float32)


def _grain(frame: Picture) -> float:
    """The noise of a picture in grey levels, most of which is flat."""
    return round(float(np.median(np.abs(cv2.filter2D(frame, cv2.CV_32F, _GRAIN)))) / _GRAIN_OF_ONE, 1)


def _offbeat(keyframes: Sequence[datetime], joint: Joint) -> bool:
    """Whether the distance of these two keyframes is not the usual one."""
    steps = [(two - one).total_seconds() for one, two in pairwise(keyframes)]
    usual = float(np.median(steps)) if steps else 0.0
    return abs((joint[1] - joint[0]).total_seconds() - usual) > _OFFBEAT * usual
