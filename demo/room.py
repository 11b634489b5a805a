import cv2
import numpy as np

from demo.appearance import Appearance
from demo.brush import Colour, Picture, Point, shaded, to_bytes
from demo.furniture import bench, chair, desk
from demo.head import face
from demo.layout import COLUMNS, LINES, SeatLayout
from demo.pose import UPRIGHT

_WALL: Colour = (206, 220, 226)
_DADO: Colour = (150, 172, 146)
_FLOOR: Colour = (140, 150, 158)
_BOARD: Colour = (62, 78, 46)
_FRAME: Colour = (46, 74, 104)
_DAYLIGHT: Colour = (250, 244, 232)
# Portraits belong to nobody in the room: their looks come from numbers that no trainee gets.
_PORTRAIT_SEED = 9000
_PORTRAIT_PX = 42.0


class Room:
    """An empty classroom as its camera sees it, and the furniture to be laid over those who sit in it."""

    def __init__(
        self, layout: SeatLayout, scale: float, seed: int, portraits: int = 0, *, benches: bool = False
    ) -> None:
        self.layout = layout
        self.scale = scale
        self._rng = np.random.default_rng([seed, 11])
        self.canvas = np.empty((round(LINES * scale), round(COLUMNS * scale), 3), np.float32)
        self._shell()
        self._windows()
        self._back_board()
        self._door()
        for number in range(portraits):
            self._portrait(number, seed)
        self._lit()
        self.bare: Picture = to_bytes(self.canvas)
        self.desks = {head: bench(head * scale) if benches else desk(head * scale) for _, head in layout.row_lines}
        self.chairs = {head: chair(head * scale) for _, head in layout.row_lines}

    def _area(self, corners: list[Point], colour: Colour) -> None:
        points = np.array(corners, np.float64) * self.scale
        cv2.fillPoly(self.canvas, [np.rint(points * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)

    def _line(self, start: Point, end: Point, colour: Colour, width: float = 2) -> None:
        ends = [(round(x * self.scale * 16), round(y * self.scale * 16)) for x, y in (start, end)]
        cv2.line(self.canvas, ends[0], ends[1], colour, max(1, round(width * self.scale)), cv2.LINE_AA, 4)

    def _box(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        self._area([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], colour)

    def _shell(self) -> None:
        foot = self.layout.wall_foot_y
        self.canvas[:] = _WALL
        self._area([(0, 0), (1280, 0), (1130, 34), (150, 34)], (226, 230, 232))
        self._area([(150, foot), (1130, foot), (1280, foot + 190), (1280, 720), (0, 720), (0, foot + 190)], _FLOOR)
        for k in range(-14, 15):
            self._line((640 + k * 74, foot), (640 + k * 190, 720), shaded(_FLOOR, 0.93), 1)
        y, step = foot, 16.0
        while y < LINES:
            self._line((0, y), (1280, y), shaded(_FLOOR, 0.93), 1)
            y, step = y + step, step * 1.18
        self._area([(0, 0), (150, 34), (150, foot), (0, foot + 190)], shaded(_WALL, 0.93))
        self._area([(1280, 0), (1130, 34), (1130, foot), (1280, foot + 190)], shaded(_WALL, 0.86))
        self._box(150, foot - 62, 980, 62, _DADO)
        self._area([(0, foot + 60), (150, foot - 62), (150, foot), (0, foot + 190)], shaded(_DADO, 0.93))
        self._area([(1280, foot + 60), (1130, foot - 62), (1130, foot), (1280, foot + 190)], shaded(_DADO, 0.86))
        self._line((150, 34), (150, foot), shaded(_WALL, 0.8))
        self._line((1130, 34), (1130, foot), shaded(_WALL, 0.8))
        for x in (330, 640, 950):
            self._area([(x - 90, 6), (x + 90, 6), (x + 74, 20), (x - 74, 20)], (252, 253, 253))

    def _windows(self) -> None:
        foot = self.layout.wall_foot_y
        for x0, x1 in ((8, 66), (80, 138)):
            top0, top1 = 30 + x0 * 0.2, 30 + x1 * 0.2
            low0, low1 = foot + 50 - x0 * 0.85, foot + 50 - x1 * 0.85
            self._area([(x0, top0), (x1, top1), (x1, low1), (x0, low0)], _FRAME)
            self._area([(x0 + 4, top0 + 6), (x1 - 4, top1 + 6), (x1 - 4, low1 - 6), (x0 + 4, low0 - 6)], _DAYLIGHT)
            self._line(((x0 + x1) / 2, top0), ((x0 + x1) / 2, (low0 + low1) / 2), _FRAME, 3)
            half0, half1 = (top0 + low0) / 2, (top1 + low1) / 2
            trees = (206, 222, 204)
            self._area([(x0 + 4, half0), (x1 - 4, half1), (x1 - 4, low1 - 6), (x0 + 4, low0 - 6)], trees)
            self._area([(x0, top0), (x0 + 14, top0 + 2), (x0 + 9, low0), (x0, low0 + 2)], (170, 190, 214))

    def _back_board(self) -> None:
        low = min(self.layout.wall_foot_y - 74, 178.0)
        self._box(300, 52, 560, low - 52, (150, 160, 166))
        self._box(307, 58, 546, low - 64, _BOARD)
        for column in range(5):
            x = 324 + column * 106
            tint = ((190, 226, 240), (226, 226, 226), (190, 216, 190))[column % 3]
            self._line((x, 72), (x + 62, 72), tint, 5)
            for line in range(int((low - 96) // 11)):
                y = 86 + line * 11
                self._line((x, y), (x + float(self._rng.uniform(50, 86)), y), shaded(tint, 0.72), 2)

    def _door(self) -> None:
        foot = self.layout.wall_foot_y
        self._area([(1168, 60), (1232, 46), (1232, foot + 128), (1168, foot + 46)], (70, 104, 132))
        self._area([(1174, 68), (1226, 56), (1226, foot + 114), (1174, foot + 44)], (92, 132, 164))
        self._area([(1184, 84), (1216, 78), (1216, 140), (1184, 142)], (210, 214, 206))

    def _portrait(self, number: int, seed: int) -> None:
        x, y = ((222, 108), (942, 108), (1060, 108), (180, 108))[number % 4]
        self._box(x - 32, y - 44, 64, 84, (40, 60, 96))
        self._box(x - 27, y - 39, 54, 74, (196, 206, 206))
        looks = Appearance.of(_PORTRAIT_SEED + 97 * seed + number)
        self._area([(x - 26, y + 35), (x - 20, y + 20), (x + 20, y + 20), (x + 26, y + 35)], looks.clothes)
        whole = to_bytes(self.canvas)
        face(looks, UPRIGHT[0], _PORTRAIT_PX * self.scale).paste(whole, x * self.scale, (y - 6) * self.scale)
        self.canvas[:] = whole
        self._box(x - 27, y + 35, 54, 5, (40, 60, 96))

    def _lit(self) -> None:
        across = np.linspace(1.06, 0.9, self.canvas.shape[1], dtype=np.float32)
        down = np.linspace(0.97, 1.02, self.canvas.shape[0], dtype=np.float32)
        self.canvas *= across[None, :, None] * down[:, None, None]
        self.canvas += self._rng.normal(0, 1.2, self.canvas.shape).astype(np.float32)
