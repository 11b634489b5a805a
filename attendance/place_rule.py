"""Whether a sign-in was made at the class's place: marked when surely outside, never for what a phone cannot know.

Indoors a phone is placed by base stations and routers, hundreds of metres off, and says by how much it may err. A
distance is outside only where even the whole of that error does not bring it back.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from facts.check_in import CheckIn, Place
from facts.class_settings import PlaceRule
from facts.geodesy import Point, to_wgs84, wgs84
from facts.text import Text


class Proximity(StrEnum):
    """Where a phone's position puts a sign-in: unsaid, too coarse to tell, inside, perhaps outside, surely outside."""

    UNSAID = "unsaid"
    COARSE = "coarse"
    INSIDE = "inside"
    UNSURE = "unsure"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class PlaceAssessment:
    """The proximity with its numbers: how far away, how accurate, how far is allowed."""

    proximity: Proximity
    away_m: int | None = None
    accuracy_m: int | None = None
    radius_m: int = 0

    @property
    def outside(self) -> bool:
        """Whether the sign-in is marked as a doubt."""
        return self.proximity is Proximity.OUTSIDE

    @property
    def figures(self) -> str:
        """The numbers beside a row of a list: distance, accuracy, and what is allowed."""
        sure = "?" if self.accuracy_m is None else self.accuracy_m
        return f"{self.away_m} m ±{sure} m > {self.radius_m} m"

    @property
    def text(self) -> Text:
        """The numbers in words."""
        sure = "未知" if self.accuracy_m is None else f"{self.accuracy_m} 米"
        sure_en = "unknown" if self.accuracy_m is None else f"{self.accuracy_m} m"
        return Text(
            f"距打卡地点 {self.away_m} 米（允许 {self.radius_m} 米，定位精度 {sure}）",
            f"{self.away_m} m from the class's place (allowed {self.radius_m} m, accuracy {sure_en})",
        )


def away_m(place: Place, rule: PlaceRule) -> int | None:
    """How far from the class's place in whole metres, both in WGS-84; nothing where the phone did not say."""
    try:
        point = wgs84(place)
        return round(point.distance_m(centre(rule))) if point else None
    except (OverflowError, ValueError):  # no phone gives such numbers, a stranger's package may
        return None


def centre(rule: PlaceRule) -> Point:
    """The class's place in WGS-84."""
    return to_wgs84(rule.latitude, rule.longitude, rule.datum)


def assess_check_in(checkin: CheckIn, rule: PlaceRule) -> PlaceAssessment:
    """The assessment of one sign-in; a masked one has lost its place and still carries its distance."""
    away = away_m(checkin.place, rule) if checkin.away_m is None else checkin.away_m
    return assess_distance(away, checkin.place.accuracy_m, rule)


def assess_distance(away: int | None, accuracy_m: float | None, rule: PlaceRule) -> PlaceAssessment:
    """The assessment of a distance; where no accuracy is given, the coarsest that the rule accepts is assumed."""
    if away is None:
        return PlaceAssessment(Proximity.UNSAID, radius_m=rule.radius_m)
    sure = round(accuracy_m) if accuracy_m is not None and isfinite(accuracy_m) else None
    if sure is not None and sure > rule.coarse_m:
        found = Proximity.COARSE
    elif away <= rule.radius_m:
        found = Proximity.INSIDE
    else:
        surely = away - (rule.coarse_m if sure is None else sure) > rule.radius_m
        found = Proximity.OUTSIDE if surely else Proximity.UNSURE
    return PlaceAssessment(found, away, sure, rule.radius_m)
