from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from facts.sighting import Box
from vision.life import FrameChange, Patch, Reading, change
from vision.ports import Picture
from vision.registration import Registration

# Samples further apart than this are not compared: there lies a hole or a lapse between them.
_FARTHEST = timedelta(seconds=31)
# Patches reach a head and a half to each side; neighbours further away divide nothing.
_NEIGHBOUR = 3.0


@dataclass(slots=True)
class Film:
    """The small grey keyframes of one stretch in order of time, laid over each other, and what changed in between."""

    times: list[datetime] = field(default_factory=list)
    changes: list[FrameChange | None] = field(default_factory=list)
    known: dict[tuple[datetime, datetime], FrameChange] = field(default_factory=dict)
    laid: dict[datetime, Picture] = field(default_factory=dict)
    registration: Registration = field(default_factory=Registration)

    def add(self, at: datetime, frame: Picture) -> None:
        """Appends a live keyframe later than all before it."""
        if at not in self.laid:
            self.laid[at] = self.registration.lay(frame)
        before = self.times[-1] if self.times else None
        near = before is not None and at - before <= _FARTHEST and self.laid[before].shape == frame.shape
        self.changes.append(self._change(before, at) if before is not None and near else None)
        self.times.append(at)

    def _change(self, before: datetime, at: datetime) -> FrameChange:
        if (before, at) not in self.known:
            self.known[before, at] = change(self.laid[before], self.laid[at])
        return self.known[before, at]

    def emptied(self) -> "Film":
        """An empty film that keeps what was worked out so far, for when keyframes in between are added."""
        return Film(known=self.known, laid=self.laid, registration=self.registration)

    def patches(self, heads: Sequence[Box], lasting: Sequence[bool]) -> list[Patch | None]:
        """The patch of each head; only ``lasting`` neighbours divide it, nobody takes anything in passing."""
        shape = next((step.mask.shape for step in self.changes if step is not None), None)
        if shape is None:
            return [None] * len(heads)
        return [Patch.of(head, _neighbours(index, heads, lasting), shape) for index, head in enumerate(heads)]

    def activity(self, patches: Sequence[Patch | None]) -> Reading:
        """Per patch and keyframe the share that changed by its own movement since the keyframe before, or nan."""
        found = np.full((len(patches), len(self.times)), np.nan)
        shape = next((step.mask.shape for step in self.changes if step is not None), None)
        for index, step in enumerate(self.changes):
            if step is not None and not step.jump and step.mask.shape == shape:
                before, after = self.laid[self.times[index - 1]], self.laid[self.times[index]]
                found[:, index] = [
                    np.nan if patch is None else patch.lives(step.mask, before, after) for patch in patches
                ]
        return found

    def stir(self) -> float | None:
        """The share of the picture that changes in half of the steps; nothing where no two pictures were compared."""
        shares = [step.share for step in self.changes if step is not None and not step.jump]
        return round(float(np.median(shares)), 5) if shares else None

    def nearest(self, at: datetime) -> int:
        """The index of the keyframe nearest in time."""
        after = bisect_right(self.times, at)
        near = [index for index in (after - 1, after) if 0 <= index < len(self.times)]
        return min(near, key=lambda index: abs(self.times[index] - at))


def _neighbours(index: int, heads: Sequence[Box], lasting: Sequence[bool]) -> list[Box]:
    own = heads[index]
    return [
        other
        for number, other in enumerate(heads)
        if number != index
        and lasting[number]
        and abs(other.x - own.x) < _NEIGHBOUR * (other.w + own.w)
        and abs(other.y - own.y) < _NEIGHBOUR * (other.h + own.h)
    ]
