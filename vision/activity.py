from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from facts.sighting import Box
from vision.appearance import light_of
from vision.life import FrameChange, Patches, Reading, change
from vision.ports import Picture, Tensor

_MINUTE = timedelta(seconds=60)
# Samples further apart than this are not compared: there lies a hole or a lapse between them.
_FARTHEST = timedelta(seconds=31)
# A median of fewer changes would let one passer-by speak for the occupant.
_LEAST_PAIRS = 2


@dataclass(slots=True)
class Film:
    """The small grey keyframes of one stretch in order of time, and what changed from each to the next."""

    times: list[datetime] = field(default_factory=list)
    frames: list[Picture] = field(default_factory=list)
    changes: list[FrameChange | None] = field(default_factory=list)
    known: dict[tuple[datetime, datetime], FrameChange] = field(default_factory=dict)
    lights: dict[datetime, tuple[float, float]] = field(default_factory=dict)

    def add(self, at: datetime, frame: Picture) -> None:
        """Appends a live keyframe later than all before it."""
        near = bool(self.times) and at - self.times[-1] <= _FARTHEST and self.frames[-1].shape == frame.shape
        self.changes.append(self._change(at, frame) if near else None)
        self.times.append(at)
        self.frames.append(frame)

    def _change(self, at: datetime, frame: Picture) -> FrameChange:
        pair = self.times[-1], at
        if pair not in self.known:
            self.known[pair] = change(self.frames[-1], frame)
        return self.known[pair]

    def again(self) -> "Film":
        """An empty film that remembers what this one compared, for when keyframes in between were added."""
        return Film(known=self.known, lights=self.lights)

    def light(self) -> Tensor:
        """Middle and spread of the light of every keyframe."""
        for at, frame in zip(self.times, self.frames, strict=True):
            if at not in self.lights:
                self.lights[at] = light_of(frame)
        return np.asarray([self.lights[at] for at in self.times], np.float32)

    def activity(self, heads: Sequence[Box], weights: Sequence[float] = ()) -> Reading:
        """Per head and keyframe the share of its patch that changed since the keyframe before; nan where unknown."""
        found = np.full((len(heads), len(self.times)), np.nan)
        if not heads or not self.frames:
            return found
        patches = Patches.of(heads, self.frames[0].shape, weights)
        for index, step in enumerate(self.changes):
            if step is not None and not step.jump and step.mask.shape == patches.owner.shape:
                found[:, index] = patches.shares(step.mask)
        return found

    def vital(self, activity: Reading) -> Reading:
        """Per head and keyframe the median activity of the minute that ends there; nan where too little is known."""
        found = np.full(activity.shape, np.nan)
        for index, at in enumerate(self.times):
            first = bisect_right(self.times, at - _MINUTE)
            minute = np.sort(activity[:, first : index + 1], axis=1)
            known = np.count_nonzero(~np.isnan(minute), axis=1)
            rows = np.flatnonzero(known >= _LEAST_PAIRS)
            found[rows, index] = (minute[rows, (known[rows] - 1) // 2] + minute[rows, known[rows] // 2]) / 2
        return found

    def nearest(self, at: datetime) -> int:
        """The index of the keyframe nearest in time."""
        after = bisect_right(self.times, at)
        near = [index for index in (after - 1, after) if 0 <= index < len(self.times)]
        return min(near, key=lambda index: abs(self.times[index] - at))
