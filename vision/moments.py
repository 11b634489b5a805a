"""How many people there were at each look: every human once, wherever they sit; a few carried from look to look."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from facts.sighting import Box, LookCount
from vision.activity import Film
from vision.calibration import (
    ALIKE,
    BESIDE,
    BESIDE_SHARE,
    BESIDE_SURER,
    CARRY,
    CARRY_LIVE,
    CARRY_REACH,
    FOUND_SHARE,
    LEAST_FOUND,
    LIVE_NEAR,
    LIVE_SHARE,
    LIVE_STEPS,
    NEAR,
    NEIGHBOUR_FOUND,
    SPREAD,
    STILL_STEPS,
    WALKER_NEAR,
    WALKER_SURE,
    WANDERS,
    WELL_FOUND,
)
from vision.life import Reading
from vision.people import apart
from vision.perspective import out_of_scale
from vision.tracks import Look, Track


@dataclass(frozen=True, slots=True)
class TrackEvidence:
    """What speaks for a track: its life at every small keyframe, and at which looks it was found, counts or is carried.

    ``still`` is a place that shows a head and hardly ever moves while it does: a picture.
    """

    track: Track
    activity: Reading
    counted: frozenset[int]
    carried: frozenset[int]
    still: bool = False


def weigh(film: Film, looks: Sequence[Look], tracks: Sequence[Track], *, walking: bool = False) -> list[TrackEvidence]:
    """The evidence for every track; who is found at a look and counts, and who is carried over it.

    Where people walk about, whoever moves at a look counts at that look, unless he hardly ever does, and nobody is
    carried over any.
    """
    least = max(2.0, NEIGHBOUR_FOUND * len(looks))
    lasting = [len(track.found) >= least for track in tracks]
    activity = film.activity([_places(track, looks) for track in tracks], lasting)
    judge = _Judge(film, looks, tracks)
    counted = [judge.counted(track, activity[index]) for index, track in enumerate(tracks)]
    if not walking:
        counted = _in_scale(tracks, counted)
    settled = [track for track, own in zip(tracks, counted, strict=True) if own]
    weighed: list[TrackEvidence] = []
    for track, own, lives in zip(tracks, counted, activity, strict=True):
        still = judge.still(track, lives)
        if walking:
            there, carried = own if still else own | judge.moving(track, lives), frozenset[int]()
        else:
            there, carried = own, judge.carried(track, lives, own, settled)
        weighed.append(TrackEvidence(track, lives, there, carried, still))
    return weighed


def moments(looks: Sequence[Look], weighed: Sequence[TrackEvidence]) -> tuple[LookCount, ...]:
    """One moment for each look; carrying never counts more than one single look near it shows at once."""
    seen = [sum(index in each.counted for each in weighed) for index in range(len(looks))]
    return tuple(
        LookCount(
            look.at,
            seen[index],
            min(sum(index in each.carried for each in weighed), _most_near(looks, seen, index) - seen[index]),
            sum(index in each.track.found and index not in each.counted for each in weighed),
        )
        for index, look in enumerate(looks)
    )


def _in_scale(tracks: Sequence[Track], counted: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Nobody counts whose head is of another size than those around: a face on a screen."""
    there = [index for index, own in enumerate(counted) if own]
    strange = {index for index, out in zip(there, out_of_scale([tracks[i].box for i in there]), strict=True) if out}
    return [frozenset() if index in strange else own for index, own in enumerate(counted)]


def _most_near(looks: Sequence[Look], seen: Sequence[int], index: int) -> int:
    at = looks[index].at
    return max(count for look, count in zip(looks, seen, strict=True) if abs(look.at - at) <= ALIKE)


@dataclass(slots=True)
class _Judge:
    """The looks and keyframes of one film, and which of them lie near each other."""

    film: Film
    looks: Sequence[Look]
    tracks: Sequence[Track]

    def counted(self, track: Track, activity: Reading) -> frozenset[int]:
        """The looks at which it was found, is found again and again around then, and lives."""
        share = self._asked(track)
        return frozenset(
            index
            for index in track.found
            if self._lasting(track, index, share) and self._lives(activity, self.looks[index].at)
        )

    def moving(self, track: Track, activity: Reading) -> frozenset[int]:
        """The looks at which a sure human moved just then, although not found there again and again."""
        return frozenset(
            index
            for index, human in track.found.items()
            if (human.votes > 1 or human.confidence >= WALKER_SURE or len(human.senses) > 1)
            and _live(activity[self._steps_within(self.looks[index].at, WALKER_NEAR)]) > 0
        )

    def still(self, track: Track, activity: Reading) -> bool:
        """Whether it hardly ever moved just when it was found; where nothing is known nobody says so."""
        steps: set[int] = set()
        for index in track.found:
            near = self._steps_within(self.looks[index].at, WALKER_NEAR)
            steps.update(range(near.start, near.stop))
        own = activity[sorted(steps)]
        return not np.isnan(own).all() and _live(own) < STILL_STEPS

    def _lasting(self, track: Track, index: int, share: float) -> bool:
        around = list(self._looks_within(self.looks[index].at, ALIKE))
        found = [number for number in around if number in track.found]
        if len(found) < max(share * len(around), min(LEAST_FOUND, len(around))):
            return False
        return all(sum(number in track.found for number in part) >= SPREAD * len(part) for part in _thirds(around))

    def _asked(self, track: Track) -> float:
        """In which share of looks it must be found to be somebody."""
        if _reach(track) > WANDERS:
            return WELL_FOUND
        return BESIDE_SHARE if self._beside(track) else FOUND_SHARE

    def _beside(self, track: Track) -> bool:
        """Whether a head that is found much more often lies so near that this may be a part of it."""
        surer = BESIDE_SURER * len(track.found)
        return any(
            len(other.found) >= surer and apart(other.box, track.box) < BESIDE
            for other in self.tracks
            if other is not track
        )

    def _lives(self, activity: Reading, at: datetime) -> bool:
        wide, close = self._steps_within(at, ALIKE), self._steps_within(at, NEAR)
        return _live(activity[wide]) >= LIVE_STEPS and _live(activity[close]) >= LIVE_NEAR

    def carried(
        self, track: Track, activity: Reading, counted: frozenset[int], settled: Sequence[Track]
    ) -> frozenset[int]:
        """The looks at which it was not found, but was within a minute before and after, alive between, unexplained."""
        own = sorted(counted)
        times = [self.looks[index].at for index in own]
        held: set[int] = set()
        for index in range(len(self.looks)):
            if index in track.found or not own:
                continue
            at = self.looks[index].at
            after = bisect_left(times, at)
            if after in (0, len(times)) or at - times[after - 1] > CARRY or times[after] - at > CARRY:
                continue
            first, last = bisect_right(self.film.times, times[after - 1]), bisect_right(self.film.times, times[after])
            if _live(activity[first:last]) >= CARRY_LIVE and not self._explained(track, index, settled):
                held.add(index)
        return frozenset(held)

    def _explained(self, track: Track, index: int, settled: Sequence[Track]) -> bool:
        """Whether somebody found at this look near the place may be the one who is missing there."""
        near = [human for human in self.looks[index].humans if apart(human.box, track.box) < CARRY_REACH]
        claimed = [other.found[index] for other in settled if other is not track and index in other.found]
        return any(all(human is not other for other in claimed) for human in near)

    def _looks_within(self, at: datetime, reach: timedelta) -> Iterator[int]:
        return (index for index, look in enumerate(self.looks) if abs(look.at - at) <= reach)

    def _steps_within(self, at: datetime, reach: timedelta) -> slice:
        return slice(bisect_left(self.film.times, at - reach), bisect_right(self.film.times, at + reach))


def _reach(track: Track) -> float:
    """How far from its usual place it is found in one look of ten, in head sizes."""
    away = [apart(human.box, track.box) for human in track.found.values()]
    return float(np.quantile(away, 0.9, method="lower")) if away else 0.0


def _places(track: Track, looks: Sequence[Look]) -> list[tuple[datetime, Box]]:
    """Where the track was found when; at its box where it is known from an earlier hour and was not found in this."""
    found = [(looks[index].at, human.box) for index, human in track.found.items()]
    return found or [(look.at, track.box) for look in looks[:1]]


def _thirds(looks: Sequence[int]) -> Iterator[Sequence[int]]:
    """The looks in three stretches one after another, as many in each as can be."""
    count = len(looks)
    bounds = [round(count * part / 3) for part in range(4)]
    return (looks[first:last] for first, last in pairwise(bounds) if first < last)


def _live(activity: NDArray[np.float64]) -> float:
    known = activity[~np.isnan(activity)]
    return float(np.mean(known >= LIVE_SHARE)) if known.size else 0.0
