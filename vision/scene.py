"""What a small grey keyframe says about the camera itself: light, detail, sharpness, where it points."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.ports import Picture

_SIZE = (240, 135)
_FAINT = 0.3
_TILES = (8, 5)
# The recorder writes its clock and name along the upper and lower edge, whatever the lens shows.
_MIDDLE = 14
_KERNEL = np.ones((3, 3), np.uint8)
_REFERENCE_FRAMES = 31
# An edge stands out by a twelfth of the picture's own contrast, so that dim rooms have edges too.
_EDGE_OF_SPREAD = 0.08
_EDGE_FLOOR = 5.0
_TEXTURED = 3.0
_TILE_MATCH = 0.4
_MIN_TEXTURED = 4


@dataclass(frozen=True, slots=True)
class Scene:
    """One keyframe boiled down: 1st and 99th percentile of light, share of edge pixels, fine over coarse contrast."""

    low: float
    high: float
    detail: float
    sharpness: float
    edges: Picture
    tiles: "EdgeTiles"

    @property
    def spread(self) -> float:
        """The contrast of the picture in grey levels."""
        return self.high - self.low


def scene(frame: Picture) -> Scene:
    """The scene facts of one small grey keyframe; its edges do not depend on how bright the light is."""
    small = cv2.resize(frame, _SIZE, interpolation=cv2.INTER_AREA)
    # A covered lens is dark and its grain strong: smooth it before looking for edges.
    edges = np.asarray(cv2.morphologyEx(cv2.blur(small, (3, 3)), cv2.MORPH_GRADIENT, _KERNEL), np.uint8)
    low, high = (float(value) for value in np.percentile(small[_MIDDLE:-_MIDDLE:3, ::3], (1, 99)))
    limit = max(_EDGE_FLOOR, _EDGE_OF_SPREAD * (high - low))
    detail = float(np.mean(edges[_MIDDLE:-_MIDDLE] > limit))
    return Scene(low, high, detail, _sharpness(frame), edges, EdgeTiles.of(edges))


def _sharpness(frame: Picture) -> float:
    """What a small blur takes away, over what it takes away from a quarter-size picture: the light cancels out."""
    cut = frame.shape[0] // 10
    fine = frame[cut : frame.shape[0] - cut].astype(np.float32)
    coarse = cv2.resize(fine, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    lost = cv2.mean(cv2.absdiff(fine, cv2.blur(fine, (3, 3))))[0]
    return float(lost / max(cv2.mean(cv2.absdiff(coarse, cv2.blur(coarse, (5, 5))))[0], _FAINT))


@dataclass(frozen=True, slots=True)
class Reference:
    """How this camera usually sees this room: what other moments are held against."""

    tiles: "EdgeTiles"
    sharpness: float


def reference(scenes: Sequence[Scene]) -> Reference | None:
    """The usual view, the median of scenes spread over the hour; nothing where there is no picture at all."""
    if not scenes:
        return None
    step = max(1, len(scenes) // _REFERENCE_FRAMES)
    chosen = scenes[::step]
    edges = np.median(np.stack([each.edges for each in chosen]), axis=0).astype(np.uint8)
    return Reference(EdgeTiles.of(edges), float(np.median([each.sharpness for each in chosen])))


@dataclass(frozen=True, slots=True)
class EdgeTiles:
    """The edges of one picture tile by tile, less each tile's mean, and how much they vary in it."""

    around_mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    @classmethod
    def of(cls, edges: Picture) -> "EdgeTiles":
        """The tiles of one picture's edges, worked out once for every picture that it is held against."""
        columns, rows = _TILES
        high, wide = edges.shape[0] // rows, edges.shape[1] // columns
        cut = edges[: rows * high, : columns * wide].reshape(rows, high, columns, wide)
        tiles = cut.transpose(0, 2, 1, 3).reshape(rows * columns, high * wide).astype(np.float32)
        around = tiles - tiles.mean(axis=1, keepdims=True)
        return cls(around, np.sqrt((around**2).mean(axis=1)))


def same_view(one: EdgeTiles, usual: EdgeTiles) -> float:
    """The share of textured tiles whose edges lie where they usually lie; people hide some, a turned camera all."""
    textured = usual.spread > _TEXTURED
    if np.count_nonzero(textured) < _MIN_TEXTURED:
        return 1.0
    both = np.einsum("ij,ij->i", one.around_mean, usual.around_mean) / one.around_mean.shape[1]
    match = both / np.maximum(one.spread * usual.spread, 1e-6)
    return float(np.mean(match[textured] > _TILE_MATCH))
