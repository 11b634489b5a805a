"""Places become seats: which kind each of them is, and which of them belong to somebody who only walks by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import numpy as np

from facts.sighting import Seat, SeatKind
from facts.span import Span
from vision.activity import Film
from vision.clusters import Look
from vision.place_evidence import INSTANT, MINUTE, PlaceEvidence, weigh

_ALIVE_SHARE = 0.25
_THOROUGHFARE = 0.07
_LEAST_SIGHTINGS = 3
_SETTLED = timedelta(seconds=150)
# One person is not in two places: seen walking in most looks at the empty seat and hardly ever beside the taken one.
_WALKED_EMPTY = 0.7
_WALKED_TAKEN = 0.15
_STRAYS = (None, SeatKind.WALKER)
# One teacher walks: one stray head a look. A class that walks shows more places than people, strays, and empty claims.
_STRAYS_PER_LOOK = 1.6
_SEATS_PER_HEAD = 1.15
_FOUND_SHARE = 0.6


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
    """Whether people walk about, so that movement at a place need not be its last occupant's."""
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
        if not chosen or look.at - looks[chosen[-1]].at > MINUTE:
            chosen.append(index)
    seen: list[list[Span]] = [[] for _ in weighed]
    for index in chosen:
        there = [n for n, each in enumerate(weighed) if index in each.place.found and kinds[n] is SeatKind.PERSON]
        there.sort(key=lambda n: -len(weighed[n].place.found))
        for number in there[:-1]:
            seen[number].append(Span(looks[index].at, looks[index].at + INSTANT))
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
