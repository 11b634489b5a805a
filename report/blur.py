"""Faces made unrecognisable for good: what is averaged away cannot be brought back."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from facts.sighting import Box

Picture = NDArray[np.uint8]
# So few blocks that no feature survives.
_BLOCKS = 4
# A detector's box is often the face alone; hair and ears go as well.
_MARGIN = 0.4
_GRID = 200


def pixels(box: Box, picture: Picture, margin: float = 0.0) -> tuple[int, int, int, int]:
    """The box as ``left, top, right, bottom`` inside the picture, grown by a share of its own size."""
    height, width = picture.shape[:2]
    left, right = (box.x - margin * box.w) * width, (box.x + (1 + margin) * box.w) * width
    top, bottom = (box.y - margin * box.h) * height, (box.y + (1 + margin) * box.h) * height
    return max(int(left), 0), max(int(top), 0), min(int(np.ceil(right)), width), min(int(np.ceil(bottom)), height)


def blurred(picture: Picture, boxes: Iterable[Box]) -> Picture:
    """A copy in which every box is averaged to a few blocks that melt into each other."""
    copy = np.ascontiguousarray(picture).copy()
    # The same seat comes once for every frame; places are rounded so that it is blurred once or twice.
    places = sorted({pixels(_rounded(box), copy, _MARGIN) for box in boxes})
    for left, top, right, bottom in places:
        if right > left and bottom > top:
            copy[top:bottom, left:right] = _without_features(copy[top:bottom, left:right])
    return copy


def _rounded(box: Box) -> Box:
    return Box(
        *(round(value * _GRID) / _GRID for value in (box.x, box.y)),
        *(np.ceil(value * _GRID) / _GRID for value in (box.w, box.h)),
    )


def _without_features(part: Picture) -> Picture:
    height, width = part.shape[:2]
    few = cv2.resize(part, (min(_BLOCKS, width), min(_BLOCKS, height)), interpolation=cv2.INTER_AREA)
    # The blocks melt into each other: as good as a wide Gaussian on them, at a fiftieth of its cost.
    return np.asarray(cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
