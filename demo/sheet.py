from typing import NamedTuple, Protocol

import numpy as np

from demo.brush import Picture, Sprite

_HALF_HEAD = 0.5
_HALF_WIDTH = 0.42


class HeadInView(NamedTuple):
    """One human head in a camera's picture: whose, where (left, top, width, height in pixels), and what share shows.

    ``face`` tells whether it is turned to the camera.
    """

    person: int
    box: tuple[float, float, float, float]
    share: float
    face: bool


class LaidHead(NamedTuple):
    """A head about to be laid: whose, around which point, how tall, and whether its face is to the camera."""

    person: int
    at: tuple[float, float]
    head_px: float
    face: bool


class DrawingSheet(Protocol):
    """What figures are laid on, the furthest first."""

    def lay(self, sprite: Sprite, x: float, y: float) -> None:
        """Cover what is there with a sprite."""
        ...

    def lay_head(self, sprite: Sprite, head: LaidHead) -> None:
        """The same with somebody's head."""
        ...


class PictureSheet:
    """A colour picture."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    def lay(self, sprite: Sprite, x: float, y: float) -> None:
        """Paste it."""
        sprite.paste(self.picture, x, y)

    def lay_head(self, sprite: Sprite, head: LaidHead) -> None:
        """Paste it; whose it is does not matter here."""
        sprite.paste(self.picture, *head.at)


class NobodySheet:
    """Another sheet on which heads are only things: cut-outs, mirrors, faces on paper and on screens."""

    def __init__(self, onto: DrawingSheet) -> None:
        self._onto = onto

    def lay(self, sprite: Sprite, x: float, y: float) -> None:
        """As on the other sheet."""
        self._onto.lay(sprite, x, y)

    def lay_head(self, sprite: Sprite, head: LaidHead) -> None:
        """A thing like any other."""
        self._onto.lay(sprite, *head.at)


class HeadSheet:
    """Whose head every pixel shows, so that what is hidden by whom need not be guessed."""

    def __init__(self, width: int, height: int) -> None:
        self._labels = np.zeros((height, width), np.int16)
        self._heads: list[tuple[LaidHead, int]] = []

    def lay(self, sprite: Sprite, x: float, y: float) -> None:
        """Nothing of what lies below the sprite shows any more."""
        self._stamp(sprite.mask, sprite, (x, y), 0)

    def lay_head(self, sprite: Sprite, head: LaidHead) -> None:
        """Hair and neck cover what is behind; between crown and chin it is that person's head."""
        self.lay(sprite, *head.at)
        core = np.zeros_like(sprite.mask)
        top, low = (round(sprite.anchor[1] + side * _HALF_HEAD * head.head_px) for side in (-1, 1))
        core[max(top, 0) : low] = sprite.mask[max(top, 0) : low]
        self._heads.append((head, int(np.count_nonzero(core))))
        self._stamp(core, sprite, head.at, len(self._heads))

    def heads(self) -> tuple[HeadInView, ...]:
        """Everybody who was laid, with the share of the head that still shows."""
        shown = np.bincount(self._labels.ravel(), minlength=len(self._heads) + 1)
        return tuple(
            HeadInView(head.person, _box(head), float(shown[number]) / max(whole, 1), head.face)
            for number, (head, whole) in enumerate(self._heads, start=1)
        )

    def _stamp(self, mask: Picture, sprite: Sprite, at: tuple[float, float], label: int) -> None:
        height, width = mask.shape
        left, top = round(at[0]) - sprite.anchor[0], round(at[1]) - sprite.anchor[1]
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + width, self._labels.shape[1]), min(top + height, self._labels.shape[0])
        if x0 < x1 and y0 < y1:
            self._labels[y0:y1, x0:x1][mask[y0 - top : y1 - top, x0 - left : x1 - left] > 0] = label


def _box(head: LaidHead) -> tuple[float, float, float, float]:
    (x, y), unit = head.at, head.head_px
    return x - _HALF_WIDTH * unit, y - _HALF_HEAD * unit, 2 * _HALF_WIDTH * unit, unit
