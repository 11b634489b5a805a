"""Where the edges of a room lie in a camera's picture, coarsely: enough to see that the camera moved, too little for a face."""

import base64
from collections.abc import Mapping
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from facts.backdrop import COLUMNS, ROWS
from vision.motion import shrunk
from vision.ports import Picture

_LEAST_FRAMES = 9
_USUAL_FRAMES = 31
_STEP = 0.3
_LEVELS = 15


def backdrop(frames: Mapping[datetime, Picture]) -> str:
    """The record over a stretch's small keyframes; nothing where there are too few to know what is usual."""
    times = sorted(frames)
    if len(times) < _LEAST_FRAMES:
        return ""
    chosen = times[:: max(1, len(times) // _USUAL_FRAMES)]
    usual = np.median(np.stack([shrunk(frames[at]) for at in chosen]), axis=0).astype(np.uint8)
    levels = _levels(usual).ravel()
    return base64.b64encode(((levels[::2] << 4) | levels[1::2]).tobytes()).decode()


def _levels(usual: Picture) -> NDArray[np.uint8]:
    """How strong the edges of each cell are on the whole, in sixteen steps."""
    soft = cv2.blur(usual, (3, 3)).astype(np.float32)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    cells = cv2.resize(cv2.magnitude(across, down), (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return np.clip(np.log1p(cells / 4) / _STEP, 0, _LEVELS).round().astype(np.uint8)
