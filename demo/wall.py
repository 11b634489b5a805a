"""What hangs on the far wall and shows heads that nobody in the room has."""

from collections.abc import Sequence

import cv2
import numpy as np

from demo.appearance import Appearance
from demo.body import torso
from demo.brush import Picture
from demo.furniture import Furnishing
from demo.head import face
from demo.motion import Fidget
from demo.pose import UPRIGHT

# Looks of faces that belong to nobody in the room: numbers that no trainee gets.
_STRANGERS = 9500
_SLOT = (884, 44, 1118, 196)
_LEFT_SLOT = (166, 44, 290, 176)
# The part of the picture that the mirror shows, flipped: the right end of the back rows.
_MIRRORED = (700, 206, 1051, 434)
_SPEAKER_PX = 78.0
_PASSER_PX = 50.0
_POSTER_PX = 34.0
_PASS_S = 5.0
_PASS_EVERY_S = 9.0


class Wall:
    """The changing part of the far wall; ``paint`` goes below everybody in the room."""

    def __init__(self, furnishings: Sequence[Furnishing], scale: float, take: tuple[int, int], length_s: float) -> None:
        self.furnishings, self._scale, self._take = furnishings, scale, take
        self._speaker = Fidget(take, _STRANGERS, length_s)

    @property
    def mirrors(self) -> bool:
        """Whether the finished picture is needed once more, for the mirror."""
        return Furnishing.MIRROR in self.furnishings

    def paint(self, picture: Picture, at_s: float) -> None:
        """Poster, screen, and the window to the corridor as they are at that second."""
        if Furnishing.POSTER in self.furnishings:
            self._poster(self._cut(picture, _LEFT_SLOT))
        if Furnishing.SCREEN in self.furnishings:
            self._screen(self._cut(picture, _SLOT), at_s)
        if Furnishing.CORRIDOR in self.furnishings:
            self._corridor(self._cut(picture, _SLOT), at_s)

    def reflect(self, picture: Picture, seen: Picture) -> None:
        """Hang the mirror: part of what the camera sees, the other way round and a little darker."""
        glass = self._cut(picture, _SLOT)
        glass[:] = (60, 90, 120)
        edge = max(2, round(5 * self._scale))
        inner = glass[edge:-edge, edge:-edge]
        part = cv2.flip(self._cut(seen, _MIRRORED), 1)
        shrunk = cv2.resize(part, (inner.shape[1], inner.shape[0]), interpolation=cv2.INTER_AREA)
        inner[:] = cv2.convertScaleAbs(shrunk, alpha=0.9, beta=6)

    def _cut(self, picture: Picture, slot: tuple[int, int, int, int]) -> Picture:
        x0, y0, x1, y1 = (round(value * self._scale) for value in slot)
        return picture[y0:y1, x0:x1]

    def _looks(self, number: int) -> Appearance:
        return Appearance.of(_STRANGERS + 97 * self._take[0] + number)

    def _poster(self, paper: Picture) -> None:
        paper[:] = (216, 226, 232)
        height, width = paper.shape[:2]
        cv2.rectangle(paper, (0, 0), (width, round(0.14 * height)), (60, 60, 180), -1)
        for number in range(6):
            x, y = (0.2 + 0.3 * (number % 3)) * width, (0.37 + 0.4 * (number // 3)) * height
            face(self._looks(20 + number), UPRIGHT[number % 3], _POSTER_PX * self._scale).paste(paper, x, y)

    def _screen(self, glass: Picture, at_s: float) -> None:
        glass[:] = (24, 22, 22)
        edge = max(2, round(6 * self._scale))
        inner = glass[edge:-edge, edge:-edge]
        inner[:] = (170, 132, 92)
        height, width = inner.shape[:2]
        bearing, looks, unit = self._speaker.at(at_s), self._looks(1), _SPEAKER_PX * self._scale
        x, y = (0.5 * width + 2 * bearing.head_x * unit, 0.46 * height + bearing.head_y * unit)
        torso(looks, unit).paste(inner, 0.5 * width, y)
        pose = UPRIGHT[int(at_s / 2) % len(UPRIGHT)]
        face(looks, pose, unit).paste(inner, x, y)
        cv2.rectangle(inner, (0, round(0.88 * height)), (width, height), (120, 60, 30), -1)

    def _corridor(self, pane: Picture, at_s: float) -> None:
        pane[:] = (46, 74, 104)
        edge = max(2, round(6 * self._scale))
        inner = pane[edge:-edge, edge:-edge]
        inner[:] = (198, 208, 208)
        height, width = inner.shape[:2]
        unit, turn = _PASSER_PX * self._scale, int(at_s // _PASS_EVERY_S)
        for number in (turn - 1, turn):
            rng = np.random.default_rng([*self._take, 41, abs(number)])
            share = (at_s - number * _PASS_EVERY_S - float(rng.uniform(0, _PASS_EVERY_S))) / _PASS_S
            if not 0 <= share < 1:
                continue
            looks, way = self._looks(40 + int(rng.integers(8))), 1 if rng.random() < 0.5 else -1  # noqa: PLR2004 - either way
            x = width * (share if way > 0 else 1 - share)
            y = height * 0.42 + float(np.sin(at_s * 6)) * 0.03 * unit
            torso(looks, unit).paste(inner, x, y)
            face(looks, UPRIGHT[1 if way > 0 else 2], unit).paste(inner, x, y)
        cv2.rectangle(inner, (width // 2 - 2, 0), (width // 2 + 2, height), (46, 74, 104), -1)
