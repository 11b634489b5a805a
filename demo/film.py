from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import floor
from pathlib import Path

import cv2

from demo.brush import Picture
from demo.events import Freeze, Loop, Monitor, Print
from demo.file_names import file_name
from demo.optics import Optics
from demo.recorder import recorder
from demo.scenario import Lens, Scenario
from demo.scene import CameraScene
from facts.span import Span, local

_LINES = 720
# Nobody moves visibly faster; above this rate only the noise is new from frame to frame.
_DRAWN_PER_S = 5
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Reel:
    """One written file: whose camera, the true stretch of time in it, and the one that the camera's clock claims."""

    path: Path
    camera_id: str
    span: Span
    claimed: Span


def silent(_done: int, _total: int, _text: str) -> None:
    """Progress for those who do not ask."""


def shoot(scenario: Scenario, folder: Path, progress: Progress = silent) -> tuple[Reel, ...]:
    """Draw and record every camera of the scenario into ``folder``."""
    total = len(scenario.lenses) * scenario.length_s
    reels: list[Reel] = []
    for number, lens in enumerate(scenario.lenses):
        camera = CameraFeed(scenario, lens)
        for start_s, end_s in scenario.files(lens):
            reel = _reel(scenario, lens, folder, start_s, end_s)
            done = number * scenario.length_s + int(start_s)
            _record(camera, reel, start_s, end_s, _ahead(progress, done, total, lens.id))
            reels.append(reel)
    return tuple(reels)


def reels_of(scenario: Scenario, folder: Path) -> tuple[Reel, ...]:
    """The files that ``shoot`` writes, told without drawing them."""
    return tuple(
        _reel(scenario, lens, folder, start_s, end_s)
        for lens in scenario.lenses
        for start_s, end_s in scenario.files(lens)
    )


def _reel(scenario: Scenario, lens: Lens, folder: Path, start_s: float, end_s: float) -> Reel:
    span = Span(scenario.start + timedelta(seconds=start_s), scenario.start + timedelta(seconds=end_s))
    claimed = span.moved(timedelta(seconds=lens.clock_error_s))
    return Reel(folder / file_name(lens, claimed), lens.id, span, claimed)


def _ahead(progress: Progress, done: int, total: int, text: str) -> Callable[[int], None]:
    def tell(at_s: int) -> None:
        progress(done + at_s, total, text)

    return tell


class CameraFeed:
    """What one camera delivers, frame by frame, as planar YUV."""

    def __init__(self, scenario: Scenario, lens: Lens) -> None:
        self.scenario, self.lens = scenario, lens
        self.scene, self._optics = CameraScene(scenario, lens), Optics(scenario, lens)
        self._last: tuple[float, Picture] | None = None

    def picture_at(self, at_s: float) -> Picture:
        """The planes of the frame that the camera delivers at that second."""
        seen_s = self._shown_s(at_s)
        drawn_s = floor(seen_s * _DRAWN_PER_S) / _DRAWN_PER_S
        if self._last is None or self._last[0] != drawn_s:
            self._last = drawn_s, self._draw(drawn_s)
        return self._optics.sense(self._last[1], seen_s, round(seen_s * 1000))

    def _draw(self, at_s: float) -> Picture:
        picture = self._optics.see(self.scene.picture_at(self.posed_s(at_s)), at_s)
        if self.lens.clock_on_screen:
            picture = picture.copy()
            self._stamp(picture, at_s)
        return picture

    def _shown_s(self, at_s: float) -> float:
        """The second whose picture is delivered: another one where the recorder froze or a loop plays."""
        for event in self.scenario.events:
            if isinstance(event, Loop) and event.on(at_s, self.lens.id):
                return event.source_s + at_s - event.from_s
            if isinstance(event, Freeze) and event.on(at_s, self.lens.id):
                return event.from_s
        return at_s

    def posed_s(self, at_s: float) -> float:
        """The second at which the room was what the lens sees: a print or a monitor shows an earlier one."""
        stills = [event for event in self.scenario.events if isinstance(event, Print | Monitor)]
        return next((event.from_s for event in stills if event.on(at_s, self.lens.id)), at_s)

    def _stamp(self, picture: Picture, at_s: float) -> None:
        taken = self.scenario.performed or self.scenario.start
        shown = local(taken + timedelta(seconds=at_s + self.lens.clock_error_s))
        scale = picture.shape[0] / _LINES
        for text, x, y in ((f"{shown:%Y-%m-%d %H:%M:%S}", 16, 26), (self.lens.id, 1190, 704)):
            for grey, off in ((20, 1), (250, 0)):
                place = (round(x * scale) + off, round(y * scale) + off)
                cv2.putText(
                    picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.6 * scale, (grey, grey, grey), 1, cv2.LINE_AA
                )


def _record(camera: CameraFeed, reel: Reel, start_s: float, end_s: float, tell: Callable[[int], None]) -> None:
    reel.path.parent.mkdir(parents=True, exist_ok=True)
    with recorder(reel.path, camera.lens, reel.claimed.start) as out:
        for at_s in _frames_s(camera.scenario, camera.lens, start_s, end_s):
            out.add(camera.picture_at(float(at_s)), at_s - Fraction(start_s))
            tell(int(at_s - Fraction(start_s)))


def _frames_s(scenario: Scenario, lens: Lens, start_s: float, end_s: float) -> Iterator[Fraction]:
    for number in range(round((end_s - start_s) * lens.fps)):
        at_s = Fraction(start_s) + Fraction(number, lens.fps)
        if scenario.is_recorded(float(at_s), lens.id):
            yield at_s
