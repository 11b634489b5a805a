"""Movement where no face was ever found: somebody seen only from behind, or a curtain; never proof of a person."""

from collections.abc import Sequence
from datetime import timedelta

import cv2
import numpy as np

from facts.sighting import Box, Seat, SeatKind
from facts.span import Span, union
from vision.activity import Film
from vision.calibration import LIVE_SHARE, LIVE_STEPS
from vision.life import claim
from vision.ports import Picture

# A sitter changes a pixel of the outline between most keyframes, a passer-by hardly ever the same one.
_OFTEN = 0.2
_LEAST_FILM = 12
_CLOSE = np.ones((5, 5), np.uint8)
_SMALLEST, _LARGEST = 0.5, 2.6
# Stretches of movement at most this far apart are one stay.
_STAY = timedelta(seconds=61)
# The recorder's clock along the edges changes without anybody moving.
_EDGE = 0.07


def back_only_seats(camera_id: str, film: Film, seats: Sequence[Seat]) -> tuple[Seat, ...]:
    """Places that move, about as large as the people of this view, away from every head that was found."""
    people = [seat.box for seat in seats if seat.kind is SeatKind.PERSON]
    heat = _heat(film)
    if heat is None or not people:
        return ()
    often = _free(np.asarray((heat > _OFTEN).astype(np.uint8)), [seat.box for seat in seats])
    size = float(np.median([box.w for box in people])), float(np.median([box.h for box in people]))
    heads = [head for blob in _blobs(often) if (head := _head(blob, size))]
    found = [seat for index, head in enumerate(heads) if (seat := _seat(camera_id, film, head, index + 1))]
    return tuple(found)


def _heat(film: Film) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None:
    steps = [step for step in film.changes if step is not None and not step.jump]
    if len(steps) < _LEAST_FILM:
        return None
    # At half the size outlines of two steps that lie a pixel apart are one outline.
    height, width = steps[0].shape
    total = np.zeros((height // 2, width // 2), np.int32)
    for step in steps:
        if step.shape == (height, width):
            total += cv2.resize(step.mask, (width // 2, height // 2), interpolation=cv2.INTER_AREA) > 0
    return total / len(steps)


def _free(often: Picture, heads: Sequence[Box]) -> Picture:
    height, width = often.shape
    edge = int(_EDGE * height)
    often[:edge] = often[height - edge :] = 0
    for head in heads:
        box = claim(head)
        top, left = max(0, int(box.y * height)), max(0, int(box.x * width))
        often[top : max(top, int((box.y + box.h) * height)), left : max(left, int((box.x + box.w) * width))] = 0
    return often


def _blobs(often: Picture) -> list[Box]:
    height, width = often.shape
    closed = cv2.morphologyEx(often, cv2.MORPH_CLOSE, _CLOSE)
    count, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    return [Box(x / width, y / height, w / width, h / height) for x, y, w, h, _ in stats[1:count].tolist()]


def _head(blob: Box, size: tuple[float, float]) -> Box | None:
    """Where the head of a moving blob would be, if the blob is as large as head and shoulders are here."""
    width, height = size
    across, down = blob.w / (1.6 * width), blob.h / (1.6 * height)
    if not (_SMALLEST < across < _LARGEST and _SMALLEST < down < _LARGEST):
        return None
    return Box(blob.x + (blob.w - width) / 2, blob.y, width, height)


def _seat(camera_id: str, film: Film, head: Box, number: int) -> Seat | None:
    """A place of which head and collar live in most of the film, as those of a sitter do and a curtain's do not."""
    activity = film.activity([[(film.times[0], head)]], [True])[0]
    known = activity[~np.isnan(activity)]
    if not known.size or float(np.mean(known >= LIVE_SHARE)) < LIVE_STEPS:
        return None
    alive = [Span(film.times[i - 1], film.times[i]) for i in np.flatnonzero(activity >= LIVE_SHARE).tolist() if i]
    usual = round(float(np.median(known)), 4)
    return Seat(f"B{number:02d}", camera_id, head, SeatKind.BACK_ONLY, (), union(alive, _STAY), 0, usual)
