"""Ways in which recordings reach a clerk broken; each works on a whole file that the film wrote."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from facts.errors import InputError

_NAL_HEAD_BYTES = 8


def cut_off(path: Path, share: float) -> None:
    """Keep only the first share of the bytes, as after a torn copy."""
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))


def lose_moov(path: Path) -> None:
    """Take the index away from a plain MP4, as when a recorder loses power before it closes the file."""
    data = path.read_bytes()
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        if size == 1:
            size = struct.unpack(">Q", data[at + 8 : at + 16])[0]
        if name == b"moov":
            path.write_bytes(data[:at] + data[at + size :])
            return
        at += max(size, 8)
    raise InputError(f"{path.name}: got no moov box, expected a plain or fast-start MP4; draw one first")


def noise_file(path: Path, size_bytes: int = 200_000, seed: int = 1) -> None:
    """A file of that name with nothing but random bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(np.random.default_rng(seed).bytes(size_bytes))


def empty_file(path: Path) -> None:
    """A file of that name without a byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def spoil(path: Path, from_s: float, to_s: float) -> int:
    """Zero what is inside the pictures of that stretch, so that they are there and cannot be decoded; says how many."""
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        first: float | None = None
        wounds: list[tuple[int, int]] = []
        for packet in source.demux(stream):
            if packet.pts is None or packet.pos is None:
                continue
            at_s = float(packet.pts * stream.time_base)
            first = at_s if first is None else first
            if from_s <= at_s - first < to_s:
                wounds.append((packet.pos, packet.size))
    with path.open("r+b") as file:
        for position, size in wounds:
            file.seek(position + _NAL_HEAD_BYTES)
            file.write(bytes(max(size - _NAL_HEAD_BYTES, 0)))
    return len(wounds)


def splice(parts: list[tuple[Path, float, float]], out: Path) -> None:
    """Stretches of files joined by stream copy, timestamps closed over the seam: no trace in them.

    Each part is a file and the seconds from and to; it begins at the first keyframe in it.
    """
    with av.open(str(out), "w") as target:
        stream = None
        end = Fraction(0)
        for path, from_s, to_s in parts:
            with av.open(str(path)) as source:
                video = source.streams.video[0]
                stream = stream or target.add_stream_from_template(video)
                end = _copy(source, video, target, stream, (from_s, to_s), end)


def repeat(path: Path, out: Path, times: int) -> None:
    """The same footage so many times over, by stream copy: hours of video for the cost of minutes."""
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        length_s = float(stream.duration * stream.time_base)
    splice([(path, 0, length_s)] * times, out)
