"""A short loop: pictures that come back exactly, minutes later, although everybody moves between them."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from facts.motion import Repeat
from facts.span import Span
from vision.motion import shrunk
from vision.ports import Picture

_TILES = (24, 14)
_RIM = 15
_APART_S = 25.0
_LEAST_STEP = 5.0
# Drawn: a loop's pictures come back within .07 of what moves in ten seconds; in a class of one the nearest is .25.
_ALIKE = 0.12
_LEAST_FRAMES, _LEAST_SHARE = 8, 0.1

Row = NDArray[np.float32]
Rows = NDArray[np.float32]


def repeat_in(frames: Mapping[datetime, Picture]) -> Repeat | None:
    """Where small keyframes are the very pictures of earlier ones; nothing where nobody moves, or nothing comes back."""
    times = sorted(frames)
    if len(times) < 2 * _LEAST_FRAMES:
        return None
    films = np.stack([_plain(frames[at]) for at in times])
    at_s = np.array([(at - times[0]).total_seconds() for at in times])
    small = np.stack([cv2.resize(film, _TILES, interpolation=cv2.INTER_AREA) for film in films])
    before = np.searchsorted(at_s, at_s - _APART_S, side="right")
    steps = [_apart(one, two) for one, two in pairwise(films)]
    again: list[tuple[int, int, bool]] = []
    for number in range(1, len(times) - 1):
        step = min(steps[number - 1], steps[number])
        if step >= _LEAST_STEP and (found := _earlier(films, small, int(before[number]), number, _ALIKE * step)):
            again.append((number, *found))
    if len(again) < max(_LEAST_FRAMES, _LEAST_SHARE * len(times)):
        return None
    lags = Counter(round(at_s[number] - at_s[other]) for number, other, _ in again)
    # The shortest of the usual ones is a whole number of loops, as all of them are.
    usual = [each for each, count in lags.items() if count >= _LEAST_SHARE * len(again)]
    lag = timedelta(seconds=min(usual or lags))
    here = Span(times[again[0][0]], times[again[-1][0]])
    mirrored = sum(flipped for _, _, flipped in again) > len(again) / 2
    return Repeat(here, here.moved(-lag), len(again), round(len(again) / len(times), 2), mirrored)


def _plain(frame: Picture) -> Row:
    """Without grain, without the recorder's clock at its rims, without what light does to all of it."""
    soft = cv2.blur(shrunk(frame), (3, 3))[_RIM:-_RIM].astype(np.float32)
    return np.asarray(soft - np.median(soft[::4, ::4]), np.float32)


def _apart(one: Row, two: Row) -> float:
    """How much the tile that differs most differs."""
    return float(cv2.resize(np.abs(one - two), _TILES, interpolation=cv2.INTER_AREA).max())


def _earlier(films: Rows, small: Rows, before: int, number: int, alike: float) -> tuple[int, bool] | None:
    """The latest of so many earlier pictures that is this one, plain or mirrored."""
    for flipped in (False, True):
        # What a tile differs by on the whole is no more than what it differs by in its pixels: nearly all pairs end here.
        own = small[number][:, ::-1] if flipped else small[number]
        least = np.abs(small[:before] - own).max(axis=(1, 2), initial=0.0)
        whole = np.ascontiguousarray(films[number][:, ::-1]) if flipped else films[number]
        for other in np.flatnonzero(least <= alike)[::-1]:
            if _apart(films[other], whole) <= alike:
                return int(other), flipped
    return None
