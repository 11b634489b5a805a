from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pose:
    """How a head is held: shares of a full turn aside (``yaw``) and down (``nod``), tilt in degrees, lips apart."""

    yaw: float = 0.0
    nod: float = 0.0
    tilt: float = 0.0
    talk: float = 0.0


UPRIGHT = (
    Pose(), Pose(0.22, 0.02, 3), Pose(-0.22, 0.02, -3), Pose(0.06, 0.12, 1), Pose(-0.1, 0.0, 4, 0.6),
    Pose(0.1, 0.1, -4),
)  # fmt: skip
BOWED = (Pose(0, 1, 0), Pose(0.2, 1, 7), Pose(-0.2, 1, -6))
TURNED = (Pose(1.0), Pose(1.0, 0.1, 5), Pose(1.0, 0.0, -4))
