from enum import StrEnum

from demo.appearance import Appearance
from demo.brush import HeadCanvas, shaded
from demo.pose import Pose

_CLOTH = (222, 212, 190)
_STRAP = (236, 232, 224)


class Wear(StrEnum):
    """What keeps a face from being a face: a mask, a cap with a peak, hair that falls over it."""

    MASK = "mask"
    CAP = "cap"
    VEIL = "veil"


def put_on(easel: HeadCanvas, wear: Wear, looks: Appearance, pose: Pose) -> None:
    """Paint it over a drawn head that looks at the camera."""
    {Wear.MASK: _mask, Wear.CAP: _cap, Wear.VEIL: _veil}[wear](easel, looks, pose)


def _mask(easel: HeadCanvas, looks: Appearance, pose: Pose) -> None:
    turn, drop = pose.yaw * 0.3, pose.nod * 0.25
    wide = 0.29 * looks.wide
    corners = [(-wide + turn, 0.08 + drop), (turn, 0.05 + drop), (wide + turn, 0.08 + drop), (wide * 0.9 + turn, 0.36),
               (turn + 0.11, 0.47), (turn - 0.11, 0.47), (-wide * 0.9 + turn, 0.36)]  # fmt: skip
    easel.paint(easel.patch(corners, 0.008), _CLOTH)
    for y in (0.17, 0.25, 0.33):
        fold = [(-wide * 0.85 + turn, y + drop), (turn, y + 0.02 + drop), (wide * 0.85 + turn, y + drop)]
        easel.shade(easel.stroke(fold, 0.018, 0.008), 0.86)
    easel.shade(easel.blob((turn, 0.4), (0.22, 0.08), 0, 0.04), 0.84)
    for side in (-1, 1):
        ear = (side * 0.36 * looks.wide - pose.yaw * 0.1, 0.04)
        easel.tint(easel.stroke([(side * wide * 0.95 + turn, 0.12 + drop), ear], 0.014), _STRAP, 0.9)


def _cap(easel: HeadCanvas, looks: Appearance, pose: Pose) -> None:
    wide, turn = 0.42 * looks.wide, pose.yaw * 0.22
    cloth = shaded(looks.collar, 0.8)
    easel.paint(easel.blob((0, -0.22), (wide, 0.32), 0, 0.01), cloth)
    easel.shade(easel.blob((0.1, -0.36), (0.2, 0.12), 0, 0.06), 1.25)
    easel.shade(easel.blob((turn, 0.0), (0.34, 0.09), 0, 0.03), 0.5)
    peak = [(-0.33 + turn, -0.1), (0.33 + turn, -0.1), (0.25 + turn * 1.4, 0.035), (-0.25 + turn * 1.4, 0.035)]
    easel.paint(easel.patch(peak, 0.01), shaded(cloth, 0.72))
    easel.shade(easel.stroke([(-0.33 + turn, -0.1), (0.33 + turn, -0.1)], 0.02, 0.01), 0.6)


def _veil(easel: HeadCanvas, looks: Appearance, pose: Pose) -> None:
    """Long hair over brow, eyes and cheeks, a narrow strip of face left between."""
    turn = pose.yaw * 0.2
    for side in (-1, 1):
        lock = [(side * 0.02 + turn, -0.46), (side * 0.42 * looks.wide, -0.24), (side * 0.45 * looks.wide, 0.5),
                (side * 0.36, 0.78), (side * 0.12 + turn, 0.62), (side * 0.1 + turn, 0.05)]  # fmt: skip
        easel.paint(easel.patch(lock, 0.02), looks.hair)
        for off in (0.14, 0.22, 0.3):
            strand = [(side * 0.06, -0.4), (side * off, -0.05), (side * (off + 0.05), 0.6)]
            easel.tint(easel.stroke(strand, 0.025, 0.008), shaded(looks.hair, 1.8 if off > 0.2 else 0.6), 0.5)  # noqa: PLR2004 - every other strand is lighter
    fringe = [(-0.3, -0.3), (0.3, -0.3), (0.24 + turn, 0.03), (-0.2 + turn, 0.06)]
    easel.paint(easel.patch(fringe, 0.02), looks.hair)


def cap_from_behind(easel: HeadCanvas, looks: Appearance, y: float) -> None:
    """The crown of the cap, whichever way the head is turned."""
    cloth = shaded(looks.collar, 0.8)
    easel.paint(easel.blob((0, y), (0.42 * looks.wide, 0.31), 0, 0.01), cloth)
    easel.shade(easel.blob((0.08, y - 0.1), (0.2, 0.12), 0, 0.06), 1.2)
    easel.shade(easel.blob((0, y + 0.26), (0.3, 0.05), 0, 0.02), 0.6)
