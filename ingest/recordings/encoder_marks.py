"""What an encoder leaves of itself in a file: its parameter set, its own name, the pattern of its keyframes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

import numpy as np

from facts.encoding import Encoding
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.footage import Keyframes
from ingest.recordings.parameter_sets import in_configuration, in_keyframe
from ingest.recordings.timeline import SECOND

# The head of a keyframe holds its parameter sets and what a software encoder says of itself.
_HEAD = 1024
_MOST_HEADS = 4096
_WRITER = re.compile(rb"(x26[45])[ -]+(?:core |\(build )(\d{2,4})")
# A pattern is one when so many keyframes in a row keep to it, but for the few that somebody asked for.
_LEAST_GROUPS = 8
_KEPT = 0.85
_FINE_S = 0.1


@dataclass(frozen=True, slots=True)
class _Mark:
    """What the head of one keyframe says; what it leaves out stays as it was."""

    parameters: str
    writer: str
    named: bool = False


def encodings(keys: Keyframes, codec: str, extradata: bytes, source: ByteSource) -> tuple[Encoding, ...]:
    """The file as stretches of one encoder each, nearly always a single one."""
    if not len(keys):
        return ()
    marks = list(_marks(keys, codec, extradata, source))
    edges = sorted({0, *_mark_edges(marks), *_pattern_edges(keys)})
    found = [_encoding(keys, marks, first, last) for first, last in pairwise([*edges, len(keys)])]
    return tuple(found)


def _marks(keys: Keyframes, codec: str, extradata: bytes, source: ByteSource) -> Iterator[_Mark]:
    parameters, writer = _digest(in_configuration(extradata, codec)), ""
    step = -(-len(keys) // _MOST_HEADS)
    numbers = range(0, len(keys), step) if keys.whole else range(0)
    parts = [(int(keys.pos[number]), min(_HEAD, int(keys.size[number]))) for number in numbers]
    heads = dict(zip(numbers, source.read_parts(parts), strict=True))
    for number in range(len(keys)):
        named, head = False, heads.get(number)
        if head is not None:
            own, said = in_keyframe(head, codec), _WRITER.search(head)
            parameters = _digest(own) if own else parameters
            named = bool(said)
            writer = f"{said[1].decode()} {said[2].decode()}" if said else writer
        yield _Mark(parameters, writer, named)


def _digest(parameters: bytes) -> str:
    return sha256(parameters).hexdigest()[:12] if parameters else ""


def _mark_edges(marks: Sequence[_Mark]) -> Iterator[int]:
    """Where another parameter set begins, or a software encoder names itself again: it does so where it begins."""
    rarely = 2 * sum(mark.named for mark in marks) <= len(marks)
    for number, (one, two) in enumerate(pairwise(marks), 1):
        other = bool(one.parameters) and one.parameters != two.parameters
        if other or (rarely and two.named):
            yield number


def _pattern(keys: Keyframes) -> list[tuple[int, int]]:
    """Frames and tenths of a second that each keyframe leads; the last one leads what was left."""
    tenths = np.round(np.diff(keys.at_us) / SECOND / _FINE_S).astype(int)
    return [(int(frames) + 1, int(length)) for frames, length in zip(keys.delta_frames[:-1], tenths, strict=True)]


def _pattern_edges(keys: Keyframes) -> Iterator[int]:
    """Where one steady pattern of keyframes gives way to another; whatever is not steady on both sides is no pattern."""
    groups = _pattern(keys)
    usual = [pattern for pattern, count in Counter(groups).most_common(4) if count >= _LEAST_GROUPS]
    for one in usual:
        for two in usual:
            own = [number for number, group in enumerate(groups) if group == one]
            other = [number for number, group in enumerate(groups) if group == two]
            edge = other[0]
            if one != two and own[0] < edge and _steady(groups[own[0] : edge], one) and _steady(groups[edge:], two):
                yield edge


def _steady(groups: Sequence[tuple[int, int]], pattern: tuple[int, int]) -> bool:
    return len(groups) >= _LEAST_GROUPS and sum(group == pattern for group in groups) >= _KEPT * len(groups)


def _encoding(keys: Keyframes, marks: Sequence[_Mark], first: int, last: int) -> Encoding:
    groups = _pattern(keys)[first:last]
    pattern = Counter(groups).most_common(1)[0][0] if groups else (0, 0)
    group, tenths = pattern if groups and _steady(groups, pattern) else (0, 0)
    at_s = round(int(keys.at_us[first]) / SECOND, 3)
    return Encoding(at_s, marks[first].parameters, group, round(tenths * _FINE_S, 1), marks[first].writer)
