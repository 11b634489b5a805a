"""Heads that a person marked, carried by the activity map from frame to frame as a network's sightings are."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from facts.review import MARK_REACH, ReviewFrame
from facts.sighting import Box, LookCount, SampledFrame, SenseKind, View
from facts.span import Span
from vision.activity import Film
from vision.calibration import (
    CARRY,
    CARRY_REACH,
    LIVE_NEAR,
    LIVE_SHARE,
    NEAR,
    NEIGHBOUR_FOUND,
    SAME_HEAD,
    WELL_FOUND,
)
from vision.life import Reading
from vision.people import Human, apart
from vision.plan import times_at_step
from vision.ports import FrameSource
from vision.tracks import Look, Track, follow

_STEP_S = 10.0


def review_film(source: FrameSource, window: Span, around: Sequence[datetime] = ()) -> Film:
    """The small keyframes of the window and the moments that were looked at in it."""
    inside = [at for at in source.keyframe_times() if at in window]
    film = Film()
    for at, frame in source.luma(sorted({*times_at_step(inside, _STEP_S), *(at for at in around if at in window)})):
        film.add(at, frame)
    return film


def reviewed_view(view: View, frames: Sequence[ReviewFrame], window: Span, film: Film) -> View:
    """What the window shows when a person says who is there: the people she marked, for as long as each one lives.

    Nobody else counts. The looks between the marked frames are the machine's own.
    """
    marked = {frame.at: frame for frame in frames}
    found = {frame.at: _humans(frame) for frame in view.frames if frame.at in window}
    found |= {at: _marked(frame, found.get(at, ())) for at, frame in marked.items() if at in window}
    looks = [Look(at, found[at]) for at in sorted(found)]
    by_hand = [index for index, look in enumerate(looks) if look.at in marked]
    tracks = follow(looks)
    # Whoever was not marked counts for nothing, and still moves beside those who were.
    least = max(2.0, NEIGHBOUR_FOUND * len(looks))
    lasting = [len(track.found) >= least or any(_is_marked(track, index) for index in by_hand) for track in tracks]
    activity = film.activity([_places(track, looks) for track in tracks], lasting)
    bearer = _Bearer(film, looks, by_hand, tracks)
    there = [bearer.looks_of(track, activity[number]) for number, track in enumerate(tracks)]
    seen = [
        sum(index in track.found and index in own for track, own in zip(tracks, there, strict=True))
        for index in range(len(looks))
    ]
    held = [sum(index in own for own in there) - seen[index] for index in range(len(looks))]
    moments = tuple(
        LookCount(look.at, seen[index], 0, len(look.humans) - seen[index], held[index])
        for index, look in enumerate(looks)
    )
    return View(
        view.camera_id, window, (), _frames(view, marked, window), view.recall, view.moving_camera, moments,
        view.head_px, film.stir(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Bearer:
    """The looks of one window, which of them a person marked, and whom those marks bear over the looks between."""

    film: Film
    looks: Sequence[Look]
    by_hand: Sequence[int]
    tracks: Sequence[Track]

    def looks_of(self, track: Track, activity: Reading) -> frozenset[int]:
        """The looks at which a marked person is there: marked at it, or alive there between the marks around it."""
        well = self._well_found(track)
        return frozenset(
            index
            for index in range(len(self.looks))
            if self._vouched(track, index)
            and self._lives(activity, index)
            and (
                index in track.found
                or ((not well or self._bridged(track, index)) and not self._explained(track, index))
            )
        )

    def _vouched(self, track: Track, index: int) -> bool:
        """Whether the marked frames before and after hold the person; beyond the last of them, for a short while."""
        after = bisect_left(self.by_hand, index)
        around = [self.by_hand[number] for number in (after - 1, after) if 0 <= number < len(self.by_hand)]
        if index in self.by_hand:
            return _is_marked(track, index)
        if not around or not all(_is_marked(track, number) for number in around):
            return False
        near = min(abs(self.looks[number].at - self.looks[index].at) for number in around)
        return len(around) > 1 or near <= MARK_REACH

    def _lives(self, activity: Reading, index: int) -> bool:
        at, times = self.looks[index].at, self.film.times
        known = activity[bisect_left(times, at - NEAR) : bisect_right(times, at + NEAR)]
        known = known[~np.isnan(known)]
        if not known.size:  # all of it is hidden by others: her eyes are all there is, for a minute around each mark
            return any(abs(self.looks[number].at - at) <= NEAR for number in self.by_hand)
        return float(np.mean(known >= LIVE_SHARE)) >= LIVE_NEAR

    def _well_found(self, track: Track) -> bool:
        """Whether the networks find this head nearly always: where they do not for a while, it is not there."""
        machine = [index for index in range(len(self.looks)) if index not in self.by_hand]
        return bool(machine) and sum(index in track.found for index in machine) >= WELL_FOUND * len(machine)

    def _bridged(self, track: Track, index: int) -> bool:
        """Whether it was found within a minute before this look and a minute after."""
        at = self.looks[index].at
        near = [number for number in track.found if abs(self.looks[number].at - at) <= CARRY]
        return any(number < index for number in near) and any(number > index for number in near)

    def _explained(self, track: Track, index: int) -> bool:
        """Whether a stranger found near the place at this look may be the one missing there.

        One who was beside the marked head on the person's frames is somebody else.
        """
        strangers = [
            other.found[index]
            for other in self.tracks
            if other is not track and index in other.found and not self._beside_when_marked(track, other)
        ]
        return any(apart(human.box, track.box) < CARRY_REACH for human in strangers)

    def _beside_when_marked(self, track: Track, other: Track) -> bool:
        return any(number in other.found and number in track.found for number in self.by_hand)


def _places(track: Track, looks: Sequence[Look]) -> list[tuple[datetime, Box]]:
    return [(looks[index].at, human.box) for index, human in track.found.items()]


def _humans(frame: SampledFrame) -> tuple[Human, ...]:
    return tuple(Human(one.box, one.confidence, frozenset(one.senses or (SenseKind.FACE,))) for one in frame.sightings)


def _marked(frame: ReviewFrame, machine: Sequence[Human]) -> tuple[Human, ...]:
    """The marked heads, and the machine's that she took for nobody: these keep places of their own."""
    heads = [Human(box, 1.0, frozenset({SenseKind.REVIEWER})) for box in frame.heads]
    others = [human for human in machine if all(apart(human.box, head.box) >= SAME_HEAD for head in heads)]
    return (*heads, *others)


def _is_marked(track: Track, index: int) -> bool:
    return index in track.found and SenseKind.REVIEWER in track.found[index].senses


def _frames(view: View, marked: dict[datetime, ReviewFrame], window: Span) -> tuple[SampledFrame, ...]:
    kept = [frame for frame in view.frames if frame.at in window and frame.at not in marked]
    return tuple(kept)
