from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.brush import Picture, to_bytes
from demo.events import (
    Black,
    Blocks,
    Blur,
    Cover,
    Curtain,
    Exposure,
    LightsOff,
    Pan,
    Slides,
    TimedEvent,
    TurnAway,
)
from demo.scenario import Lens, Scenario
from demo.tremor import flickered, shaken

_E = TypeVar("_E", bound=TimedEvent)
_NOISE_TILES = 6
_SPARE_PX = 64
_LENS_SOFTNESS_PX = 0.6
_SLIDE_S = 25
_LINES = 720


class Optics:
    """What light, lens and sensor make of the room: dimming, blur, a cover, a turned camera, noise in the luma."""

    def __init__(self, scenario: Scenario, lens: Lens) -> None:
        self.scenario, self.lens = scenario, lens
        self._scale = lens.size[1] / _LINES
        rng = np.random.default_rng([scenario.seed, 3])
        self._tiles = [self._tile(rng) for _ in range(_NOISE_TILES)]
        self._cloth = self._covered(rng)
        self._wall = self._side_wall()

    def see(self, room: Picture, at_s: float) -> Picture:
        """The picture behind the lens at that second, before the sensor's noise."""
        if self._during(Black, at_s):
            return np.zeros_like(room)
        if self._during(Cover, at_s):
            return self._cloth
        picture = self._wall if self._during(TurnAway, at_s) else self._draught(room, at_s)
        picture = self._framed(self._lit(picture, at_s), at_s)
        picture = flickered(shaken(picture, self.scenario, self.lens.id, at_s), self.scenario, self.lens.id, at_s)
        blurs = self._during(Blur, at_s)
        sigma = (blurs[0].sigma_px if blurs else _LENS_SOFTNESS_PX) * self._scale
        return cv2.GaussianBlur(picture, (0, 0) if blurs else (3, 3), sigma).astype(np.uint8, copy=False)

    def sense(self, picture: Picture, at_s: float, frame: int) -> Picture:
        """Planar YUV 4:2:0 with that frame's noise; black is silent."""
        planes = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).astype(np.uint8, copy=False)
        height, width = picture.shape[:2]
        if not self._during(Black, at_s):
            rng = np.random.default_rng([*self.scenario.take, frame])
            tile = self._tiles[int(rng.integers(_NOISE_TILES))]
            dy, dx = (int(value) for value in rng.integers(0, _SPARE_PX, 2))
            cv2.add(planes[:height], tile[dy : dy + height, dx : dx + width], dst=planes[:height], dtype=cv2.CV_8U)
        for saving in self._during(Blocks, at_s):
            _, written = cv2.imencode(".jpg", planes[:height], [cv2.IMWRITE_JPEG_QUALITY, saving.quality])
            planes[:height] = np.asarray(cv2.imdecode(written, cv2.IMREAD_GRAYSCALE), np.uint8)
        return planes

    def _during(self, kind: type[_E], at_s: float) -> list[_E]:
        return [e for e in self.scenario.events if isinstance(e, kind) and e.on(at_s, self.lens.id)]

    def _lit(self, picture: Picture, at_s: float) -> Picture:
        gain = 1 + 0.006 * float(np.sin(at_s / 37)) + 0.004 * float(np.sin(at_s / 11))
        for dark in self._during(LightsOff, at_s):
            gain *= dark.light
        for jump in self._during(Exposure, at_s):
            gain *= jump.gain
        glow = 0.0
        for slides in self._during(Slides, at_s):
            slide = np.random.default_rng([self.scenario.seed, int(at_s // _SLIDE_S)])
            gain *= slides.light * float(slide.uniform(0.85, 1.15))
            glow = 6.0
        return cv2.convertScaleAbs(picture, alpha=gain, beta=glow).astype(np.uint8, copy=False)

    def _framed(self, picture: Picture, at_s: float) -> Picture:
        for pan in self._during(Pan, at_s):
            x, y, w, h = window(pan, at_s)
            height, width = picture.shape[:2]
            cut = picture[round(y * height) : round((y + h) * height), round(x * width) : round((x + w) * width)]
            return cv2.resize(cut, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)
        return picture

    def _draught(self, picture: Picture, at_s: float) -> Picture:
        if not self._during(Curtain, at_s):
            return picture
        reach = 46 + 22 * np.sin(at_s * 0.9) + 10 * np.sin(at_s * 2.3)
        corners = np.array([(60, 30), (92, 36), (60 + reach, 330), (30 + 0.4 * reach, 350)]) * self._scale
        cv2.fillPoly(picture, [np.rint(corners).astype(np.int32)], (176, 198, 220))
        return picture

    def _tile(self, rng: np.random.Generator) -> NDArray[np.int16]:
        width, height = self.lens.size
        grain = rng.normal(0, 1, (height + _SPARE_PX, width + _SPARE_PX)).astype(np.float32)
        soft = cv2.GaussianBlur(grain, (3, 3), 0.5)
        return np.asarray(np.rint(soft / soft.std() * self.scenario.noise), np.int16)

    def _covered(self, rng: np.random.Generator) -> Picture:
        width, height = self.lens.size
        coarse = rng.normal(34, 9, (9, 16, 1)).astype(np.float32) * np.array([0.8, 0.9, 1.05], np.float32)
        return to_bytes(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))

    def _side_wall(self) -> Picture:
        width, height = self.lens.size
        wall = np.full((_LINES, 1280, 3), (196, 210, 216), np.uint8)
        wall[430:] = (146, 166, 142)
        cv2.rectangle(wall, (180, 120), (420, 640), (70, 104, 132), -1)
        cv2.rectangle(wall, (196, 136), (404, 640), (92, 132, 164), -1)
        cv2.rectangle(wall, (760, 160), (1010, 380), (150, 150, 150), 6)
        cv2.circle(wall, (560, 210), 42, (230, 232, 232), -1)
        return cv2.resize(wall, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def window(pan: Pan, at_s: float) -> tuple[float, float, float, float]:
    """The part of the whole view, as shares, that a panning camera shows at that second."""
    size = 1 / pan.zoom
    share = 0.5 - 0.5 * float(np.cos(2 * np.pi * (at_s - pan.from_s) / pan.period_s))
    return share * (1 - size), (1 - size) * 0.55, size, size
