"""The largest and sharpest faces of each seat, cut out of frames that were looked at before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import hypot

import cv2
import numpy as np

from facts.sighting import Box, Seat, SeatKind, SenseKind, View
from vision.face_engine import LEAST_PX
from vision.ports import FrameSource, Picture

MOST_FRAMES = 12
MOST_CROPS = 4
_NEAR = 0.9  # of a head's height: whoever is sighted further from a seat's usual place sits elsewhere
_FACE_OF_HEAD = 0.72
_AROUND = 0.35  # of the head, left and right of it, so that landmarks near its edge are in the crop
_SHARP_PX = 64


@dataclass(frozen=True, slots=True)
class FaceCrop:
    """One face as PNG, and how well it shows: pixels from brow to chin, and contrast of its fine detail."""

    png: bytes
    face_px: float
    sharpness: float


def face_crops(source: FrameSource, view: View) -> Mapping[str, tuple[FaceCrop, ...]]:
    """For each seat with a person the best few; none where every face was smaller than forty pixels or turned away."""
    wanted = seat_faces(view)
    found: defaultdict[str, list[FaceCrop]] = defaultdict(list)
    for at, frame in source.colour(sorted(wanted)):
        for seat, box in wanted.get(at, ()):
            if crop := cut(frame, box):
                found[seat].append(crop)
    people = [seat.id for seat in view.seats if seat.kind is SeatKind.PERSON]
    return {seat: best(found[seat]) for seat in people}


def seat_faces(view: View) -> dict[datetime, list[tuple[str, Box]]]:
    """Which faces of which frames are at which seat; frames spread over the stretch."""
    seats = [seat for seat in view.seats if seat.kind is SeatKind.PERSON]
    frames = [frame for frame in view.frames if any(_is_face(one.senses) for one in frame.sightings)]
    step = max(1, -(-len(frames) // MOST_FRAMES))
    return {
        frame.at: [
            (seat.id, one.box) for one in frame.sightings if _is_face(one.senses) and (seat := _nearest(seats, one.box))
        ]
        for frame in frames[::step]
    }


def cut(frame: Picture, box: Box) -> FaceCrop | None:
    """The head with a margin; nothing where its face is too small to say anything."""
    height, width = frame.shape[:2]
    face_px = box.h * height * _FACE_OF_HEAD
    if face_px < LEAST_PX:
        return None
    left, right = (box.x - _AROUND * box.w) * width, (box.x + (1 + _AROUND) * box.w) * width
    top, bottom = (box.y - _AROUND * box.h) * height, (box.y + (1 + _AROUND) * box.h) * height
    part = frame[max(0, round(top)) : max(0, round(bottom)), max(0, round(left)) : max(0, round(right))]
    if min(part.shape[:2]) < LEAST_PX:
        return None
    grey = cv2.resize(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), (_SHARP_PX, _SHARP_PX), interpolation=cv2.INTER_AREA)
    sharpness = float(np.var(cv2.Laplacian(grey, cv2.CV_64F)))
    return FaceCrop(bytes(cv2.imencode(".png", part)[1]), face_px, sharpness)


def best(crops: Sequence[FaceCrop]) -> tuple[FaceCrop, ...]:
    """The few that are largest and sharpest at once."""
    if not crops:
        return ()
    most = max(*(crop.sharpness for crop in crops), 1e-9, 0.0)
    ordered = sorted(crops, key=lambda crop: -crop.face_px * (crop.sharpness / most) ** 0.5)
    return tuple(ordered[:MOST_CROPS])


def _is_face(senses: Sequence[SenseKind]) -> bool:
    return not senses or SenseKind.FACE in senses


def _nearest(seats: Sequence[Seat], box: Box) -> Seat | None:
    apart = [(_apart(seat.box, box), index) for index, seat in enumerate(seats)]
    far, index = min(apart, default=(_NEAR, -1))
    return seats[index] if far < _NEAR else None


def _apart(one: Box, two: Box) -> float:
    across = (one.x + one.w / 2 - two.x - two.w / 2) / max(one.w, two.w)
    down = (one.y + one.h / 2 - two.y - two.h / 2) / max(one.h, two.h)
    return hypot(across, down)
