"""Embeddings of one class compared: with its people's photographs, from day to day, and with hours taught at once.

Open set: whoever fits nobody is nobody, and between the model's two distances nothing is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise
from math import dist

from facts.recognition import FaceAnswer, FaceLink, FaceLinkKind, FaceModel, Recognition, TraineeSeen
from facts.span import Span, local_day
from pipeline.recognition.ports import Embedding

LEAST_FACES = 2  # pictures of one seat; a single one may be a passer-by or a blur
MARGIN = 0.05  # by which the nearest trainee must be nearer than the next, and seats nearer where many are compared
LEAST_COMPARED = 5  # people in each of two hours, before their change says anything
CHANGED_SHARE = 0.5
NEIGHBOURS_SHARE = 0.93  # of the way to the nearest neighbour, who is somebody else: as far as that is another person


@dataclass(frozen=True, slots=True)
class SeatFaces:
    """The faces of one seat of one hour; none where all were too small, blurred or turned away.

    ``stretch`` tells stretches of one camera's hour apart, between which it did not record.
    """

    camera_id: str
    seat: str
    embeddings: tuple[Embedding, ...] = ()
    stretch: int = 0


@dataclass(frozen=True, slots=True)
class HourFaces:
    """The faces of one class hour; ``class_id`` where it is another class's."""

    hour_id: str
    span: Span
    seats: tuple[SeatFaces, ...] = ()
    class_id: int = 0
    class_code: str = ""


@dataclass(frozen=True, slots=True)
class _Face:
    place: SeatFaces
    middle: Embedding


def recognise(
    model: FaceModel,
    photographs: Mapping[str, Embedding],
    hours: Sequence[HourFaces],
    others: Sequence[HourFaces] = (),
) -> Recognition:
    """What the faces of the class's hours say; ``others`` are hours of other classes of its institution."""
    usable = {hour.hour_id: _usable(model, hour) for hour in hours}
    links = [link for hour in hours if (link := _two_seats(model, hour, usable[hour.hour_id]))]
    links += _changed(model, hours, usable)
    links += (link for hour in hours for link in _elsewhere(model, hour, usable[hour.hour_id], others))
    seats = sum(len(hour.seats) for hour in hours)
    seen = tuple(one for hour in hours for one in _of_hour(model, photographs, hour, usable[hour.hour_id]))
    small = seats - sum(map(len, usable.values()))
    return Recognition(model, seen, tuple(links), seats, small, len(photographs))


def _usable(model: FaceModel, hour: HourFaces) -> list[_Face]:
    """The seats with enough faces that are one person's."""
    found = []
    for place in hour.seats:
        alike = all(dist(one, two) <= model.same_below for one, two in combinations(place.embeddings, 2))
        if len(place.embeddings) >= LEAST_FACES and alike:
            count = len(place.embeddings)
            middle = tuple(sum(values) / count for values in zip(*place.embeddings, strict=True))
            found.append(_Face(place, middle))
    return found


def _of_hour(
    model: FaceModel, photographs: Mapping[str, Embedding], hour: HourFaces, faces: Sequence[_Face]
) -> Iterator[TraineeSeen]:
    """One to one: each seat is one trainee's at most, the nearest pairs first."""
    apart = {
        (key, index): dist(own, face.middle) for key, own in photographs.items() for index, face in enumerate(faces)
    }
    seen: dict[str, int] = {}
    for (key, index), far in sorted(apart.items(), key=lambda one: (one[1], one[0])):
        if far > model.same_below:
            break
        rivals = [apart[other, index] for other in photographs if other not in {key, *seen}]
        if key not in seen and index not in seen.values() and min(rivals, default=far + 1) - far >= MARGIN:
            seen[key] = index
    every = len(faces) == len(hour.seats) and bool(faces)
    for key in photographs:
        if key in seen:
            yield TraineeSeen(hour.hour_id, key, FaceAnswer.SEEN, _named(faces[seen[key]].place))
        else:
            nobody = every and all(apart[key, index] > model.other_above for index in range(len(faces)))
            yield TraineeSeen(hour.hour_id, key, FaceAnswer.NOT_SEEN if nobody else FaceAnswer.UNCLEAR)


def _two_seats(model: FaceModel, hour: HourFaces, faces: Sequence[_Face]) -> FaceLink | None:
    """Seats of one view whose faces are one person's; two cameras, or a later stretch, may well see her again."""
    pairs = [
        (_named(one.place), _named(two.place))
        for one, two in combinations(faces, 2)
        if _one_view(one.place, two.place) and dist(one.middle, two.middle) <= model.same_below - MARGIN
    ]
    if not pairs:
        return None
    seats = tuple(dict.fromkeys(name for pair in pairs for name in pair))
    return FaceLink(FaceLinkKind.TWO_SEATS, hour.hour_id, seats, len(seats), len(faces))


def _one_view(one: SeatFaces, two: SeatFaces) -> bool:
    return (one.camera_id, one.stretch) == (two.camera_id, two.stretch)


def _changed(model: FaceModel, hours: Sequence[HourFaces], usable: Mapping[str, Sequence[_Face]]) -> Iterator[FaceLink]:
    """Days on which most faces fit none of the day before, by the hour of each that showed most.

    How far apart two people are differs from class to class more than any network's distances tell; how far neighbours
    are, who are certainly two people, shows it. Whoever is nearer than that to somebody of the day before is the same.
    """
    ordered = sorted(hours, key=lambda hour: hour.span)
    days = [[*own] for _, own in groupby(ordered, key=lambda hour: local_day(hour.span.start))]
    for before, day in pairwise(days):
        first, now = (max(one, key=lambda hour: len(usable[hour.hour_id])) for one in (before, day))
        met = usable[now.hour_id]
        known = [face.middle for hour in before for face in usable[hour.hour_id]]
        if min(len(usable[first.hour_id]), len(met)) < LEAST_COMPARED:
            continue
        new = [face for face in met if _is_new(model, face, met, known)]
        if len(new) > CHANGED_SHARE * len(met):
            yield FaceLink(FaceLinkKind.CHANGED, now.hour_id, (), len(new), len(met), first.span, first.hour_id)


def _is_new(model: FaceModel, face: _Face, met: Sequence[_Face], known: Sequence[Embedding]) -> bool:
    """Whether nobody known is as near as the same person would be."""
    views = (other.middle for other in met if other is not face and _one_view(face.place, other.place))
    neighbours = [far for one in views if (far := dist(face.middle, one)) > model.same_below]
    far = min(dist(face.middle, one) for one in known)
    return far > model.same_below and far >= NEIGHBOURS_SHARE * min(neighbours, default=model.other_above)


def _elsewhere(
    model: FaceModel, hour: HourFaces, faces: Sequence[_Face], others: Sequence[HourFaces]
) -> Iterator[FaceLink]:
    """Hours of other classes at the same time in which one of these faces sits too."""
    for other in others:
        if not other.span.overlaps(hour.span):
            continue
        theirs = _usable(model, other)
        both = [
            face for face in faces if any(dist(face.middle, one.middle) <= model.same_below - MARGIN for one in theirs)
        ]
        if both:
            seats = tuple(_named(face.place) for face in both)
            told = other.span, other.hour_id, other.class_id, other.class_code
            yield FaceLink(FaceLinkKind.TWO_CLASSES, hour.hour_id, seats, len(both), len(faces), *told)


def _named(place: SeatFaces) -> str:
    return f"{place.camera_id} {place.seat}".strip()
