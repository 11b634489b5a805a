"""The boxes of an MP4, found without a copy of what is in them."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from facts.errors import XueshiError

BOX_HEAD = 8
_head = struct.Struct(">I4s").unpack_from


class BrokenStreamError(XueshiError):
    """What came out of the pipe is no fragmented MP4 of one video track, or too large to be a camera's."""


class StreamBox(NamedTuple):
    """One box of an MP4: what it is, and where it and its body lie."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes(data: bytes, at: int = 0, end: int | None = None) -> Iterator[StreamBox]:
    """The boxes that lie one after another from ``at`` on."""
    end = len(data) if end is None else end
    while at + BOX_HEAD <= end:
        size, kind = _head(data, at)
        if size < BOX_HEAD or at + size > end:
            raise BrokenStreamError(f"box of {size} bytes at {at} of {end}")
        yield StreamBox(kind, at, at + BOX_HEAD, at + size)
        at += size


def find_box(data: bytes, path: str) -> StreamBox:
    """The first box that the path of kinds leads to."""
    box = StreamBox(b"", 0, 0, len(data))
    for kind in path.encode().split(b"/"):
        for one in boxes(data, box.body, box.end):
            if one.kind == kind:
                box = one
                break
        else:
            raise BrokenStreamError(f"no {kind.decode()} of {path}")
    return box
