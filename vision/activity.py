from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from facts.sighting import Box
from vision.calibration import MOVED_AWAY
from vision.life import FrameChange, Patch, Reading, change_of, shift, smoothed
from vision.people import apart
from vision.ports import Picture, Tensor
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
    _smooth: dict[datetime, Picture] = field(default_factory=dict)

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
            # The later one of this step is the earlier one of the next; all others would only fill memory.
            self._smooth = {each: self._smoothed(each) for each in (before, at)}
            self.known[before, at] = change_of(self._smooth[before], self._smooth[at])
        return self.known[before, at]

    def _smoothed(self, at: datetime) -> Picture:
        return self._smooth[at] if at in self._smooth else smoothed(self.laid[at])

    def emptied(self) -> "Film":
        """An empty film that keeps what was worked out so far, for when keyframes in between are added."""
        return Film(known=self.known, laid=self.laid, registration=self.registration)

    def activity(self, heads: Sequence[Sequence[tuple[datetime, Box]]], lasting: Sequence[bool]) -> Reading:
        """Per head and keyframe the share of its patch that changed by its own movement since the one before, or nan.

        Each head is given by where it was found when; a step is measured at the place nearest in time, so that who
        moves the chair is not mistaken for what is seen where it stood. Only ``lasting`` neighbours divide a patch.
        """
        found = np.full((len(heads), len(self.times)), np.nan)
        shape = next((step.shape for step in self.changes if step is not None), None)
        if shape is None:
            return found
        usual = [_usual(places) for places in heads]
        for index, places in enumerate(heads):
            neighbours = _neighbours(index, usual, lasting)
            patches: dict[Box, _PatchFilm | None] = {}
            boxes = _places_at(places, usual[index], self.times)
            for number, (step, box) in enumerate(zip(self.changes, boxes, strict=True)):
                if step is None or step.jump or step.shape != shape:
                    continue
                if box not in patches:
                    patch = Patch.of(box, neighbours, shape)
                    patches[box] = _PatchFilm(patch, self) if patch else None
                if own := patches[box]:
                    found[index, number] = own.lives(step, number)
        return found

    def stir(self) -> float | None:
        """The share of the picture that changes in half of the steps; nothing where no two pictures were compared."""
        shares = [step.share for step in self.changes if step is not None and not step.jump]
        return round(float(np.median(shares)), 5) if shares else None


@dataclass(slots=True)
class _PatchFilm:
    """One patch through a film: the head of each picture is cut out once, for the steps before and after it."""

    patch: Patch
    film: Film
    _heads: dict[int, Tensor | None] = field(default_factory=dict)

    def lives(self, step: FrameChange, number: int) -> float:
        return self.patch.live_share(step, lambda: shift(self._head(number - 1), self._head(number)))

    def _head(self, number: int) -> Tensor | None:
        if number not in self._heads:
            self._heads[number] = self.patch.head_in(self.film.laid[self.film.times[number]])
        return self._heads[number]


def _usual(places: Sequence[tuple[datetime, Box]]) -> Box:
    rows = [[box.x, box.y, box.w, box.h] for _, box in places]
    return Box(*(float(value) for value in np.median(rows, axis=0)))


def _places_at(places: Sequence[tuple[datetime, Box]], usual: Box, times: Sequence[datetime]) -> Iterator[Box]:
    """Where the head was at each of these times: at its usual place unless the nearest look found it elsewhere."""
    stamps = [at for at, _ in places]
    shown = [box if apart(box, usual) > MOVED_AWAY else usual for _, box in places]
    for at in times:
        after = bisect_right(stamps, at)
        near = after and (after == len(stamps) or at - stamps[after - 1] <= stamps[after] - at)
        yield shown[after - 1 if near else after]


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
