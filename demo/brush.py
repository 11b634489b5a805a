from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Canvas = NDArray[np.float32]
Colour = tuple[float, float, float]
Point = tuple[float, float]

_SUBPIXEL_BITS = 4
_SOLID = 0.5


@dataclass(frozen=True, slots=True)
class Sprite:
    """A cut-out picture with a hard mask; ``anchor`` is the pixel that is put where the sprite is asked for."""

    picture: Picture
    mask: Picture
    anchor: tuple[int, int]

    def paste(self, onto: Picture, x: float, y: float) -> None:
        """Lay the sprite over a picture, clipped at its borders."""
        height, width = self.mask.shape
        left, top = round(x) - self.anchor[0], round(y) - self.anchor[1]
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + width, onto.shape[1]), min(top + height, onto.shape[0])
        if x0 >= x1 or y0 >= y1:
            return
        cut = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        cv2.copyTo(self.picture[cut], self.mask[cut], onto[y0:y1, x0:x1])


class ShapeCoverage(NamedTuple):
    """How much, 0 to 1, of each pixel in one area of a canvas a shape covers."""

    area: tuple[slice, slice]
    share: Canvas


class HeadCanvas:
    """A canvas in head units with the origin at its centre, on which soft shapes are painted and then cut out."""

    def __init__(self, width: float, height: float, unit_px: float) -> None:
        self.unit_px = unit_px
        self.shape = (round(height * unit_px), round(width * unit_px))
        self.centre = (self.shape[1] / 2, self.shape[0] / 2)
        self.colour: Canvas = np.zeros((*self.shape, 3), np.float32)
        self.alpha: Canvas = np.zeros(self.shape, np.float32)

    def blob(self, at: Point, axes: Point, angle: float = 0.0, soft: float = 0.0) -> ShapeCoverage:
        """Coverage of an ellipse, its rim softened by that many head units."""
        reach = max(axes)
        box = ((2 * axes[0] * self.unit_px, 2 * axes[1] * self.unit_px), angle)

        def draw(mask: Picture, origin: Point) -> None:
            (x, y), (left, top) = self._pixel(at), origin
            cv2.ellipse(mask, ((x - left, y - top), *box), 255, -1, cv2.LINE_AA)

        return self._cover([(at[0] - reach, at[1] - reach), (at[0] + reach, at[1] + reach)], soft, draw)

    def patch(self, corners: Sequence[Point], soft: float = 0.0) -> ShapeCoverage:
        """Coverage of a polygon."""

        def draw(mask: Picture, origin: Point) -> None:
            cv2.fillPoly(mask, [self._points(corners, origin)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)

        return self._cover(corners, soft, draw)

    def stroke(self, points: Sequence[Point], width: float, soft: float = 0.0) -> ShapeCoverage:
        """Coverage of a bent line of that width."""
        thick = max(1, round(width * self.unit_px))

        def draw(mask: Picture, origin: Point) -> None:
            cv2.polylines(mask, [self._points(points, origin)], False, 255, thick, cv2.LINE_AA, _SUBPIXEL_BITS)

        return self._cover(points, soft, draw, margin=width)

    def paint(self, cover: ShapeCoverage, colour: Colour, strength: float = 1.0) -> None:
        """Lay opaque colour down; what it covers becomes part of the cut-out."""
        area, share = self.colour[cover.area], cover.share * strength
        area += (np.array(colour, np.float32) - area) * share[..., None]
        alpha = self.alpha[cover.area]
        np.maximum(alpha, share, out=alpha)

    def shade(self, cover: ShapeCoverage, gain: float) -> None:
        """Lighten or darken what is there already, without growing the cut-out."""
        self.colour[cover.area] *= (1 + (gain - 1) * cover.share)[..., None]

    def tint(self, cover: ShapeCoverage, colour: Colour, strength: float = 1.0) -> None:
        """Colour what is there already, without growing the cut-out."""
        area = self.colour[cover.area]
        area += (np.array(colour, np.float32) - area) * (cover.share * strength * self.alpha[cover.area])[..., None]

    def slope(self, across: float, down: float) -> None:
        """Light from one side: gain changes linearly by these shares per head unit."""
        ys, xs = np.mgrid[0 : self.shape[0], 0 : self.shape[1]].astype(np.float32)
        gain = 1 + across * (xs - self.centre[0]) / self.unit_px + down * (ys - self.centre[1]) / self.unit_px
        self.colour *= gain[..., None]

    def sprite(self, head_px: float, angle: float = 0.0) -> Sprite:
        """Cut out at the size in which one head unit is ``head_px`` pixels."""
        scale = head_px / self.unit_px
        size = (max(1, round(self.shape[1] * scale)), max(1, round(self.shape[0] * scale)))
        colour, alpha = self.colour, self.alpha
        if angle:
            turn = cv2.getRotationMatrix2D(self.centre, angle, 1.0)
            whole = (self.shape[1], self.shape[0])
            colour = cast("Canvas", cv2.warpAffine(colour, turn, whole, flags=cv2.INTER_LINEAR))
            alpha = cast("Canvas", cv2.warpAffine(alpha, turn, whole, flags=cv2.INTER_LINEAR))
        small_alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
        small = cv2.resize(colour * alpha[..., None], size, interpolation=cv2.INTER_AREA)
        small = small / np.maximum(small_alpha, 1e-3)[..., None]
        mask = np.where(small_alpha > _SOLID, 255, 0).astype(np.uint8)
        return Sprite(to_bytes(small), mask, (size[0] // 2, size[1] // 2))

    def _pixel(self, at: Point) -> Point:
        return self.centre[0] + at[0] * self.unit_px, self.centre[1] + at[1] * self.unit_px

    def _points(self, corners: Sequence[Point], origin: Point) -> NDArray[np.int32]:
        pixels = np.array([self._pixel(corner) for corner in corners]) - origin
        return np.rint(pixels * (1 << _SUBPIXEL_BITS)).astype(np.int32)

    def _cover(
        self, corners: Sequence[Point], soft: float, draw: Callable[[Picture, Point], None], margin: float = 0.0
    ) -> ShapeCoverage:
        """Draw only in the part of the canvas that the shape and its soft rim can reach."""
        pixels = np.array([self._pixel(corner) for corner in corners])
        spread = (margin + 3 * soft) * self.unit_px + 2
        left, top = (max(int(value), 0) for value in pixels.min(axis=0) - spread)
        right, bottom = (int(value) + 1 for value in pixels.max(axis=0) + spread)
        area = np.s_[top : min(bottom, self.shape[0]), left : min(right, self.shape[1])]
        mask = np.zeros(self.alpha[area].shape, np.uint8)
        if mask.size:
            draw(mask, (left, top))
        share: Canvas = np.asarray(mask / np.float32(255), np.float32)
        if soft and mask.size:
            share = cv2.GaussianBlur(share, (0, 0), soft * self.unit_px).astype(np.float32, copy=False)
        return ShapeCoverage(area, share)


def to_bytes(values: NDArray[Any]) -> Picture:
    """Rounded and clipped to what a pixel can hold."""
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def shaded(colour: Colour, gain: float) -> Colour:
    """The same colour in more or less light."""
    return colour[0] * gain, colour[1] * gain, colour[2] * gain
