"""Ways in which recordings reach a clerk broken; each works on a whole file that the film wrote."""

import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from facts.errors import InputError

_NAL_HEAD_BYTES = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file in seconds from its start, to be taken from its first keyframe on."""

    path: Path
    from_s: float = 0.0
    to_s: float = inf


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
        stretch = Part(path, from_s, to_s)
        wounds = [(packet.pos, packet.size) for packet, _ in _packets(source, stretch) if packet.pos is not None]
    with path.open("r+b") as file:
        for position, size in wounds:
            file.seek(position + _NAL_HEAD_BYTES)
            file.write(bytes(max(size - _NAL_HEAD_BYTES, 0)))
    return len(wounds)


def splice(parts: Sequence[Part], out: Path) -> None:
    """Stretches of files joined by stream copy, timestamps closed over the seam: no trace left in them."""
    with ExitStack() as stack:
        sources = [stack.enter_context(av.open(str(part.path))) for part in parts]
        target = stack.enter_context(av.open(str(out), "w"))
        stream = target.add_stream_from_template(sources[0].streams.video[0])
        end_s = Fraction(0)
        for part, source in zip(parts, sources, strict=True):
            first_s, offset_s = None, end_s
            for packet, at_s in _packets(source, part):
                if first_s is None:
                    first_s = at_s
                moved_s = at_s - first_s + offset_s
                end_s = moved_s + _lasts_s(packet)
                _put(target, stream, packet, moved_s)


def repeat(path: Path, out: Path, times: int) -> None:
    """The same footage so many times over, by stream copy: hours of video for the cost of minutes."""
    splice([Part(path)] * times, out)


def change_inside(first: Path, second: Path, out: Path) -> None:
    """Two transport streams in one file, timestamps running on: size or codec change where they meet."""
    length_s = max(at_s + _lasts_s(packet) for packet, at_s in _listed(first))
    later = out.with_suffix(".later.ts")
    with av.open(str(second)) as source, av.open(str(later), "w", format="mpegts") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet, at_s in _packets(source, Part(second)):
            _put(target, stream, packet, at_s + length_s)
    out.write_bytes(first.read_bytes() + later.read_bytes())
    later.unlink()


def _listed(path: Path) -> "list[tuple[av.Packet[VideoStream], Fraction]]":
    with av.open(str(path)) as source:
        return list(_packets(source, Part(path)))


def _packets(source: InputContainer, part: Part) -> "Iterator[tuple[av.Packet[VideoStream], Fraction]]":
    """The packets of the part with their seconds, from its first keyframe on."""
    stream = source.streams.video[0]
    base = stream.time_base or Fraction(1)
    start_s = (stream.start_time or 0) * base
    begun = False
    for packet in source.demux(stream):
        if packet.pts is None:
            continue
        at_s = packet.pts * base - start_s
        begun = begun or (at_s >= part.from_s and packet.is_keyframe)
        if begun and at_s < part.to_s:
            yield packet, at_s


def _lasts_s(packet: "av.Packet[VideoStream]") -> Fraction:
    return Fraction(packet.duration or 0) * packet.time_base


def _put(target: OutputContainer, stream: VideoStream, packet: "av.Packet[VideoStream]", at_s: Fraction) -> None:
    base = packet.time_base
    late = (packet.pts or 0) - (packet.dts if packet.dts is not None else packet.pts or 0)
    packet.pts = round(at_s / base)
    packet.dts = packet.pts - late
    packet.stream = stream
    target.mux(packet)
