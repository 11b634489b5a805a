from functools import lru_cache

import numpy as np

from demo.appearance import Appearance
from demo.brush import Colour, HeadCanvas, Sprite, shaded
from demo.disguise import Wear, cap_from_behind, put_on
from demo.pose import Pose

# A head is drawn this tall and then shrunk, so that its edges come out as a lens would draw them.
_DRAWN_PX = 96.0
# Classes that differ in one event share their people: a head is drawn once for all of them.
_KEPT = 2048
_LONG_HAIR = ("bob", "long")


@lru_cache(maxsize=_KEPT)
def face(looks: Appearance, pose: Pose, head_px: float, wear: Wear | None = None) -> Sprite:
    """A head that looks at the camera or a little past it, with its face to be found."""
    easel = HeadCanvas(1.9, 2.1, _DRAWN_PX)
    _back_hair(easel, looks)
    _neck(easel, looks)
    _skull(easel, looks, pose)
    _features(easel, looks, pose)
    _front_hair(easel, looks, pose)
    if wear:
        put_on(easel, wear, looks, pose)
    easel.slope(0.28 * np.sign(looks.light) * abs(looks.light) ** 0.5, -0.06)
    return easel.sprite(head_px, pose.tilt)


@lru_cache(maxsize=_KEPT)
def crown(looks: Appearance, pose: Pose, head_px: float, wear: Wear | None = None) -> Sprite:
    """A head bowed over notes, seen from above: hair, ears and a little brow, and no face to find."""
    easel = HeadCanvas(1.9, 2.1, _DRAWN_PX)
    wide, shift = 0.37 * looks.wide, pose.yaw * 0.3
    easel.shade(easel.blob((0, 0.1), (0.5, 0.5), 0, 0.08), 0.8)
    for side in (-1, 1):
        easel.paint(easel.blob((side * (wide + 0.01), 0.16), (0.05, 0.09)), shaded(looks.skin, 0.8))
    easel.paint(easel.blob((shift * 0.3, 0.2), (wide * 0.86, 0.28)), shaded(looks.skin, 0.82))
    easel.shade(easel.blob((shift * 0.3, 0.4), (0.2, 0.08), 0, 0.03), 0.72)
    easel.paint(easel.blob((shift * 0.2, -0.04), (wide, 0.4), 0, 0.008), looks.hair)
    easel.paint(easel.blob((shift * 0.3, 0.12), (wide * 0.94, 0.2), 0, 0.01), looks.hair)
    if looks.style in _LONG_HAIR:
        for side in (-1, 1):
            lock = [(side * 0.24, 0.0), (side * wide * 1.04, -0.02), (side * 0.4, 0.5), (side * 0.24, 0.52)]
            easel.paint(easel.patch(lock, 0.03), looks.hair)
    _strands(easel, looks, (shift, -0.2), pose)
    if looks.style == "bun":
        easel.paint(easel.blob((shift * 0.5, -0.34), (0.16, 0.14)), shaded(looks.hair, 1.2))
    if wear is Wear.CAP:
        cap_from_behind(easel, looks, 0.0)
    easel.slope(0.28 * np.sign(looks.light) * abs(looks.light) ** 0.5, -0.16)
    return easel.sprite(head_px, pose.tilt)


@lru_cache(maxsize=_KEPT)
def nape(looks: Appearance, pose: Pose, head_px: float, wear: Wear | None = None) -> Sprite:
    """A head from behind: hair, the ears, and the neck where the hair is short."""
    easel = HeadCanvas(1.9, 2.1, _DRAWN_PX)
    wide, lean = 0.37 * looks.wide, 0.12 * pose.nod
    _neck(easel, looks)
    for side in (-1, 1):
        easel.paint(easel.blob((side * (wide + 0.01), 0.05), (0.05, 0.1)), shaded(looks.skin, 0.82))
    easel.paint(easel.blob((0.0, 0.1 + lean), (wide * 0.9, 0.34), 0, 0.01), looks.hair)
    easel.paint(easel.blob((0, -0.07), (wide, 0.42), 0, 0.008), looks.hair)
    easel.shade(easel.blob((0, 0.44), (0.2, 0.08), 0, 0.03), 0.72)
    if looks.style in _LONG_HAIR:
        low = 0.62 if looks.style == "long" else 0.42
        easel.paint(easel.blob((0, low - 0.3), (wide * 1.04, 0.34), 0, 0.012), looks.hair)
        easel.paint(easel.blob((0, low - 0.16), (wide * 0.92, 0.24), 0, 0.02), looks.hair)
    _strands(easel, looks, (-0.06, -0.26), pose)
    if looks.style == "bun":
        easel.paint(easel.blob((0, -0.02), (0.17, 0.15), 0, 0.01), shaded(looks.hair, 1.25))
        easel.shade(easel.blob((0, 0.13), (0.17, 0.04), 0, 0.02), 0.6)
    if wear is Wear.CAP:
        cap_from_behind(easel, looks, -0.2)
    easel.slope(0.28 * np.sign(looks.light) * abs(looks.light) ** 0.5, -0.16)
    return easel.sprite(head_px, pose.tilt)


def _strands(easel: HeadCanvas, looks: Appearance, whorl: tuple[float, float], pose: Pose) -> None:
    """Hair that falls from the whorl, a little lighter and darker in turn, so that the crown is no smooth ball."""
    turn = pose.tilt / 9
    for number in range(16):
        angle = turn + number * 2 * np.pi / 16
        reach = 0.5 + 0.12 * np.cos(5 * angle)
        bend = angle + 0.35
        line = [
            (
                whorl[0] + r * float(np.cos(angle + (bend - angle) * r)),
                whorl[1] + r * float(np.sin(angle + (bend - angle) * r)),
            )
            for r in (0.06, 0.25, reach)
        ]
        easel.tint(easel.stroke(line, 0.03, 0.012), shaded(looks.hair, 1.5 if number % 2 else 0.7), 0.4)
    easel.tint(easel.blob((whorl[0] - 0.14, whorl[1] + 0.04), (0.2, 0.1), -20, 0.07), shaded(looks.hair, 2.2), 0.4)


def _neck(easel: HeadCanvas, looks: Appearance, lift: float = 0.0) -> None:
    corners = [(-0.19, 0.2 + lift), (0.19, 0.2 + lift), (0.2, 0.6 + lift), (-0.2, 0.6 + lift)]
    easel.paint(easel.patch(corners, 0.01), shaded(looks.skin, 0.84))


def _back_hair(easel: HeadCanvas, looks: Appearance) -> None:
    if looks.style == "long":
        corners = [(-0.36, -0.2), (0.36, -0.2), (0.46, 0.72), (0.2, 0.8), (-0.2, 0.8), (-0.46, 0.72)]
        easel.paint(easel.patch(corners, 0.03), shaded(looks.hair, 0.9))
    if looks.style == "bob":
        easel.paint(easel.blob((0, 0.08), (0.45 * looks.wide, 0.45), 0, 0.015), shaded(looks.hair, 0.9))
    if looks.style == "bun":
        easel.paint(easel.blob((0.04, -0.5), (0.17, 0.15)), looks.hair)


def _skull(easel: HeadCanvas, looks: Appearance, pose: Pose) -> None:
    wide, skin = 0.345 * looks.wide, looks.skin
    for side in (-1, 1):
        reach = side * (wide + 0.015) - pose.yaw * 0.12
        easel.paint(easel.blob((reach, 0.06), (0.055, 0.1)), shaded(skin, 0.8))
    easel.paint(easel.blob((0, 0.15), (0.16, 0.42)), shaded(skin, 0.55), 0.0)
    easel.shade(easel.blob((0, 0.5), (0.3, 0.14), 0, 0.06), 0.62)
    easel.paint(easel.blob((0, -0.06), (wide, 0.4)), skin)
    jaw = [(-wide, 0.02), (wide, 0.02), (wide * 0.92, 0.24), (0.2, 0.42), (0.1, 0.475), (-0.1, 0.475), (-0.2, 0.42),
           (-wide * 0.92, 0.24)]  # fmt: skip
    easel.paint(easel.patch(jaw, 0.012), skin)
    turn = pose.yaw * 0.25
    easel.shade(easel.blob((turn, -0.2), (0.24, 0.13), 0, 0.08), 1.08)
    for side in (-1, 1):
        easel.shade(easel.blob((side * 0.19 + turn, 0.16), (0.08, 0.08), 0, 0.05), 1.07)
        easel.tint(easel.blob((side * 0.19 + turn, 0.19), (0.09, 0.07), 0, 0.05), (118, 128, 214), 0.16)
        easel.shade(easel.blob((side * 0.36 + turn * 0.4, 0.2), (0.08, 0.3), 0, 0.05), 0.8)
    easel.shade(easel.blob((turn * 0.6, 0.5), (0.26, 0.07), 0, 0.03), 0.78)


def _features(easel: HeadCanvas, looks: Appearance, pose: Pose) -> None:
    turn, drop = pose.yaw * 0.34, pose.nod * 0.3
    for side in (-1, 1):
        _eye(easel, looks, side, turn, drop)
    _nose(easel, looks, turn, drop)
    _mouth(easel, looks, pose, turn, drop)


def _eye(easel: HeadCanvas, looks: Appearance, side: int, turn: float, drop: float) -> None:
    squeeze = 1 - 0.5 * max(0.0, side * turn)
    x, y = side * 0.16 * squeeze + turn, 0.01 + drop
    easel.shade(easel.blob((x, y - 0.01), (0.105 * squeeze, 0.065), 0, 0.025), 0.74)
    easel.tint(
        easel.blob((x, y + 0.004), (0.075 * squeeze * looks.eye, 0.03 * looks.eye), side * 4), (214, 218, 224), 0.85
    )
    easel.tint(easel.blob((x + turn * 0.1, y + 0.002), (0.034, 0.036)), (26, 24, 30))
    lid = [
        (x - 0.085 * squeeze, y + 0.008),
        (x - 0.03, y - 0.028),
        (x + 0.03, y - 0.028),
        (x + 0.085 * squeeze, y + 0.008),
    ]
    easel.tint(easel.stroke(lid, 0.018), (30, 30, 38), 0.85)
    easel.shade(easel.stroke([(x - 0.06, y + 0.055), (x, y + 0.066), (x + 0.06, y + 0.055)], 0.015, 0.01), 0.78)
    brow = [(x - side * 0.09, y - 0.092), (x, y - 0.122), (x + side * 0.1, y - 0.098)]
    easel.tint(easel.stroke(brow, 0.03 * looks.brow, 0.006), shaded(looks.hair, 1.15), 0.8)
    if looks.glasses:
        _lens(easel, x, y, squeeze, side)


def _lens(easel: HeadCanvas, x: float, y: float, squeeze: float, side: int) -> None:
    angles = np.linspace(0, 2 * np.pi, 25)
    ring = [(x + 0.125 * squeeze * float(np.cos(a)), y + 0.012 + 0.082 * float(np.sin(a))) for a in angles]
    easel.tint(easel.stroke(ring, 0.014), (36, 34, 40), 0.85)
    easel.tint(easel.stroke([(x + side * 0.125, y - 0.005), (x + side * 0.24, y - 0.02)], 0.014), (36, 34, 40), 0.7)
    easel.tint(easel.stroke([(x - side * 0.12, y), (x - side * 0.17, y - 0.012)], 0.014), (36, 34, 40), 0.7)


def _nose(easel: HeadCanvas, looks: Appearance, turn: float, drop: float) -> None:
    x, y = turn * 1.25, 0.17 + drop
    away = -1.0 if looks.light < 0 else 1.0
    easel.shade(
        easel.patch([(x, y - 0.15), (x + away * 0.045, y - 0.13), (x + away * 0.075, y + 0.03), (x, y)], 0.015), 0.84
    )
    easel.shade(easel.blob((x - away * 0.01, y - 0.06), (0.022, 0.11), 0, 0.015), 1.14)
    easel.shade(easel.blob((x, y + 0.005), (0.045, 0.035), 0, 0.012), 1.08)
    easel.shade(easel.blob((x, y + 0.05), (0.085, 0.022), 0, 0.012), 0.66)
    for side in (-1, 1):
        easel.tint(easel.blob((x + side * 0.036, y + 0.042), (0.016, 0.012), 0, 0.004), shaded(looks.skin, 0.32), 0.8)


def _mouth(easel: HeadCanvas, looks: Appearance, pose: Pose, turn: float, drop: float) -> None:
    x, y, half = turn * 1.05, 0.315 + drop, 0.115 * looks.mouth
    lips: Colour = (looks.skin[0] * 0.72, looks.skin[1] * 0.6, looks.skin[2] * 0.86)
    easel.tint(easel.blob((x, y - 0.018), (half * 0.9, 0.022), 0, 0.006), shaded(lips, 0.86), 0.85)
    easel.tint(easel.blob((x, y + 0.026), (half * 0.8, 0.03 + 0.02 * pose.talk), 0, 0.007), lips, 0.85)
    gap = easel.stroke([(x - half, y - 0.002), (x, y + 0.006), (x + half, y - 0.002)], 0.016 + 0.04 * pose.talk, 0.004)
    easel.tint(gap, (40, 36, 70), 0.85)
    easel.shade(easel.blob((x, y + 0.082), (0.09, 0.02), 0, 0.014), 0.78)
    easel.shade(easel.blob((x, y + 0.13), (0.07, 0.03), 0, 0.02), 1.06)


def _sheen(easel: HeadCanvas, looks: Appearance, at: tuple[float, float]) -> None:
    easel.tint(easel.blob(at, (0.2, 0.08), 8, 0.06), shaded(looks.hair, 2.1), 0.45)


def _front_hair(easel: HeadCanvas, looks: Appearance, pose: Pose) -> None:
    wide, turn = 0.385 * looks.wide, pose.yaw * 0.12
    rise = -0.27 + pose.nod * 0.2
    top = [
        (wide * float(np.cos(a)), -0.08 + 0.44 * float(np.sin(a))) for a in np.linspace(np.pi * 1.02, np.pi * 1.98, 24)
    ]
    hairline = {
        "short": [(wide, -0.02), (wide * 0.88, -0.1), (0.22 + turn, rise), (turn, rise - 0.02), (-0.22 + turn, rise),
                  (-wide * 0.88, -0.1), (-wide, -0.02)],
        "parted": [(wide, 0.0), (wide * 0.86, -0.1), (0.26 + turn, rise + 0.03), (0.1 + turn, rise - 0.06),
                   (-0.2 + turn, rise + 0.06), (-wide * 0.88, -0.06), (-wide, 0.0)],
        "fringe": [(wide, 0.06), (wide * 0.86, -0.04), (0.24, rise + 0.1), (turn, rise + 0.13), (-0.24, rise + 0.1),
                   (-wide * 0.86, -0.04), (-wide, 0.06)],
    }  # fmt: skip
    sides = (
        hairline["fringe"]
        if looks.style in {"fringe", "bob"}
        else hairline["parted" if looks.style != "short" else "short"]
    )
    easel.paint(easel.patch([*top, *sides], 0.012), looks.hair)
    if looks.style in _LONG_HAIR:
        for side in (-1, 1):
            lock = [
                (side * wide, -0.2),
                (side * wide * 0.84, -0.1),
                (side * wide * 0.9, 0.4),
                (side * wide * 1.14, 0.42),
            ]
            easel.paint(easel.patch(lock, 0.015), looks.hair)
    _sheen(easel, looks, (turn - 0.1 * np.sign(looks.light), -0.4))
