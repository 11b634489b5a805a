from functools import lru_cache

from demo.appearance import Appearance
from demo.brush import HeadCanvas, Point, Sprite, shaded

_DRAWN_PX = 60.0
_KEPT = 512
# Where the writing fist is along a line of the paper, in head units from the head's centre.
_LINE: tuple[Point, ...] = ((-0.18, 1.5), (0.02, 1.49), (0.2, 1.5), (0.36, 1.53))
LINE_STEPS = len(_LINE)


@lru_cache(maxsize=_KEPT)
def scribe(looks: Appearance, head_px: float, step: int) -> Sprite:
    """Both forearms on the desk, one fist writing; anchored at the head's centre as the rest of the body is."""
    easel = HeadCanvas(2.8, 4.0, _DRAWN_PX)
    wide = 0.8 * looks.build
    x, y = _LINE[step]
    for side, hand in ((-1, (-0.42, 1.58)), (1, (x, y))):
        elbow = (side * wide * 1.06, 1.34)
        easel.paint(easel.stroke([(side * wide * 0.98, 1.0), elbow, hand], 0.27, 0.02), shaded(looks.clothes, 0.92))
        easel.shade(easel.stroke([(elbow[0], 1.44), (hand[0], hand[1] + 0.1)], 0.05, 0.03), 0.7)
    easel.paint(easel.blob((-0.42, 1.58), (0.16, 0.1), 20, 0.01), shaded(looks.skin, 0.92))
    _fist(easel, looks, (x, y))
    return easel.sprite(head_px)


def _fist(easel: HeadCanvas, looks: Appearance, at: Point) -> None:
    """Knuckles above, the shadow between thumb and finger below: to a network not unlike a small face."""
    x, y = at
    skin = shaded(looks.skin, 0.98)
    easel.shade(easel.blob((x, y + 0.2), (0.22, 0.06), 0, 0.03), 0.6)
    easel.paint(easel.blob((x, y - 0.02), (0.21, 0.26), 4, 0.01), skin)
    easel.paint(easel.blob((x, y + 0.12), (0.15, 0.15), 0, 0.01), skin)
    easel.shade(easel.blob((x + 0.05, y - 0.14), (0.12, 0.06), 0, 0.03), 1.1)
    for off in (-0.095, 0.095):
        easel.tint(easel.blob((x + off, y - 0.05), (0.052, 0.03), 0, 0.008), shaded(looks.skin, 0.24), 0.95)
        easel.shade(easel.stroke([(x + off, y - 0.2), (x + off * 1.1, y - 0.1)], 0.02, 0.012), 0.72)
    easel.shade(easel.stroke([(x, y - 0.06), (x + 0.012, y + 0.05)], 0.03, 0.015), 0.75)
    easel.tint(easel.stroke([(x - 0.08, y + 0.15), (x, y + 0.165), (x + 0.08, y + 0.145)], 0.035, 0.008),
               shaded(looks.skin, 0.35), 0.85)  # fmt: skip
    easel.paint(easel.stroke([(x - 0.02, y + 0.12), (x - 0.16, y + 0.28)], 0.03), (60, 46, 40))


@lru_cache(maxsize=_KEPT)
def raised(looks: Appearance, head_px: float) -> Sprite:
    """An arm up beside the head, its open hand at the height of the hair."""
    easel = HeadCanvas(2.8, 4.0, _DRAWN_PX)
    wide = 0.8 * looks.build
    easel.paint(easel.stroke([(wide * 0.8, 1.05), (wide * 1.15, 0.75), (0.82, 0.2)], 0.27, 0.02), looks.clothes)
    easel.paint(easel.stroke([(0.82, 0.25), (0.8, -0.05)], 0.17, 0.01), looks.skin)
    easel.paint(easel.blob((0.8, -0.22), (0.15, 0.19), 0, 0.01), looks.skin)
    for number in range(4):
        off = -0.1 + 0.068 * number
        tip = (0.8 + off * 1.3, -0.52 - 0.05 * (number in {1, 2}))
        easel.paint(easel.stroke([(0.8 + off, -0.3), tip], 0.062, 0.006), looks.skin)
        easel.shade(easel.stroke([(0.835 + off, -0.34), (0.835 + off * 1.2, -0.48)], 0.015, 0.006), 0.7)
    easel.shade(easel.stroke([(0.72, -0.2), (0.8, -0.12), (0.88, -0.16)], 0.02, 0.012), 0.75)
    return easel.sprite(head_px)
