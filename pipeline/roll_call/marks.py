"""◆ beside a sign-in: what the class's settings make of it, for the teacher's eyes; a mark refuses nobody.

The same rules raise the doubts of the report (``attendance.doubts``, ``attendance.place_doubts``); here they are asked
of the sign-ins of a running class hour, in order of arrival.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from attendance.place_rule import assess_distance, away_m
from facts.check_in import Place
from facts.class_settings import ClassSettings
from facts.geodesy import Point, wgs84
from facts.text import Text

NOWHERE = Place()
FEWEST_FOR_MIDDLE = 5  # of fewer phones the middle might give somebody's own position away
_COARSE_FOR_MIDDLE_M = 100


@dataclass(frozen=True, slots=True)
class SignInRecord:
    """One sign-in as far as the rules look at it."""

    nonce: str
    hour_id: str
    trainee: str
    device: str = ""
    place: Place = NOWHERE
    witnessed: bool = False


class MarkKind(StrEnum):
    """Which rule a mark comes from."""

    OUTSIDE_PLACE = "outside_place"
    SHARED_PHONE = "shared_phone"
    SECOND_PHONE = "second_phone"


@dataclass(frozen=True, slots=True)
class Mark:
    """Why somebody should look at a sign-in, with the numbers."""

    kind: MarkKind
    text: Text


def marks(pressed: Sequence[SignInRecord], hour_id: str, settings: ClassSettings) -> Mapping[str, tuple[Mark, ...]]:
    """The marks of a class hour's sign-ins by their nonces; the class's other hours say whose phone is whose."""
    found: dict[str, tuple[Mark, ...]] = {}
    first: dict[str, str] = {}
    users: dict[str, list[str]] = {}
    for one in pressed:
        if one.witnessed:
            continue
        known = first.setdefault(one.trainee, one.device) if one.device else ""
        if one.hour_id == hour_id:
            place, shared = _place(one, settings), _shared(one, users, settings)
            own = [mark for mark in (place, shared, _second(one, known, settings)) if mark]
            found |= {one.nonce: tuple(own)} if own else {}
    return found


def _place(one: SignInRecord, settings: ClassSettings) -> Mark | None:
    if settings.place is None:
        return None
    found = assess_distance(away_m(one.place, settings.place), one.place.accuracy_m, settings.place)
    return Mark(MarkKind.OUTSIDE_PLACE, found.text) if found.outside else None


def _shared(one: SignInRecord, users: dict[str, list[str]], settings: ClassSettings) -> Mark | None:
    """Only whoever comes after the allowed number, for the phone is most likely the first one's own."""
    if not one.device:
        return None
    own = users.setdefault(one.device, [])
    if one.trainee not in own:
        own.append(one.trainee)
    place, allowed = own.index(one.trainee) + 1, settings.device.people_per_phone
    if place <= allowed:
        return None
    text = Text(
        f"本学时用同一部手机打卡的第 {place} 人（允许 {allowed} 人），可能是借用手机",
        f"number {place} to sign in by one phone in this hour (allowed {allowed}); perhaps a lent phone",
    )
    return Mark(MarkKind.SHARED_PHONE, text)


def _second(one: SignInRecord, known: str, settings: ClassSettings) -> Mark | None:
    if not settings.device.second_phone or not one.device or known == one.device:
        return None
    text = Text(
        "与本人首次打卡用的不是同一部手机，可能换了手机或浏览器",
        "another phone than at the first sign-in; perhaps a new phone or browser",
    )
    return Mark(MarkKind.SECOND_PHONE, text)


def middle(places: Iterable[Place]) -> tuple[Point, int] | None:
    """The median point of sure enough positions and how many there were, as a suggestion; nothing of too few."""
    points = [
        point
        for place in places
        if place.accuracy_m is not None and place.accuracy_m <= _COARSE_FOR_MIDDLE_M and (point := wgs84(place))
    ]
    if len(points) < FEWEST_FOR_MIDDLE:
        return None
    centre = Point(median(one.latitude for one in points), median(one.longitude for one in points))
    return centre, len(points)
