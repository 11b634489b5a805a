"""Living people move, chairs and portraits do not: what changed between two keyframes beyond the camera's noise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache as once

import cv2
import numpy as np
from numpy.typing import NDArray

from facts.sighting import Box
from vision.calibration import HEAD_REACH, LIVE_PX, LIVE_SHARE, OWN_LEAST, SMALL_HEAD_PX, SMALL_LIVE
from vision.light import light_between
from vision.ports import Picture, Tensor

Reading = NDArray[np.float64]

# Every fourth pixel each way estimates light and noise as well as all of them, at a sixteenth of the cost.
_SPARSE = 4
_SIGMAS = 5.0
# Codecs move flat areas by a few grey levels at every keyframe, by less where the room is dim and so are people.
_LEAST_STEP = (2.5, 5.0)
_STEP_OF_CONTRAST = 0.12
# A quarter of the local contrast forgives a mast that trembles by an eighth of a pixel.
_EDGE_SHARE = 0.25
# A light switched or a lens covered changes everything at once and says nothing about anybody.
_JUMP_SHARE = 0.35
_JUMP_LEVELS = 24.0
# Where "noise" is this high the two pictures do not show the same scene.
_JUMP_NOISE = 10.0
_KERNEL = np.ones((3, 3), np.uint8)
# Single pixels are noise; two by two is a finger at the back of the room.
_SPECK = np.ones((2, 2), np.uint8)
_BYTE = 8


@dataclass(frozen=True, slots=True)
class FrameChange:
    """What changed between two keyframes: where, the noise that it had to exceed, and whether the light jumped.

    ``bits`` holds eight pixels of a row in each byte, for an hour keeps two hundred of them.
    """

    bits: Picture
    shape: tuple[int, ...]
    noise: float
    share: float
    gain: float
    offset: float

    @property
    def mask(self) -> Picture:
        """Where something changed, a byte for each pixel: 255 there, 0 elsewhere."""
        return np.unpackbits(self.bits, axis=1, count=self.shape[1]) * np.uint8(255)

    @property
    def jump(self) -> bool:
        """Whether so much changed at once that no patch of it proves anybody alive."""
        shift = abs(self.gain * 128 + self.offset - 128)
        return self.share > _JUMP_SHARE or shift > _JUMP_LEVELS or self.noise > _JUMP_NOISE


def change(before: Picture, after: Picture) -> FrameChange:
    """The activity map of two small grey keyframes of one view a few seconds apart."""
    return change_of(smoothed(before), smoothed(after))


def smoothed(frame: Picture) -> Picture:
    """A keyframe without its finest grain, ready to be held against the one before and the one after."""
    return np.asarray(cv2.blur(frame, (3, 3)), np.uint8)


def change_of(first: Picture, second: Picture) -> FrameChange:
    """The activity map of two smoothed keyframes."""
    gain, offset, noise = light_between(first[::_SPARSE, ::_SPARSE], second[::_SPARSE, ::_SPARSE])
    table = np.clip(np.arange(256) * gain + offset, 0, 255).round().astype(np.uint8)
    # Fresh memory costs more than what is done in it: each picture is written over the one before.
    moved = np.asarray(cv2.LUT(first, table), np.uint8)
    cv2.absdiff(moved, second, moved)
    limit = np.asarray(cv2.morphologyEx(second, cv2.MORPH_GRADIENT, _KERNEL), np.uint8)
    least = float(np.clip(_STEP_OF_CONTRAST * second[::_SPARSE, ::_SPARSE].std(), *_LEAST_STEP))
    cv2.convertScaleAbs(limit, limit, alpha=_EDGE_SHARE, beta=max(least, _SIGMAS * noise))
    mask = np.asarray(cv2.compare(moved, limit, cv2.CMP_GT, moved), np.uint8)
    cv2.morphologyEx(mask, cv2.MORPH_OPEN, _SPECK, mask)
    share = cv2.countNonZero(mask) / mask.size
    return FrameChange(np.packbits(mask, axis=1), second.shape, noise, share, gain, offset)


@dataclass(frozen=True, slots=True)
class Patch:
    """The pixels in which one head's own movement shows: head and collar, less what is nearer to a neighbour.

    ``weight`` is the head alone, fading towards its edge and towards neighbours; nothing where it is too small.
    """

    rows: slice
    packed: slice
    own: Picture
    size: int
    head: tuple[slice, slice]
    weight: Tensor | None

    @classmethod
    def of(cls, head: Box, neighbours: Sequence[Box], shape: tuple[int, ...]) -> "Patch | None":
        """The patch in a picture of this shape; nothing where neighbours leave too little of it."""
        height, width = shape[:2]
        rows, columns = _extent(_collar(head), height, width)
        own = _own(head, neighbours, (rows, columns), shape)
        if not own.size or own.mean() < OWN_LEAST:
            return None
        inner = _extent(head, height, width)
        weight = _weight(_own(head, neighbours, inner, shape))
        first, bits = columns.start // _BYTE, np.pad(own, ((0, 0), (columns.start % _BYTE, 0)))
        packed = np.packbits(bits, axis=1)
        return cls(rows, slice(first, first + packed.shape[1]), packed, int(np.count_nonzero(own)), inner, weight)

    def changed(self, step: FrameChange) -> float:
        """The share of the patch that changed."""
        return int(np.bitwise_count(step.bits[self.rows, self.packed] & self.own).sum()) / self.size

    def lives(self, step: FrameChange, before: Picture, after: Picture) -> float:
        """The share that changed where the head itself moved between two pictures, 0 where it did not.

        A neighbour's arm before a figure of cardboard changes pixels and moves nothing.
        """
        return self.live_share(step, lambda: self.moved(before, after))

    def live_share(self, step: FrameChange, moved: Callable[[], float]) -> float:
        """The same for callers who know by how many pixels the head moved; it is asked only where enough changed."""
        changed = self.changed(step)
        if self.weight is None:
            return changed if changed >= SMALL_LIVE else 0.0
        return changed if changed >= LIVE_SHARE and moved() > LIVE_PX else 0.0

    def moved(self, before: Picture, after: Picture) -> float:
        """By how many pixels the head moved."""
        return shift(self.head_in(before), self.head_in(after))

    def head_in(self, frame: Picture) -> Tensor | None:
        """The head alone in one picture, ready to be held against another; nothing where it is too small."""
        return None if self.weight is None else _faded(frame[self.head], self.weight)


def shift(before: Tensor | None, after: Tensor | None) -> float:
    """By how many pixels one head lies elsewhere in another picture."""
    if before is None or after is None:
        return 0.0
    (across, down), _ = cv2.phaseCorrelate(before, after)
    return float(np.hypot(across, down))


def _own(head: Box, neighbours: Sequence[Box], where: tuple[slice, slice], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which pixels of a part of the picture are nearer to this head and its chest than to any neighbour's.

    A head lower in the picture is in front: what it covers is never the other's, not even of its chest.
    """
    y, x = np.mgrid[where]
    across, down = (x + 0.5) / shape[1], (y + 0.5) / shape[0]
    far = _distance(head, across, down)
    own = np.ones(far.shape, np.bool_)
    for other in neighbours:
        own &= far <= _distance(other, across, down)
        if other.y + other.h > head.y + head.h:
            own &= ~_covers(other, across, down)
    return own


def _weight(own: NDArray[np.bool_]) -> Tensor | None:
    height, width = own.shape
    if min(height, width) < SMALL_HEAD_PX or own.mean() < OWN_LEAST:
        return None
    soft = max(3, width // 6) | 1
    eroded = cv2.erode(own.astype(np.float32), np.ones((soft, soft), np.float32))
    faded = cv2.GaussianBlur(eroded, (soft, soft), 0) * np.sqrt(cv2.createHanningWindow((width, height), cv2.CV_32F))
    return np.asarray(faded, np.float32) if faded.sum() >= SMALL_HEAD_PX else None


def _faded(part: Picture, weight: Tensor) -> Tensor:
    """The part less its own mean, fading out, with nothing beside and below, so that both sides are even.

    OpenCV puts the middle of an odd spectrum between two pixels: whatever stood still had moved by half of one.
    """
    picture = part.astype(np.float32)
    mean = (picture * weight).sum() / weight.sum()
    made = np.zeros(_even_sides(part.shape), np.float32)
    np.multiply(picture - mean, weight, out=made[: part.shape[0], : part.shape[1]])
    return made


@once
def _even_sides(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(2 * cv2.getOptimalDFTSize((side + 1) // 2) for side in shape)


def _collar(head: Box) -> Box:
    return Box(head.x - 0.05 * head.w, head.y, 1.1 * head.w, 1.3 * head.h)


def claim(head: Box) -> Box:
    """All that may belong to the owner of this head: hair above the face and elbows too."""
    return Box(head.x - 0.6 * head.w, head.y - 0.55 * head.h, 2.2 * head.w, 2.65 * head.h)


def _distance(head: Box, x: Reading, y: Reading) -> Reading:
    """How far a place is from the middle of the head or of the chest, whichever is nearer in its own size."""
    across = (x - head.x - head.w / 2) / head.w
    down = (y - head.y) / head.h
    of_head = across**2 + ((down - 0.5) / 1.1) ** 2
    of_chest = (across / 1.3) ** 2 + ((down - 1.6) / 0.9) ** 2
    return np.asarray(np.minimum(of_head, of_chest), np.float64)


def _covers(head: Box, x: Reading, y: Reading) -> NDArray[np.bool_]:
    across, down = (x - head.x - head.w / 2) / head.w, (y - head.y - head.h / 2) / head.h
    return np.asarray(across**2 + down**2 < HEAD_REACH**2, np.bool_)


def _extent(box: Box, height: int, width: int) -> tuple[slice, slice]:
    top, left = max(0, int(box.y * height)), max(0, int(box.x * width))
    bottom, right = int(np.ceil((box.y + box.h) * height)), int(np.ceil((box.x + box.w) * width))
    return slice(min(top, height), max(top, min(bottom, height))), slice(min(left, width), max(left, min(right, width)))
