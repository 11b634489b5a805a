"""Contact sheets and best frames: the pictures that let a person check a count by eye.

The drawing library knows no Chinese letters, so pictures hold digits and Latin letters only; the page says the rest.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from facts.digest import Digest
from facts.errors import InternalError
from facts.sighting import Box, SampledFrame, Seat, Sighting
from facts.span import local
from report.blur import Picture, blurred, pixels

SHEET_FRAMES = 12
_COLUMNS = 3
_WIDTH = 1116
_BEST_WIDTH = 900
_GAP = 6
# From this width on a box gets a dark line around its bright one.
_ROOMY = 600
_QUALITY = 64
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_WHITE = (255, 255, 255)
_INK = (48, 37, 27)
_BOX = (20, 200, 255)
_ASPECT = (9, 16)


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A decoded frame in blue, green, red, with what was seen in it and the digest of the file that it is from.

    ``counted`` are the heads that are numbered, where not all of them count: a portrait is blurred and not numbered.
    """

    picture: Picture
    frame: SampledFrame
    digest: Digest | None = None
    counted: tuple[Sighting, ...] | None = None

    @property
    def heads(self) -> tuple[Sighting, ...]:
        """The heads that are numbered."""
        return self.frame.sightings if self.counted is None else self.counted


def contact_sheet(
    shots: Sequence[Shot], expected: int | None, *, show_faces: bool = False, seats: Sequence[Seat] = ()
) -> bytes:
    """Up to twelve frames of one hour as one JPEG; ``seats`` are further places to blur."""
    hidden = {} if show_faces else _hidden(shots, seats)
    chosen = _spread(sorted(shots, key=lambda shot: shot.frame.at))
    tile = (_WIDTH - _GAP * (_COLUMNS - 1)) // _COLUMNS
    tiles = [_tile(shot, no, expected, tile, hidden) for no, shot in enumerate(chosen, 1)]
    return _jpeg(_laid_out(tiles))


def best_frame(
    shots: Sequence[Shot], expected: int | None, *, show_faces: bool = False, seats: Sequence[Seat] = ()
) -> bytes:
    """The frame in which most heads were found, the earliest of several, as one JPEG."""
    if not shots:
        raise InternalError("best frame: got no frames, expected at least one; leave the picture out instead")
    best = min(shots, key=lambda shot: (-len(shot.heads), shot.frame.at))
    return _jpeg(_tile(best, 0, expected, _BEST_WIDTH, {} if show_faces else _hidden(shots, seats)))


def _hidden(shots: Sequence[Shot], seats: Sequence[Seat]) -> dict[str, list[Box]]:
    """Per camera, wherever a head was found in any frame: a face missed in one of them is blurred all the same."""
    hidden: defaultdict[str, list[Box]] = defaultdict(list)
    for seat in seats:
        hidden[seat.camera_id].append(seat.box)
    for shot in shots:
        hidden[shot.frame.camera_id] += [head.box for head in shot.frame.sightings]
    return hidden


def _spread(shots: Sequence[Shot]) -> list[Shot]:
    """Twelve of them, evenly over the hour, the first and the last among them."""
    if len(shots) <= SHEET_FRAMES:
        return list(shots)
    return [shots[round(place)] for place in np.linspace(0, len(shots) - 1, SHEET_FRAMES)]


def _tile(shot: Shot, no: int, expected: int | None, width: int, hidden: Mapping[str, Sequence[Box]]) -> Picture:
    boxes = [head.box for head in _in_reading_order(shot.heads)]
    # Blurred at full size, before anything is scaled down.
    safe = blurred(shot.picture, hidden.get(shot.frame.camera_id, ()))
    height = max(1, round(width * safe.shape[0] / safe.shape[1]))
    tile = np.asarray(cv2.resize(safe, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    for number, box in enumerate(boxes, 1):
        _numbered(tile, box, number)
    _band(tile, _said(shot, no, len(boxes), expected), top=True)
    _band(tile, _source(shot), top=False)
    return tile


def _in_reading_order(heads: Sequence[Sighting]) -> list[Sighting]:
    return sorted(heads, key=lambda head: (round(head.box.y, 1), head.box.x))


def _said(shot: Shot, no: int, seen: int, expected: int | None) -> str:
    count = f"{seen}/{expected}" if expected is not None else str(seen)
    number = f"{no}  " if no else ""
    camera = shot.frame.camera_id.encode("ascii", "replace").decode()
    return f"{number}{local(shot.frame.at):%Y-%m-%d %H:%M:%S}  {camera}  {count}"


def _source(shot: Shot) -> str:
    minutes, seconds = divmod(int(shot.frame.at_s), 60)
    digest = shot.digest.short if shot.digest else "------------"
    return f"{digest}  +{minutes:02d}:{seconds:02d}"


def _numbered(tile: Picture, box: Box, number: int) -> None:
    left, top, right, bottom = pixels(box, tile)
    words, scale = str(number), _scale(tile) * 0.8
    if tile.shape[1] >= _ROOMY:
        cv2.rectangle(tile, (left, top), (right, bottom), _INK, 3)
    cv2.rectangle(tile, (left, top), (right, bottom), _BOX, 1)
    (_, height), _ = cv2.getTextSize(words, _FONT, scale, 1)
    place = left, top - 2 if top - height - 4 > 0 else bottom + height + 3
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        cv2.putText(tile, words, (place[0] + dx, place[1] + dy), _FONT, scale, _INK, 1, cv2.LINE_AA)
    cv2.putText(tile, words, place, _FONT, scale, _BOX, 1, cv2.LINE_AA)


def _scale(tile: Picture) -> float:
    return float(max(0.42, tile.shape[1] / 1600))


def _band(tile: Picture, words: str, *, top: bool) -> None:
    scale = _scale(tile)
    (width, height), _ = cv2.getTextSize(words, _FONT, scale, 1)
    deep, wide = height + 10, width + 12
    y = 0 if top else tile.shape[0] - deep
    x = 0 if top else tile.shape[1] - wide
    cv2.rectangle(tile, (x, y), (x + wide, y + deep), _INK, -1)
    cv2.putText(tile, words, (x + 6, y + height + 4), _FONT, scale, _WHITE, 1, cv2.LINE_AA)


def _laid_out(tiles: Sequence[Picture]) -> Picture:
    width = (_WIDTH - _GAP * (_COLUMNS - 1)) // _COLUMNS
    height = max((tile.shape[0] for tile in tiles), default=width * _ASPECT[0] // _ASPECT[1])
    rows = max(1, -(-len(tiles) // _COLUMNS))
    sheet = np.full((rows * (height + _GAP) - _GAP, _WIDTH, 3), 255, np.uint8)
    for place, tile in enumerate(tiles):
        y, x = place // _COLUMNS * (height + _GAP), place % _COLUMNS * (width + _GAP)
        sheet[y : y + tile.shape[0], x : x + tile.shape[1]] = tile
    return sheet


def _jpeg(picture: Picture) -> bytes:
    written, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not written:
        raise InternalError(f"picture of {picture.shape}: got no JPEG from the encoder, expected one")
    return bytes(data)
