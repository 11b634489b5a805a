"""Places become seats: what kind each is, when its occupant was seen, and when it was occupied without a face."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import numpy as np
from numpy.typing import NDArray

from facts.sight import Box, Seat, SeatKind
from facts.span import Span, total, union
from vision.appearance import light_of, likeness, looks_of
from vision.clusters import Cluster, Look, cluster
from vision.film import Film
from vision.life import Reading

_MINUTE = timedelta(seconds=60)
_INSTANT = timedelta(seconds=1)
# Portraits and jackets measure 0.000; the calmest sitter of the trials 0.03 while bowed.
_PULSE = 0.006
_BRIDGE_PULSE = 0.012
# Who moves a third as much as usual may be writing; an intruding elbow moves a tenth of it.
_BRIDGE_SHARE = 0.12
_ALIVE_SHARE = 0.25
_LEAST_SIGHTINGS = 3
_SETTLED = timedelta(seconds=150)
_SETTLED_SHARE = 0.5
# Samples in a row that may fail (somebody passes before the seat) without loosing a bridge from its face.
_GAP = timedelta(seconds=31)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything known about one place: its sightings, its activity, and whether it looks like its occupant."""

    place: Cluster
    vital: NDArray[np.float64]
    far: NDArray[np.float64]
    limit: float
    seen: tuple[Span, ...]
    bridged: tuple[Span, ...]
    alive_share: float

    @property
    def occupied(self) -> tuple[Span, ...]:
        """When somebody sat here, face or not; gaps shorter than a minute are no absence."""
        return union((*self.seen, *self.bridged), _MINUTE)


def weigh(film: Film, looks: Sequence[Look], known: Sequence[Box] = ()) -> list[Evidence]:
    """The evidence for every place at which a head was ever found."""
    places = cluster(looks, known)
    vital = film.vital(film.activity([place.box for place in places]))
    light = light_of(film.frames) if film.frames else np.empty((0, 2), np.float32)
    return [_weigh(film, looks, place, vital[index], light) for index, place in enumerate(places)]


def _weigh(film: Film, looks: Sequence[Look], place: Cluster, vital: Reading, light: NDArray[np.float32]) -> Evidence:
    times = [looks[index].at for index in sorted(place.found)]
    frames = [film.nearest(at) for at in times] if film.times else []
    around = _around(film.times, vital)
    alive = [at for at, frame in zip(times, frames, strict=True) if around[frame] >= _PULSE]
    share = len(alive) / len(times) if times else 0.0
    seen = _seen(alive)
    if not alive:
        nothing = np.full(len(film.times), np.inf)
        return Evidence(place, vital, nothing, 0.0, seen, (), share)
    like = likeness(looks_of(film.frames, place.box), light, sorted({film.nearest(at) for at in alive}))
    usual = float(np.nanmedian([around[film.nearest(at)] for at in alive]))
    held = (vital >= max(_BRIDGE_PULSE, _BRIDGE_SHARE * usual)) & like.holds()
    return Evidence(place, vital, like.far, like.limit, seen, _bridged(film.times, held, seen), share)


def _around(times: Sequence[datetime], vital: Reading) -> Reading:
    """The livelier of the minute before and the minute after: a face that comes or goes is alive in one of them."""
    after = np.searchsorted([at.timestamp() for at in times], [at.timestamp() + 50 for at in times])
    later = np.append(vital, np.nan)[np.minimum(after, len(vital))]
    return np.asarray(np.fmax(vital, later), np.float64)


def _seen(times: Sequence[datetime]) -> tuple[Span, ...]:
    return union((Span(at, at + _INSTANT) for at in times), _MINUTE)


def _bridged(times: Sequence[datetime], held: NDArray[np.bool_], seen: Sequence[Span]) -> tuple[Span, ...]:
    """Runs of keyframes that hold, where they hang together with a face that was seen; without the seen parts."""
    steps = [
        Span(times[i], times[i + 1] if i + 1 < len(times) else times[i] + _INSTANT)
        for i in np.flatnonzero(held).tolist()
    ]
    runs = [Span(run.start, min(run.end, times[-1] + _INSTANT)) for run in union(s for s in steps if s.length <= _GAP)]
    anchored: list[Span] = []
    for linked in union((*runs, *seen), _GAP):
        if any(linked.overlaps(face) for face in seen):
            anchored.extend(run for run in runs if linked.covers(run))
    return tuple(part for run in anchored for part in _without(run, seen))


def _without(run: Span, seen: Sequence[Span]) -> list[Span]:
    parts, start = [], run.start
    for face in seen:
        if face.overlaps(run):
            if face.start > start:
                parts.append(Span(start, face.start))
            start = max(start, face.end)
    return [*parts, Span(start, run.end)] if start < run.end else parts


def seats(camera_id: str, film: Film, looks: Sequence[Look], known: Sequence[Seat] = ()) -> tuple[Seat, ...]:
    """Every seat of the view; those known from earlier hours keep their names, new ones are named in reading order."""
    weighed = weigh(film, looks, [seat.box for seat in known])
    kinds = [kind_of(evidence) for evidence in weighed]
    kept = [(known[index].id, index) for index in range(len(known)) if kinds[index] is not None]
    fresh = [index for index in range(len(known), len(weighed)) if kinds[index] is not None]
    fresh.sort(key=lambda index: (round(weighed[index].place.box.y, 1), weighed[index].place.box.x))
    names = (f"S{number:02d}" for number in count(1) if f"S{number:02d}" not in {seat.id for seat in known})
    kept += list(zip(names, fresh, strict=False))
    return tuple(
        seat_of(camera_id, name, weighed[index], kind) for name, index in kept if (kind := kinds[index]) is not None
    )


def kind_of(evidence: Evidence) -> SeatKind | None:
    """What the place turned out to be; nothing where one stray sighting or two prove no place at all."""
    sightings = len(evidence.place.found)
    if evidence.alive_share < _ALIVE_SHARE:
        return SeatKind.PICTURE if sightings >= _LEAST_SIGHTINGS else None
    stays = evidence.occupied
    longest = max((stay.length for stay in stays), default=timedelta())
    if sightings >= _LEAST_SIGHTINGS and longest >= _SETTLED:
        return SeatKind.PERSON
    return SeatKind.WALKER if sightings > 1 else None


def seat_of(camera_id: str, name: str, evidence: Evidence, kind: SeatKind) -> Seat:
    """The seat as a fact; only people occupy one."""
    person = kind is SeatKind.PERSON
    known = evidence.vital[~np.isnan(evidence.vital)]
    return Seat(
        id=name, camera_id=camera_id, box=evidence.place.box, kind=kind,
        seen=evidence.seen if person else (), bridged=evidence.bridged if person else (),
        sightings=len(evidence.place.found), activity=round(float(np.median(known)), 4) if known.size else 0.0,
    )  # fmt: skip


def bridged_share(seat: Seat) -> float:
    """How much of the seat's time rests on life and looks instead of a face."""
    whole = total((*seat.seen, *seat.bridged))
    return total(seat.bridged) / whole if whole else 0.0
