from dataclasses import dataclass
from functools import cached_property

from demo.events import Spot
from demo.perspective import OPEN, Perspective

# All places are in pixels of a picture 720 lines high; a larger picture scales them.
LINES = 720
COLUMNS = 1280
_DESK_FOOT = 2.35
_WIDEST = 20.0
_TOP_Y = {1: 330.0, 2: 290.0, 3: 262.0, 4: 236.0, 5: 205.0}
_BACK_HEAD = {1: 56.0, 2: 52.0, 3: 46.0, 4: 42.0, 5: 38.0}


@dataclass(frozen=True, slots=True)
class SeatPlace:
    """Where a seat's head is when its owner sits upright; row 0 is furthest from the camera."""

    seat: int
    row: int
    x: float
    y: float
    head_px: float


@dataclass(frozen=True)
class SeatLayout:
    """Seats in rows with an aisle in the middle, numbered from the back row's left as the camera sees it."""

    seats: int
    rows: int
    perspective: Perspective = OPEN

    @cached_property
    def places(self) -> tuple[SeatPlace, ...]:
        """Every seat in order of its number."""
        per_row = -(-self.seats // self.rows)
        return tuple(self._place(seat, seat // per_row, seat % per_row, per_row) for seat in range(self.seats))

    @cached_property
    def row_lines(self) -> tuple[tuple[float, float], ...]:
        """For each row the height of its heads in the picture and their size."""
        way = self.perspective
        y, head = _TOP_Y[self.rows] + way.top_px, _BACK_HEAD[self.rows] * way.smaller
        lines = []
        for _ in range(self.rows):
            lines.append((y, head))
            y += way.pitch * head
            head *= way.nearer
        return tuple(lines)

    @property
    def wall_foot_y(self) -> float:
        """Where the back wall meets the floor."""
        y, head = self.row_lines[0]
        return y + 1.1 * head

    def standing(self, depth: float) -> tuple[float, float]:
        """Head height in the picture and head size of somebody on their feet; depth -1 is behind the back row."""
        y, head = self.row_lines[0]
        if depth < 0:
            return y + depth * 0.75 * head - 0.45 * head, head * (1 + 0.06 * depth)
        low = min(int(depth), self.rows - 1)
        high = min(low + 1, self.rows - 1)
        share = depth - low
        (y0, h0), (y1, h1) = self.row_lines[low], self.row_lines[high]
        return y0 + (y1 - y0) * share - 1.2 * h0, h0 + (h1 - h0) * share

    def spot(self, spot: Spot, *, from_behind: bool) -> SeatPlace:
        """Where the head of somebody who is no trainee is at that spot, and before which row they come.

        With the camera over the board the lectern is at the picture's near left, else on the far wall's right.
        """
        (y0, h0), (_, h1) = self.row_lines[0], self.row_lines[-1]
        walls = {
            Spot.LECTERN: (920.0, y0 - 1.35 * h0, h0 * 0.94),
            Spot.SIDE_SEAT: (330.0, y0 - 0.85 * h0, h0 * 0.94),
            Spot.DOOR: (1110.0, y0 - 1.2 * h0, h0 * 0.94),
        }
        near = {
            Spot.LECTERN: (138.0, LINES - 3.6 * h1, h1 * 1.12),
            Spot.SIDE_SEAT: (1150.0, LINES - 2.5 * h1, h1 * 1.1),
        }
        if spot in near and not from_behind:
            return SeatPlace(-1, self.rows, *near[spot])
        return SeatPlace(-1, -1, *walls[spot])

    def behind(self, seat: int) -> int | None:
        """The seat whose head is hidden when this seat's owner stands up."""
        per_row = -(-self.seats // self.rows)
        return seat - per_row if seat >= per_row else None

    def _place(self, seat: int, row: int, column: int, per_row: int) -> SeatPlace:
        y, head = self.row_lines[row]
        middle = (per_row - 1) / 2
        way = self.perspective
        across = min(way.across, _WIDEST / per_row)
        aisle = 0.0 if per_row % 2 else way.aisle / 2 * (1 if column > middle else -1)
        aside = way.step * (row - (self.rows - 1) / 2)
        x = COLUMNS / 2 + ((column - middle) * across + aisle + aside) * head
        return SeatPlace(seat, row, x, y + way.fall * (column - middle) * head, head)
