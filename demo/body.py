from functools import lru_cache

from demo.appearance import Appearance
from demo.brush import HeadCanvas, Point, Sprite, shaded

_DRAWN_PX = 60.0
_KEPT = 1024
# Where the left and the right hand lie on the desk, in head units below the head's centre:
# folded, writing, leafing, reaching, one hand drawn back, writing further on.
_HANDS: tuple[tuple[Point, Point], ...] = (
    ((-0.14, 1.52), (0.16, 1.55)),
    ((-0.4, 1.5), (0.1, 1.58)),
    ((-0.46, 1.58), (0.44, 1.5)),
    ((-0.3, 1.42), (0.52, 1.6)),
    ((-0.56, 1.44), (0.2, 1.52)),
    ((-0.38, 1.5), (0.24, 1.6)),
)
HAND_POSES = len(_HANDS)
WRITING_POSES = (1, 5, 0)


@lru_cache(maxsize=_KEPT)
def torso(looks: Appearance, head_px: float) -> Sprite:
    """Neck to lap of somebody seated; its anchor is the centre of the head above it."""
    easel = HeadCanvas(2.8, 4.0, _DRAWN_PX)
    _trunk(easel, looks, 1.9)
    easel.slope(0.1 * looks.light, -0.04)
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def back(looks: Appearance, head_px: float) -> Sprite:
    """Shoulders bent forward or turned away: cloth without collar or throat."""
    easel = HeadCanvas(2.8, 4.0, _DRAWN_PX)
    _back_trunk(easel, looks, 1.9)
    easel.slope(0.1 * looks.light, -0.04)
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def forearms(looks: Appearance, head_px: float, pose: int) -> Sprite:
    """Sleeves and hands on the desk, anchored at the head's centre."""
    easel = HeadCanvas(2.8, 4.0, _DRAWN_PX)
    wide = 0.8 * looks.build
    for side, hand in zip((-1, 1), _HANDS[pose], strict=True):
        elbow = (side * wide * 1.06, 1.34)
        easel.paint(easel.stroke([(side * wide * 0.98, 1.0), elbow, hand], 0.27, 0.02), shaded(looks.clothes, 0.92))
        easel.shade(easel.stroke([(elbow[0], 1.44), (hand[0], hand[1] + 0.1)], 0.05, 0.03), 0.7)
        easel.paint(easel.blob(hand, (0.15, 0.1), side * -20, 0.01), shaded(looks.skin, 0.92))
        easel.shade(easel.blob((hand[0], hand[1] + 0.07), (0.13, 0.03), 0, 0.02), 0.75)
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def standing(looks: Appearance, head_px: float, step: int, *, away: bool = False) -> Sprite:
    """Somebody on their feet, from the neck down, in one of two strides; ``away`` shows their back."""
    easel = HeadCanvas(3.0, 12.0, 32.0)
    stride = 0.16 if step else 0.04
    legs = shaded(looks.collar, 0.55)
    for side in (-1, 1):
        foot = (side * (0.22 + stride), 5.5)
        easel.paint(easel.stroke([(side * 0.24, 2.5), (side * (0.24 + stride / 2), 4.0), foot], 0.4, 0.02), legs)
        easel.paint(easel.blob((foot[0] + side * 0.05, 5.62), (0.24, 0.12)), (30, 30, 32))
    (_back_trunk if away else _trunk)(easel, looks, 2.8)
    for side in (-1, 1):
        wide = 0.8 * looks.build
        hand = (side * (wide + 0.02 + stride * 0.6), 2.75 - stride)
        easel.paint(
            easel.stroke([(side * wide * 0.9, 0.98), (side * (wide + 0.06), 1.9), hand], 0.27, 0.02),
            shaded(looks.clothes, 0.86),
        )
        easel.paint(easel.blob(hand, (0.12, 0.16)), shaded(looks.skin, 0.9))
    return easel.sprite(head_px)


@lru_cache(maxsize=_KEPT)
def jacket(looks: Appearance, head_px: float) -> Sprite:
    """A jacket hung over the back of a chair: shoulders without anybody in them."""
    easel = HeadCanvas(2.8, 4.0, _DRAWN_PX)
    outline = [
        (-0.5, 0.66),
        (0.5, 0.66),
        (0.82, 0.86),
        (0.92, 1.75),
        (0.5, 1.9),
        (-0.5, 1.9),
        (-0.92, 1.75),
        (-0.82, 0.86),
    ]
    easel.paint(easel.patch(outline, 0.03), shaded(looks.clothes, 0.9))
    easel.shade(easel.patch([(-0.08, 0.66), (0.08, 0.66), (0.03, 1.9), (-0.03, 1.9)], 0.03), 0.55)
    for side in (-1, 1):
        easel.shade(easel.stroke([(side * 0.55, 0.8), (side * 0.6, 1.8)], 0.06, 0.04), 0.7)
        easel.paint(easel.stroke([(side * 0.12, 0.66), (side * 0.3, 0.95)], 0.12, 0.02), shaded(looks.clothes, 1.2))
    easel.paint(easel.stroke([(-0.5, 0.64), (0.5, 0.64)], 0.1, 0.01), shaded(looks.collar, 0.8))
    return easel.sprite(head_px)


def _trunk(easel: HeadCanvas, looks: Appearance, bottom: float) -> None:
    wide = 0.8 * looks.build
    easel.paint(easel.patch([(-0.2, 0.3), (0.2, 0.3), (0.26, 0.8), (-0.26, 0.8)]), shaded(looks.skin, 0.78))
    outline = [(-0.24, 0.58), (0.24, 0.58), (wide * 0.82, 0.74), (wide, 1.0), (wide * 0.96, bottom),
               (-wide * 0.96, bottom), (-wide, 1.0), (-wide * 0.82, 0.74)]  # fmt: skip
    easel.paint(easel.patch(outline, 0.02), looks.clothes)
    easel.paint(easel.patch([(-0.2, 0.57), (0.2, 0.57), (0.0, 0.9)], 0.01), shaded(looks.skin, 0.82))
    for side in (-1, 1):
        easel.paint(easel.stroke([(side * 0.24, 0.57), (side * 0.02, 0.95)], 0.09, 0.01), shaded(looks.collar, 1.15))
        easel.shade(easel.stroke([(side * wide * 0.74, 0.95), (side * wide * 0.66, 1.6)], 0.07, 0.05), 0.72)
        easel.shade(easel.blob((side * 0.3, 0.98), (0.2, 0.16), 0, 0.1), 1.1)
    easel.shade(easel.stroke([(0, 0.95), (0.02, bottom)], 0.03, 0.02), 0.75)
    easel.shade(easel.blob((0, 0.66), (0.34, 0.12), 0, 0.05), 0.8)


def _back_trunk(easel: HeadCanvas, looks: Appearance, bottom: float) -> None:
    wide = 0.82 * looks.build
    easel.paint(easel.blob((0, 0.95), (wide * 1.02, 0.55), 0, 0.01), looks.clothes)
    sides = [(-wide, 0.9), (wide, 0.9), (wide * 0.96, bottom), (-wide * 0.96, bottom)]
    easel.paint(easel.patch(sides, 0.02), looks.clothes)
    for side in (-1, 1):
        easel.shade(
            easel.stroke([(side * wide * 0.55, 0.62), (side * wide * 0.8, 1.0), (side * 0.5, 1.6)], 0.09, 0.06), 0.74
        )
        easel.shade(easel.blob((side * 0.42, 0.66), (0.26, 0.14), side * 20, 0.08), 1.12)
    easel.shade(easel.blob((0, 1.1), (0.36, 0.34), 0, 0.12), 0.8)
