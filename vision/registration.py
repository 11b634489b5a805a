"""Every small keyframe laid over the first one: a mast that sways and a print that trembles move everything at once.

People who lean together move more points than the furniture between them, so a motion is believed only where more of
the picture's edges agree with it than without it.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.calibration import (
    REGISTER_AGREE,
    REGISTER_EDGE,
    REGISTER_EDGE_CELL,
    REGISTER_EDGES_LEAST,
    REGISTER_LEAST,
    REGISTER_POINTS,
    REGISTER_RANSAC,
    REGISTER_SLACK,
    REGISTER_STILL,
    REGISTER_WORTH,
)
from vision.ports import Picture, Tensor

_WINDOW = (15, 15)
_LEVELS = 3
_ARRAY_OF_POINTS = 3
_APART_PX = 8
_QUALITY = 0.01

Transform = NDArray[np.float64]
# A tenth of a pixel across an edge, and never less than what a codec does to it.
_EDGE_SLACK = 0.1
_EDGE_NOISE = 3.0
# What Sobel's kernel makes of one grey level a pixel.
_SOBEL = 8.0


@dataclass(frozen=True, slots=True)
class EdgePixels:
    """The strongest edge of each small cell of a picture: the nine pixels around it, their light, and how far it may differ."""

    around: NDArray[np.int64]
    light: Tensor
    slack: Tensor

    @classmethod
    def of(cls, frame: Picture) -> "EdgePixels":
        """The edges of one picture; none in a cell that has no strong one."""
        soft = cv2.blur(frame, (3, 3))
        across, down = (np.abs(cv2.Sobel(soft, cv2.CV_16S, *way)).astype(np.float32) for way in ((1, 0), (0, 1)))
        cell, (height, width) = REGISTER_EDGE_CELL, frame.shape
        high, wide = height // cell, width // cell
        cut = ((across + down) / _SOBEL)[: high * cell, : wide * cell].reshape(high, cell, wide, cell)
        cells = cut.transpose(0, 2, 1, 3).reshape(high, wide, cell * cell)
        row, column = np.nonzero(cells.max(axis=2) >= REGISTER_EDGE)
        inside = cells.argmax(axis=2)[row, column]
        rows = np.clip(row * cell + inside // cell, 1, height - 2)
        columns = np.clip(column * cell + inside % cell, 1, width - 2)
        steps = (np.arange(-1, 2)[:, None] * width + np.arange(-1, 2)).ravel()
        around = (rows * width + columns)[:, None] + steps
        slack = np.maximum(_EDGE_SLACK * cells.max(axis=2)[row, column], _EDGE_NOISE)
        return cls(around, _light(frame, around), slack)

    @property
    def enough(self) -> bool:
        """Whether they tell anything; a picture of fog or of one colour has hardly any."""
        return self.light.size >= REGISTER_EDGES_LEAST

    def agree(self, frame: Picture) -> float:
        """The share of the edges that lie in another picture where they lay in this, however light it is."""
        seen = _light(frame, self.around)
        gain = np.median(seen / np.maximum(self.light, 1.0))
        return float(np.mean(np.abs(seen - gain * self.light) <= self.slack))


def _light(frame: Picture, around: NDArray[np.int64]) -> Tensor:
    return np.asarray(frame.ravel()[around].mean(axis=1, dtype=np.float32), np.float32)


@dataclass(slots=True)
class Registration:
    """Holds one keyframe as the reference, and lays others over it where enough of the picture agrees how."""

    _first: Picture | None = None
    _edges: EdgePixels | None = field(default=None, repr=False)
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
            edges = EdgePixels.of(frame)
            self._edges = edges if edges.enough else None
            return frame
        still = self._edges.agree(frame) if self._edges else 0.0
        if still >= REGISTER_STILL:
            return frame
        moved = self._motion(frame)
        if moved is None or _reach(moved, frame) < REGISTER_WORTH:
            return frame
        size = frame.shape[1], frame.shape[0]
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        laid = np.asarray(cv2.warpAffine(frame, moved, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)
        return laid if self._edges is None or self._edges.agree(laid) > still else frame

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
