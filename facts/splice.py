"""A jump in content without a jump in time (拼接): what a joint of two recordings of one room looks like."""

from dataclasses import dataclass
from datetime import datetime

CELLS = 128


@dataclass(frozen=True, slots=True)
class Splice:
    """Between two neighbouring pictures much of what lasts in a room became something else, and stayed so.

    ``before`` and ``after`` are the two pictures, ``cells`` how many of 16 × 8 parts of the picture changed then as at no
    other time of the stretch. ``grain_before`` and ``grain_after`` are the noise in grey levels; ``offbeat`` says that
    these two keyframes do not follow each other as others do.
    """

    before: datetime
    after: datetime
    cells: int
    grain_before: float = 0.0
    grain_after: float = 0.0
    offbeat: bool = False
