from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from facts.sight import Box
from vision.life import Change, Patches, Reading, change
from vision.ports import Picture

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
    changes: list[Change | None] = field(default_factory=list)

    def add(self, at: datetime, frame: Picture) -> None:
        """Appends a live keyframe later than all before it."""
        near = bool(self.times) and at - self.times[-1] <= _FARTHEST and self.frames[-1].shape == frame.shape
        self.changes.append(change(self.frames[-1], frame) if near else None)
        self.times.append(at)
        self.frames.append(frame)

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
            first = index
            while first > 0 and at - self.times[first - 1] < _MINUTE:
                first -= 1
            minute = activity[:, first : index + 1]
            enough = np.count_nonzero(~np.isnan(minute), axis=1) >= _LEAST_PAIRS
            if enough.any():
                found[enough, index] = np.nanmedian(minute[enough], axis=1)
        return found

    def nearest(self, at: datetime) -> int:
        """The index of the keyframe nearest in time."""
        return min(range(len(self.times)), key=lambda index: abs(self.times[index] - at))
