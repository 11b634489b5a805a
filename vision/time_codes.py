"""Time codes in pictures: found and read on every small keyframe, once more in full size where one looks like a code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt

import cv2
import numpy as np
import zxingcpp

from facts.sighting import Box, CodeReading
from facts.time_code import read_payload
from vision.ports import FrameSource, Picture

# A keyframe with more than this many codes and half codes is a pattern; nothing in it is worth a second look.
MOST_IN_FRAME = 16
# Frames of one stretch that are decoded in full size because something looked like a code and did not read.
MOST_SECOND_LOOKS = 6
# Frames of one stretch that are looked at whole because a code was on a screen then, whether or not one is seen in small.
MOST_CLOSE_LOOKS = 12
# Readings of one stretch that a report keeps.
MOST_READINGS = 40
# How far around a code the picture is not held against the next one, in widths of the code: a screen's rim, a hand.
_AROUND = 0.3
_CROP = 1.0
# A larger picture, a very tall one of small keyframes, is shrunk: ten thousand codes in it cost a second and no more.
_MOST_PX = 2_000_000
# What fills more of the picture than this was as large as it can be in the small one already.
_MOST_CROP_PX = 1_500_000


@dataclass(frozen=True, slots=True)
class CodeSight:
    """One time code in one picture, unproven: its bytes and where it stands."""

    payload: bytes
    box: Box


@dataclass(frozen=True, slots=True)
class CodeSights:
    """The time codes of one picture, the largest first, and the place of what may be one but does not read."""

    read: tuple[CodeSight, ...] = ()
    unread: Box | None = None


def sights_in(picture: Picture) -> CodeSights:
    """What a picture shows, grey or in colour; codes that are not ours (a poster's, a payment's) are nothing."""
    picture = _affordable(picture)
    size = picture.shape[1], picture.shape[0]
    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=False,
        try_invert=False,
        return_errors=True,
    )
    if len(found) > MOST_IN_FRAME:
        found = [one for one in found if one.valid]
    ours = [one for one in found if one.valid and read_payload(one.bytes)]
    read = {one.bytes: CodeSight(one.bytes, _box(one, size)) for one in ours}
    largest = sorted(read.values(), key=lambda sight: (-sight.box.w * sight.box.h, sight.payload))
    unread = [_box(one, size) for one in found if not one.valid]
    return CodeSights(tuple(largest[:MOST_IN_FRAME]), max(unread, key=lambda box: box.w * box.h, default=None))


def _affordable(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    shrink = sqrt(_MOST_PX / (height * width))
    if shrink >= 1:
        return picture
    size = max(int(width * shrink), 1), max(int(height * shrink), 1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _box(found: zxingcpp.Barcode, size: tuple[int, int]) -> Box:
    place = found.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    width, height = size
    xs, ys = [corner.x / width for corner in corners], [corner.y / height for corner in corners]
    left, top = max(min(xs), 0.0), max(min(ys), 0.0)
    right, bottom = min(max(xs), 1.0), min(max(ys), 1.0)
    return Box(round(left, 4), round(top, 4), round(max(right - left, 0.0), 4), round(max(bottom - top, 0.0), 4))


@dataclass(slots=True)
class CodeWatch:
    """The time codes of one stretch under way."""

    readings: list[CodeReading] = field(default_factory=list)
    _second_looks: int = 0

    def look(self, small: Mapping[datetime, Picture], source: FrameSource) -> None:
        """Reads the small keyframes, and in full size the few in which something looks like a code."""
        doubtful: dict[datetime, Box] = {}
        for at, picture in small.items():
            sights = sights_in(picture)
            self._keep(at, sights.read)
            if sights.unread and not sights.read:
                doubtful[at] = sights.unread
        left = MOST_SECOND_LOOKS - self._second_looks
        asked = sorted(doubtful, key=lambda at: (-doubtful[at].w * doubtful[at].h, at))[:left]
        self._second_looks += len(asked)
        for at, picture in source.colour(sorted(asked)) if asked else ():
            if at in doubtful:
                self._keep(at, tuple(_in_crop(picture, doubtful[at])))

    def look_closely(self, times: Sequence[datetime], source: FrameSource) -> None:
        """Reads whole keyframes, evenly drawn from those at which a code was shown somewhere in the room."""
        ordered = sorted(times)
        places = np.linspace(0, len(ordered) - 1, min(len(ordered), MOST_CLOSE_LOOKS)) if ordered else ()
        for at, picture in source.colour([ordered[round(place)] for place in places]) if ordered else ():
            self._keep(at, sights_in(picture).read)

    def _keep(self, at: datetime, sights: Sequence[CodeSight]) -> None:
        self.readings += [CodeReading(at, sight.payload.hex(), sight.box) for sight in sights]

    @property
    def kept(self) -> tuple[CodeReading, ...]:
        """The first and the last reading of every code, in order of time, evenly thinned where there are too many."""
        ends: dict[str, list[CodeReading]] = {}
        for one in sorted(self.readings, key=lambda one: (one.at, one.payload)):
            ends.setdefault(one.payload, []).append(one)
        chosen = {id(one): one for own in ends.values() for one in (own[0], own[-1])}
        every = sorted(chosen.values(), key=lambda one: (one.at, one.payload))
        if len(every) <= MOST_READINGS:
            return tuple(every)
        return tuple(every[round(index)] for index in np.linspace(0, len(every) - 1, MOST_READINGS))

    @property
    def apart(self) -> tuple[Box, ...]:
        """Where codes stood, with what surrounds them: a picture that changes only there is a still one."""
        return tuple({_grown(one.box, _AROUND) for one in self.readings})


def _in_crop(picture: Picture, box: Box) -> Iterator[CodeSight]:
    """The codes at that place of the whole picture, where they stand in it."""
    height, width = picture.shape[:2]
    part = _grown(box, _CROP)
    left, top = int(part.x * width), int(part.y * height)
    right, bottom = round((part.x + part.w) * width), round((part.y + part.h) * height)
    cut = np.ascontiguousarray(picture[top:bottom, left:right])
    if not 0 < cut.shape[0] * cut.shape[1] <= _MOST_CROP_PX:
        return
    for sight in sights_in(cut).read:
        x, y = (left + sight.box.x * (right - left)) / width, (top + sight.box.y * (bottom - top)) / height
        w, h = sight.box.w * (right - left) / width, sight.box.h * (bottom - top) / height
        yield CodeSight(sight.payload, Box(round(x, 4), round(y, 4), round(w, 4), round(h, 4)))


def _grown(box: Box, by: float) -> Box:
    left, top = max(box.x - by * box.w, 0.0), max(box.y - by * box.h, 0.0)
    right, bottom = min(box.x + (1 + by) * box.w, 1.0), min(box.y + (1 + by) * box.h, 1.0)
    return Box(left, top, right - left, bottom - top)
