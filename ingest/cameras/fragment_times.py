"""What a fragment's own boxes say of its times: one walk over its head, the pictures behind it are left where they are."""

import struct
from dataclasses import dataclass

from facts.recorder import StreamFragment
from ingest.cameras.stream_boxes import BrokenStreamError, boxes, find_box

_FIRST_FLAGS, _DURATION, _SIZE, _FLAGS, _OFFSET = 0x4, 0x100, 0x200, 0x400, 0x800
_COLUMNS = (_DURATION, _SIZE, _FLAGS, _OFFSET)
_DEFAULT_DURATION, _DEFAULT_SIZE, _DEFAULT_FLAGS = 0x8, 0x10, 0x20
_NOT_KEY = 0x10000
_LONG_PAUSE_S = 1.0
_WORD = 4


@dataclass(slots=True)
class _Picture:
    """Where the last picture's duration stands, and the flags of the first."""

    place: int = 0
    flags: int = 0


def fragment_of(box: bytes, timescale: int, arrived_s: float, usual: int) -> tuple[StreamFragment, int]:
    """The fragment with its times, and how long a picture is usually shown."""
    try:
        start, durations, picture = _tables(box)
    except (struct.error, IndexError) as error:
        raise BrokenStreamError(f"a fragment whose head is cut off ({error})") from error
    before, last = sorted(durations[:-1]), durations[-1]
    usual = before[len(before) // 2] if before else usual or last
    if last > max(
        _LONG_PAUSE_S * timescale, 5 * usual
    ):  # until the next packet, whenever that was; not how long it shows
        box, last = _shortened(box, picture.place, usual), usual
    length = sum(durations[:-1]) + last
    key = not picture.flags & _NOT_KEY
    return StreamFragment(arrived_s, start / timescale, length / timescale, len(durations), key, len(box), box), usual


def fragment_head(moof: bytes, timescale: int) -> StreamFragment:
    """The same of a fragment's head alone."""
    return fragment_of(moof, timescale, 0.0, 0)[0]


def _tables(box: bytes) -> tuple[int, list[int], _Picture]:
    """Of the first track: where it starts, how long each picture is shown, and the first and last of them."""
    traf = find_box(box, "moof/traf")
    inner = list(boxes(box, traf.body, traf.end))
    bodies = {one.kind: one.body for one in inner}
    if b"tfhd" not in bodies or b"tfdt" not in bodies:
        raise BrokenStreamError("no tfhd or tfdt of moof/traf")
    start = bodies[b"tfdt"]
    (begin,) = struct.unpack_from(">Q" if box[start] == 1 else ">I", box, start + _WORD)
    durations: list[int] = []
    picture = _Picture()
    default = _defaults(box, bodies[b"tfhd"])
    for run in inner:
        if run.kind == b"trun":
            durations += _run(box, run.body, default, picture, first=not durations)
    if not durations:
        raise BrokenStreamError("a fragment without packets")
    return begin, durations, picture


def _defaults(box: bytes, at: int) -> tuple[int, int, int]:
    """What holds for pictures of which nothing else is said: duration, its place, flags."""
    (given,) = struct.unpack_from(">I", box, at)
    at += 8 + 8 * bool(given & 0x1) + 4 * bool(given & 0x2)
    found, places = {}, {}
    for bit in (_DEFAULT_DURATION, _DEFAULT_SIZE, _DEFAULT_FLAGS):
        if given & bit:
            (found[bit],), places[bit] = struct.unpack_from(">I", box, at), at
            at += _WORD
    return found.get(_DEFAULT_DURATION, 0), places.get(_DEFAULT_DURATION, 0), found.get(_DEFAULT_FLAGS, 0)


def _run(box: bytes, at: int, default: tuple[int, int, int], picture: _Picture, *, first: bool) -> list[int]:
    given, count = struct.unpack_from(">II", box, at)
    at += 8 + 4 * bool(given & 0x1)
    flags = default[2]
    if given & _FIRST_FLAGS:
        (flags,) = struct.unpack_from(">I", box, at)
        at += _WORD
    columns = [bit for bit in _COLUMNS if given & bit]
    width = len(columns)
    rows = struct.unpack_from(f">{width * count}I", box, at)
    if first and count and given & _FLAGS and not given & _FIRST_FLAGS:
        flags = rows[columns.index(_FLAGS)]
    picture.flags = flags if first else picture.flags
    if _DURATION not in columns:
        picture.place = default[1]
        return [default[0]] * count
    picture.place = at + _WORD * width * (count - 1)
    return list(rows[0::width])


def _shortened(box: bytes, place: int, to: int) -> bytes:
    """The fragment with its last picture shown for as long as the others."""
    return box[:place] + to.to_bytes(_WORD, "big") + box[place + _WORD :] if place else box
