"""Tracks become seats, for people to read: where somebody sat and when, what is a picture, and who only passed."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count, pairwise

import numpy as np

from facts.sighting import Seat, SeatKind
from facts.span import Span, minus, union
from vision.calibration import LEAST_FOUND
from vision.moments import TrackEvidence
from vision.tracks import Look

INSTANT = timedelta(seconds=1)
# Looks further apart than this are not joined to one stay: nobody knows what was between them.
_JOINED = timedelta(seconds=125)


def seats(
    camera_id: str, looks: Sequence[Look], weighed: Sequence[TrackEvidence], known: Sequence[Seat] = ()
) -> tuple[Seat, ...]:
    """Every place of the view; those known from earlier hours keep their names, new ones are named in reading order."""
    kinds = [kind_of(each) for each in weighed]
    kept = [(known[index].id, index) for index in range(len(known)) if kinds[index] is not None]
    fresh = [index for index in range(len(known), len(weighed)) if kinds[index] is not None]
    fresh.sort(key=lambda index: (round(weighed[index].track.box.y, 1), weighed[index].track.box.x))
    names = (f"S{number:02d}" for number in count(1) if f"S{number:02d}" not in {seat.id for seat in known})
    kept += list(zip(names, fresh, strict=False))
    return tuple(
        _seat(camera_id, name, looks, weighed[index], kind)
        for name, index in kept
        if (kind := kinds[index]) is not None
    )


def kind_of(evidence: TrackEvidence) -> SeatKind | None:
    """What the place turned out to be; nothing where one stray sighting proves no place at all."""
    if evidence.counted:
        return SeatKind.PERSON
    sightings = len(evidence.track.found)
    if sightings >= LEAST_FOUND and evidence.still:
        return SeatKind.PICTURE
    return SeatKind.WALKER if sightings > 1 else None


def _seat(camera_id: str, name: str, looks: Sequence[Look], evidence: TrackEvidence, kind: SeatKind) -> Seat:
    known = evidence.activity[~np.isnan(evidence.activity)]
    seen, bridged = _stays(looks, evidence) if kind is SeatKind.PERSON else ((), ())
    return Seat(
        id=name, camera_id=camera_id, box=evidence.track.box, kind=kind, seen=seen, bridged=bridged,
        sightings=len(evidence.track.found), activity=round(float(np.median(known)), 4) if known.size else 0.0,
    )  # fmt: skip


def _stays(looks: Sequence[Look], evidence: TrackEvidence) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Stretches between looks that found the head, and stretches over looks that it was carried across."""
    there = sorted(evidence.counted | evidence.carried)
    spans = [Span(looks[index].at, looks[index].at + INSTANT) for index in there]
    for one, two in pairwise(there):
        if two == one + 1 and looks[two].at - looks[one].at <= _JOINED:
            spans.append(Span(looks[one].at, looks[two].at))
    whole = union(spans)
    bridged = _carried_over(looks, evidence)
    return tuple(part for span in whole for part in minus(span, bridged)), bridged


def _carried_over(looks: Sequence[Look], evidence: TrackEvidence) -> tuple[Span, ...]:
    counted = sorted(evidence.counted)
    spans: list[Span] = []
    for index in sorted(evidence.carried):
        before = max(number for number in counted if number < index)
        after = min(number for number in counted if number > index)
        spans.append(Span(looks[before].at + INSTANT, looks[after].at))
    return union(spans)
