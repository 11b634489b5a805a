from enum import StrEnum
from functools import lru_cache

from demo.appearance import Appearance
from demo.brush import Colour, HeadCanvas, Sprite, shaded

WOOD: Colour = (98, 148, 186)
STEEL: Colour = (128, 122, 116)
_KEPT = 256


class Furnishing(StrEnum):
    """What a room may hold beside desks and chairs, to mislead whoever counts heads."""

    MIRROR = "mirror"
    CORRIDOR = "corridor"
    SCREEN = "screen"
    POSTER = "poster"
    BAGS = "bags"
    COATS = "coats"


@lru_cache(maxsize=_KEPT)
def desk(head_px: float) -> Sprite:
    """A desk with paper and a book; laid at the head of whoever sits at it."""
    easel = HeadCanvas(2.8, 5.4, 60.0)
    easel.paint(easel.patch([(-1.02, 1.95), (1.02, 1.95), (1.0, 2.32), (-1.0, 2.32)]), shaded(WOOD, 0.62))
    for side in (-1, 1):
        easel.paint(
            easel.patch([(side * 1.02, 1.9), (side * 0.93, 1.9), (side * 0.93, 2.62), (side * 1.02, 2.62)]), STEEL
        )
    easel.paint(easel.patch([(-1.04, 1.38), (1.04, 1.38), (1.13, 1.86), (-1.13, 1.86)]), WOOD)
    easel.paint(easel.patch([(-1.13, 1.86), (1.13, 1.86), (1.13, 1.96), (-1.13, 1.96)]), shaded(WOOD, 0.74))
    easel.paint(easel.patch([(-0.3, 1.6), (0.26, 1.58), (0.34, 1.82), (-0.32, 1.82)], 0.01), (232, 236, 238))
    for line in range(4):
        easel.tint(
            easel.stroke([(-0.24, 1.64 + line * 0.045), (0.22, 1.63 + line * 0.045)], 0.015), (150, 150, 150), 0.7
        )
    easel.paint(easel.patch([(0.62, 1.5), (0.94, 1.52), (0.98, 1.68), (0.64, 1.68)], 0.01), (120, 84, 60))
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def bench(head_px: float) -> Sprite:
    """A work bench with a vessel and a tool on it."""
    easel = HeadCanvas(3.2, 5.4, 60.0)
    easel.paint(easel.patch([(-1.5, 1.95), (1.5, 1.95), (1.5, 2.5), (-1.5, 2.5)]), (104, 96, 84))
    easel.paint(easel.patch([(-1.5, 1.45), (1.5, 1.45), (1.5, 1.86), (-1.5, 1.86)]), (168, 164, 156))
    easel.paint(easel.patch([(-1.5, 1.86), (1.5, 1.86), (1.5, 1.97), (-1.5, 1.97)]), (120, 116, 110))
    easel.paint(easel.blob((-0.7, 1.64), (0.3, 0.1)), (214, 220, 222))
    easel.paint(easel.blob((-0.7, 1.62), (0.2, 0.06)), (120, 160, 190))
    easel.paint(easel.patch([(0.4, 1.6), (1.0, 1.56), (1.05, 1.7), (0.44, 1.74)]), (96, 120, 60))
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def chair(head_px: float) -> Sprite:
    """A chair as seen from the front."""
    easel = HeadCanvas(2.8, 4.0, 60.0)
    easel.paint(easel.patch([(-0.62, 0.78), (0.62, 0.78), (0.66, 1.3), (-0.66, 1.3)], 0.03), shaded(WOOD, 0.72))
    easel.shade(easel.patch([(-0.5, 0.98), (0.5, 0.98), (0.5, 1.06), (-0.5, 1.06)], 0.02), 0.7)
    for side in (-1, 1):
        easel.paint(easel.stroke([(side * 0.58, 0.8), (side * 0.6, 1.9)], 0.09), STEEL)
    easel.paint(easel.patch([(-0.62, 1.3), (0.62, 1.3), (0.7, 1.5), (-0.7, 1.5)], 0.01), shaded(WOOD, 0.85))
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def chair_back(head_px: float) -> Sprite:
    """The same chair from behind: its back hides the lower half of a seated trunk."""
    easel = HeadCanvas(2.8, 4.0, 60.0)
    easel.paint(easel.patch([(-0.64, 0.98), (0.64, 0.98), (0.68, 1.62), (-0.68, 1.62)], 0.03), shaded(WOOD, 0.66))
    easel.shade(easel.patch([(-0.52, 1.16), (0.52, 1.16), (0.52, 1.24), (-0.52, 1.24)], 0.02), 0.7)
    for side in (-1, 1):
        easel.paint(easel.stroke([(side * 0.6, 1.0), (side * 0.64, 1.95)], 0.09), STEEL)
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def bag(looks: Appearance, head_px: float) -> Sprite:
    """A rucksack that hangs over the back of a chair: round, dark, with a pocket and a pale label."""
    easel = HeadCanvas(2.8, 4.0, 60.0)
    cloth = shaded(looks.collar, 0.7)
    easel.paint(easel.blob((0.62, 0.72), (0.34, 0.42), 0, 0.01), cloth)
    easel.paint(easel.patch([(0.3, 0.72), (0.94, 0.72), (0.92, 1.3), (0.32, 1.3)], 0.02), cloth)
    easel.shade(easel.blob((0.62, 0.52), (0.22, 0.12), 0, 0.06), 1.3)
    easel.paint(easel.blob((0.62, 1.02), (0.22, 0.18), 0, 0.01), shaded(cloth, 0.8))
    easel.tint(easel.patch([(0.52, 0.72), (0.72, 0.72), (0.72, 0.8), (0.52, 0.8)], 0.01), (206, 214, 220), 0.9)
    easel.shade(easel.stroke([(0.62, 0.32), (0.62, 0.24)], 0.08, 0.02), 0.6)
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def lectern(head_px: float, *, front: bool) -> Sprite:
    """The teacher's lectern, its ``front`` to the camera or its shelf; laid at the head of who stands at it."""
    easel = HeadCanvas(3.0, 12.0, 32.0)
    easel.paint(easel.patch([(-1.1, 2.1), (1.1, 2.1), (1.2, 2.4), (-1.2, 2.4)]), shaded(WOOD, 0.9))
    easel.paint(easel.patch([(-1.1, 2.4), (1.1, 2.4), (1.0, 5.4), (-1.0, 5.4)]), shaded(WOOD, 0.62 if front else 0.5))
    if not front:
        easel.shade(easel.patch([(-0.9, 2.9), (0.9, 2.9), (0.9, 4.9), (-0.9, 4.9)]), 0.6)
    return easel.sprite(head_px)
