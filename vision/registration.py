"""Every small keyframe laid over the first one: a mast that sways and a print that trembles move everything at once."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.calibration import (
    REGISTER_AGREE,
    REGISTER_LEAST,
    REGISTER_POINTS,
    REGISTER_RANSAC,
    REGISTER_SLACK,
    REGISTER_WORTH,
)
from vision.ports import Picture

_WINDOW = (15, 15)
_LEVELS = 3
_ARRAY_OF_POINTS = 3
_APART_PX = 8
_QUALITY = 0.01

Transform = NDArray[np.float64]


@dataclass(slots=True)
class Registration:
    """Holds one keyframe as the reference, and lays others over it where enough of the picture agrees how."""

    _first: Picture | None = None
    _points: NDArray[np.float32] | None = field(default=None, repr=False)

    def lay(self, frame: Picture) -> Picture:
        """The frame as the camera would have seen it from where it stood at the first one; unchanged where unknown."""
        if self._first is None or self._first.shape != frame.shape:
            self._first = frame
            found = np.asarray(
                cv2.goodFeaturesToTrack(frame, REGISTER_POINTS, _QUALITY, _APART_PX, blockSize=5), np.float32
            )
            # A picture without a single corner gives no array at all.
            self._points = found if found.ndim == _ARRAY_OF_POINTS else None
            return frame
        moved = self._motion(frame)
        if moved is None or _reach(moved, frame) < REGISTER_WORTH:
            return frame
        size = frame.shape[1], frame.shape[0]
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(frame, moved, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def _motion(self, frame: Picture) -> Transform | None:
        if self._first is None or self._points is None or len(self._points) < REGISTER_LEAST:
            return None
        found, known, _ = cv2.calcOpticalFlowPyrLK(
            self._first, frame, self._points, np.empty_like(self._points), winSize=_WINDOW, maxLevel=_LEVELS
        )
        kept = np.asarray(known)[:, 0] > 0
        before, after = self._points[kept, 0], np.asarray(found, np.float32)[kept, 0]
        if len(before) < REGISTER_LEAST:
            return None
        together = _together(after - before)
        if together.sum() < max(REGISTER_AGREE * len(self._points), REGISTER_LEAST):
            return None
        moved, _ = cv2.estimateAffinePartial2D(
            before[together], after[together], method=cv2.RANSAC, ransacReprojThreshold=REGISTER_RANSAC
        )
        return None if moved is None else np.asarray(moved, np.float64)


def _together(steps: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which points move alike: the densest motion among them, and all that lie near it."""
    far = np.abs(steps[:, None] - steps[None, ::3]).max(axis=2)
    densest = int(np.count_nonzero(far < 1.0, axis=0).argmax())
    return np.asarray(far[:, densest] < REGISTER_SLACK, np.bool_)


def _reach(moved: Transform, frame: Picture) -> float:
    """By how many pixels the motion shifts the corner that it shifts most."""
    height, width = frame.shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
    return float(np.abs(corners @ moved.T - corners[:, :2]).max())
