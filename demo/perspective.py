from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Perspective:
    """How a room's rows lie in a picture 720 lines high; lengths in heads of the row unless they end in ``px``.

    ``pitch`` is from one row to the next, ``across`` from seat to seat, ``step`` how far each row is moved aside,
    ``fall`` how much lower each seat is than its left neighbour: both are 0 where the camera hangs in the middle.
    """

    pitch: float = 2.12
    across: float = 3.2
    nearer: float = 1.13
    step: float = 0.0
    fall: float = 0.0
    smaller: float = 1.0
    top_px: float = 0.0
    aisle: float = 1.1


OPEN = Perspective()
# Rows so close that a head covers the chest behind it and the lower part of some faces.
DENSE = Perspective(pitch=1.12, across=2.15, nearer=1.1, smaller=1.35, top_px=20.0, aisle=0.6)
CORNER = Perspective(pitch=1.2, across=1.9, nearer=1.1, step=-0.5, fall=0.2, smaller=1.3, top_px=20.0, aisle=0.5)
FAR = Perspective(pitch=1.9, across=2.8, nearer=1.08, smaller=0.62, top_px=20.0)
