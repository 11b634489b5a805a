"""What speaks for a person at one place of the picture: sightings, movement, and looks where the face is hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from facts.sighting import Box
from facts.span import Span, minus, total, union
from vision.activity import Film
from vision.appearance import Likeness, likeness, looks_of
from vision.clusters import Cluster, Look, cluster
from vision.life import Reading
from vision.ports import Tensor

MINUTE = timedelta(seconds=60)
INSTANT = timedelta(seconds=1)
# Portraits and jackets measure 0.000; the calmest sitter of the trials 0.03 while bowed.
_PULSE = 0.006
_BRIDGE_PULSE = 0.012
# Who moves a third as much as usual may be writing; an intruding elbow moves a tenth of it.
_BRIDGE_SHARE = 0.12
# Somebody who comes or goes changes nearly the whole patch, who sits there hardly ever does: one sitter in 66 samples
# changed more than this share twice, when bowing and when rising; the spot where a teacher halts, in a third of them.
_SWAP = 0.6
_AT_HOME = 0.8
_LEAST_WEIGHT = 0.1
# Samples in a row that may fail (somebody passes before the seat) without loosing a bridge from its face.
_GAP = timedelta(seconds=31)
_JOINED = timedelta(seconds=66)
# Stretches at most this far apart are one stay.
_SAME_STAY = timedelta(seconds=21)


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """Everything known about one place: its sightings, its activity, and when somebody was there.

    ``swaps`` is the share of samples in which the whole patch changed, as when somebody comes or goes.
    """

    place: Cluster
    vital: Reading
    likeness: Likeness | None
    seen: tuple[Span, ...]
    bridged: tuple[Span, ...]
    alive_share: float
    swaps: float = 0.0

    @property
    def stays(self) -> tuple[Span, ...]:
        """When somebody was here, face or not, without a break that a look or the activity map contradicts."""
        return union((*self.seen, *self.bridged), _SAME_STAY)

    @property
    def settled(self) -> timedelta:
        """How long somebody stayed in stretches of a minute and more; who only passes or pauses has none."""
        return total(stay for stay in self.stays if stay.length >= MINUTE)


def weigh(film: Film, looks: Sequence[Look], known: Sequence[Box] = ()) -> list[PlaceEvidence]:
    """The evidence for every place at which a head was ever found."""
    places = cluster(looks, known)
    most = max((len(place.found) for place in places), default=0)
    weights = [max(len(place.found) / most, _LEAST_WEIGHT) if most else 1.0 for place in places]
    activity = film.activity([place.box for place in places], weights)
    vital = film.vital(activity)
    light = film.light()
    return [_weigh(film, looks, place, (activity[index], vital[index]), light) for index, place in enumerate(places)]


def _weigh(
    film: Film, looks: Sequence[Look], place: Cluster, readings: tuple[Reading, Reading], light: Tensor
) -> PlaceEvidence:
    activity, vital = readings
    around = _around(film.times, vital)
    nearest = [film.nearest(look.at) for look in looks]
    alive = [index for index in sorted(place.found) if around[nearest[index]] >= _PULSE]
    share = len(alive) / len(place.found) if place.found else 0.0
    if not alive:
        return PlaceEvidence(place, vital, None, (), (), share)
    like = likeness(looks_of(film.frames, place.box), light, sorted({nearest[index] for index in alive}))
    usual = float(np.nanmedian([around[nearest[index]] for index in alive]))
    pulse = max(_BRIDGE_PULSE, _BRIDGE_SHARE * usual)
    held = (vital >= pulse) & like.holds()
    seen = _seen(looks, alive, [bool(held[index]) for index in nearest])
    bridged = _bridged(film.times, held, activity >= pulse / 2, seen)
    return PlaceEvidence(place, vital, like, seen, bridged, share, _swaps(activity, nearest, place))


def _swaps(activity: Reading, nearest: Sequence[int], place: Cluster) -> float:
    """How often the whole patch changes at a place where the head is often missed; nothing where it hardly ever is."""
    first, last = min(place.found), max(place.found)
    if len(place.found) >= _AT_HOME * (last - first + 1):
        return 0.0
    known = activity[nearest[first] : nearest[last] + 1]
    known = known[~np.isnan(known)]
    return float((known >= _SWAP).mean()) if known.size else 0.0


def _around(times: Sequence[datetime], vital: Reading) -> Reading:
    """The livelier of the minute before and the minute after: a face that comes or goes is alive in one of them."""
    after = np.searchsorted([at.timestamp() for at in times], [at.timestamp() + 50 for at in times])
    later = np.append(vital, np.nan)[np.minimum(after, len(vital))]
    return np.asarray(np.fmax(vital, later), np.float64)


def _seen(looks: Sequence[Look], found: Sequence[int], held: Sequence[bool]) -> tuple[Span, ...]:
    """Joins sightings about a minute apart, unless a look between them found neither the face nor its bridge."""
    spans = [Span(looks[index].at, looks[index].at + INSTANT) for index in found]
    for one, two in pairwise(found):
        near = looks[two].at - looks[one].at <= _JOINED
        if near and all(held[index] for index in range(one + 1, two)):
            spans.append(Span(looks[one].at, looks[two].at))
    return union(spans)


def _bridged(
    times: Sequence[datetime], held: NDArray[np.bool_], moving: NDArray[np.bool_], seen: Sequence[Span]
) -> tuple[Span, ...]:
    """Runs of keyframes that hold and hang together with a face that was seen; without the seen parts."""
    steps = [Span(times[i], times[i + 1]) for i in np.flatnonzero(held[:-1]).tolist()]
    runs = [_until_still(run, times, moving) for run in union(step for step in steps if step.length <= _GAP)]
    anchored: list[Span] = []
    for linked in union((*runs, *seen), _GAP):
        if any(linked.overlaps(face) for face in seen):
            anchored.extend(run for run in runs if linked.covers(run))
    return tuple(part for run in anchored for part in minus(run, seen))


def _until_still(run: Span, times: Sequence[datetime], moving: NDArray[np.bool_]) -> Span:
    """The run up to its last movement: the minute that the activity map looks back is not time spent in the seat."""
    last = max(
        (at for at, moves in zip(times, moving.tolist(), strict=True) if moves and run.start < at <= run.end),
        default=run.start,
    )
    return Span(run.start, last)
