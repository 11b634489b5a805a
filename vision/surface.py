"""What the whole picture does by itself: stripes that come and go over its height, and a tremor that moves all of it."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from facts.surface import Surface
from vision.motion import shrunk
from vision.ports import Picture

_LEAST_FRAMES = 9
_USUAL_FRAMES = 31
_RIM = 15


def surface(frames: Mapping[datetime, Picture], laid: Mapping[datetime, Picture]) -> Surface | None:
    """Over a stretch's small keyframes and the same ones laid over the first; nothing where there are too few."""
    times = sorted(laid)
    if len(times) < _LEAST_FRAMES:
        return None
    swayed = sum(laid[at] is not frames.get(at) for at in times) / len(times)
    chosen = times[:: max(1, len(times) // _USUAL_FRAMES)]
    small = np.stack([shrunk(laid[at])[_RIM:-_RIM] for at in chosen])
    usual = np.median(small, axis=0).astype(np.int16)
    # People fill less than half of any row: in the middle of what differs is the light of the row itself.
    rows = np.median(small.astype(np.int16) - usual, axis=2)
    # Other light changes rows by how light they are, stripes do not.
    light = np.stack([np.median(usual, axis=1), np.ones(usual.shape[0])], axis=1)
    rows -= (light @ np.linalg.lstsq(light, rows.T, rcond=None)[0]).T
    spread = np.quantile(rows, 0.9, axis=1) - np.quantile(rows, 0.1, axis=1)
    return Surface(round(float(np.median(spread)), 1), round(swayed, 2))
