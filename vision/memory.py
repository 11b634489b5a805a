from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import cv2
import numpy as np

from vision.ports import Picture

_SMALL_WIDTH = 480


@dataclass(slots=True)
class MemorySource:
    """Keyframes made on demand by a function of time, for tests and for footage that is decoded already.

    The function answers a colour picture, or nothing where the keyframe cannot be decoded. ``asked`` counts the
    pictures handed out small and whole.
    """

    times: Sequence[datetime]
    picture_at: Callable[[datetime], Picture | None]
    asked: dict[str, int] = field(default_factory=lambda: {"luma": 0, "colour": 0})

    def keyframe_times(self) -> Sequence[datetime]:
        """As given."""
        return self.times

    def luma(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        """The pictures in grey, shrunk where they are wider than small ones are."""
        for at, picture in self._pictures(times, "luma"):
            grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            height, width = grey.shape
            if width > _SMALL_WIDTH:
                size = (_SMALL_WIDTH, round(height * _SMALL_WIDTH / width))
                grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
            yield at, np.asarray(grey, np.uint8)

    def colour(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        """The pictures as they are."""
        yield from self._pictures(times, "colour")

    def _pictures(self, times: Sequence[datetime], kind: str) -> Iterator[tuple[datetime, Picture]]:
        before = {bisect_right(self.times, at) - 1 for at in times}
        for index in sorted(before - {-1}):
            picture = self.picture_at(self.times[index])
            if picture is not None:
                self.asked[kind] += 1
                yield self.times[index], picture
