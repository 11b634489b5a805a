"""Places become seats: what kind each is, when its occupant was seen, and when it was occupied without a face."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count, pairwise

import numpy as np
from numpy.typing import NDArray

from facts.sighting import Box, Seat, SeatKind
from facts.span import Span, minus, total, union
from vision.activity import Film
from vision.appearance import Likeness, likeness, looks_of
from vision.clusters import Cluster, Look, cluster
from vision.life import Reading
from vision.ports import Tensor

_MINUTE = timedelta(seconds=60)
_INSTANT = timedelta(seconds=1)
# Portraits and jackets measure 0.000; the calmest sitter of the trials 0.03 while bowed.
_PULSE = 0.006
_BRIDGE_PULSE = 0.012
# Who moves a third as much as usual may be writing; an intruding elbow moves a tenth of it.
_BRIDGE_SHARE = 0.12
_ALIVE_SHARE = 0.25
# Somebody who comes or goes changes nearly the whole patch, who sits there hardly ever does: one sitter in 66 samples
# changed more than this share twice, when bowing and when rising; the spot where a teacher halts, in a third of them.
_SWAP = 0.6
_THOROUGHFARE = 0.07
_AT_HOME = 0.8
_LEAST_SIGHTINGS = 3
_LEAST_WEIGHT = 0.1
_SETTLED = timedelta(seconds=150)
# One person is not in two places: seen walking in most looks at the empty seat and hardly ever beside the taken one.
_WALKED_EMPTY = 0.7
_WALKED_TAKEN = 0.15
_STRAYS = (None, SeatKind.WALKER)
# One teacher walks: one stray head a look. A class that walks shows more places than people, strays, and empty claims.
_STRAYS_PER_LOOK = 1.6
_SEATS_PER_HEAD = 1.15
_FOUND_SHARE = 0.6
# Samples in a row that may fail (somebody passes before the seat) without loosing a bridge from its face.
_GAP = timedelta(seconds=31)
_JOINED = timedelta(seconds=66)
_BREATH = timedelta(seconds=21)


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """Everything known about one place: its sightings, its activity, and when somebody was there."""

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
        return union((*self.seen, *self.bridged), _BREATH)

    @property
    def settled(self) -> timedelta:
        """How long somebody stayed in stretches of a minute and more; who only passes or pauses has none."""
        return total(stay for stay in self.stays if stay.length >= _MINUTE)


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
    spans = [Span(looks[index].at, looks[index].at + _INSTANT) for index in found]
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


def seats(camera_id: str, film: Film, looks: Sequence[Look], known: Sequence[Seat] = ()) -> tuple[Seat, ...]:
    """Every seat of the view; those known from earlier hours keep their names, new ones are named in reading order."""
    if not film.times:
        return ()
    weighed = weigh(film, looks, [seat.box for seat in known])
    kinds = without_halts(weighed, looks)
    if is_restless(weighed, kinds, looks):
        weighed = seen_once_a_minute(weighed, kinds, looks)
    else:
        kinds = without_thoroughfares(weighed, kinds)
    kept = [(known[index].id, index) for index in range(len(known)) if kinds[index] is not None]
    fresh = [index for index in range(len(known), len(weighed)) if kinds[index] is not None]
    fresh.sort(key=lambda index: (round(weighed[index].place.box.y, 1), weighed[index].place.box.x))
    names = (f"S{number:02d}" for number in count(1) if f"S{number:02d}" not in {seat.id for seat in known})
    kept += list(zip(names, fresh, strict=False))
    return tuple(
        seat_of(camera_id, name, weighed[index], kind) for name, index in kept if (kind := kinds[index]) is not None
    )


def is_restless(weighed: Sequence[PlaceEvidence], kinds: Sequence[SeatKind | None], looks: Sequence[Look]) -> bool:
    """Whether people walk about, so that a place that lives need not be its last occupant's."""
    people = [each for each, kind in zip(weighed, kinds, strict=True) if kind is SeatKind.PERSON]
    others = [each for each, kind in zip(weighed, kinds, strict=True) if kind in _STRAYS]
    if not people:
        return False
    at_once = [sum(index in each.place.found for each in weighed) for index in range(len(looks))]
    strays = [sum(index in each.place.found for each in others) for index in range(len(looks))]
    stays = [each.stays for each in people]
    claims = [sum(any(look.at in stay for stay in own) for own in stays) for look in looks]
    found = [sum(index in each.place.found for each in people) for index in range(len(looks))]
    return (
        len(people) > _SEATS_PER_HEAD * max(at_once) + 1
        or sum(strays) > _STRAYS_PER_LOOK * len(looks)
        or sum(found) < _FOUND_SHARE * sum(claims)
    )


def seen_once_a_minute(
    weighed: Sequence[PlaceEvidence], kinds: Sequence[SeatKind | None], looks: Sequence[Look]
) -> list[PlaceEvidence]:
    """What may be said where people walk about: one look a minute, and of the heads in it one may be the teacher's."""
    chosen: list[int] = []
    for index, look in enumerate(looks):
        if not chosen or look.at - looks[chosen[-1]].at > _MINUTE:
            chosen.append(index)
    seen: list[list[Span]] = [[] for _ in weighed]
    for index in chosen:
        there = [n for n, each in enumerate(weighed) if index in each.place.found and kinds[n] is SeatKind.PERSON]
        there.sort(key=lambda n: -len(weighed[n].place.found))
        for number in there[:-1]:
            seen[number].append(Span(looks[index].at, looks[index].at + _INSTANT))
    return [replace(each, seen=tuple(spans), bridged=()) for each, spans in zip(weighed, seen, strict=True)]


def without_halts(weighed: Sequence[PlaceEvidence], looks: Sequence[Look]) -> list[SeatKind | None]:
    """The kinds, with those seats made walkers that are empty just while somebody walks about: a teacher's halts."""
    kinds = [kind_of(evidence) for evidence in weighed]
    walked = {
        index
        for evidence, kind in zip(weighed, kinds, strict=True)
        if kind in _STRAYS
        for index in evidence.place.found
    }
    for number, evidence in enumerate(weighed):
        if kinds[number] is SeatKind.PERSON and _is_halt(evidence, looks, walked):
            kinds[number] = SeatKind.WALKER
    return kinds


def without_thoroughfares(weighed: Sequence[PlaceEvidence], kinds: Sequence[SeatKind | None]) -> list[SeatKind | None]:
    """The kinds, with those seats made walkers where somebody comes and goes again and again."""
    return [
        SeatKind.WALKER if kind is SeatKind.PERSON and evidence.swaps >= _THOROUGHFARE else kind
        for evidence, kind in zip(weighed, kinds, strict=True)
    ]


def _is_halt(evidence: PlaceEvidence, looks: Sequence[Look], walked: set[int]) -> bool:
    stays = evidence.stays
    taken = {index for index, look in enumerate(looks) if any(look.at in stay for stay in stays)}
    empty = set(range(len(looks))) - taken
    if min(len(taken), len(empty)) < _LEAST_SIGHTINGS:
        return False
    return len(empty & walked) >= _WALKED_EMPTY * len(empty) and len(taken & walked) <= _WALKED_TAKEN * len(taken)


def kind_of(evidence: PlaceEvidence) -> SeatKind | None:
    """What the place turned out to be; nothing where one stray sighting or two prove no place at all."""
    sightings = len(evidence.place.found)
    known = evidence.vital[~np.isnan(evidence.vital)]
    if known.size and evidence.alive_share < _ALIVE_SHARE:
        return SeatKind.PICTURE if sightings >= _LEAST_SIGHTINGS else None
    if sightings >= _LEAST_SIGHTINGS and evidence.settled >= _SETTLED:
        return SeatKind.PERSON
    return SeatKind.WALKER if sightings > 1 else None


def seat_of(camera_id: str, name: str, evidence: PlaceEvidence, kind: SeatKind) -> Seat:
    """The seat as a fact; only people occupy one."""
    person = kind is SeatKind.PERSON
    known = evidence.vital[~np.isnan(evidence.vital)]
    return Seat(
        id=name, camera_id=camera_id, box=evidence.place.box, kind=kind,
        seen=evidence.seen if person else (), bridged=evidence.bridged if person else (),
        sightings=len(evidence.place.found), activity=round(float(np.median(known)), 4) if known.size else 0.0,
    )  # fmt: skip
