"""Points of different coordinate reference systems made comparable; floats are enough for distances between phones.

China's maps shift WGS-84 by a smooth, published distortion of 100 to 700 m (GCJ-02); Baidu shifts that once more
(BD-09). Distances between points of different systems mean nothing until both are converted.
"""

from dataclasses import dataclass
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt

from facts.check_in import Datum, Place

_AXIS_M = 6_378_245.0  # Krasovsky 1940, on which GCJ-02's distortion is defined
_ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
_EARTH_RADIUS_M = 6_371_008.8
_BAIDU_TURN = pi * 3000 / 180
_BAIDU_AWAY = (0.0065, 0.006)
_ROUNDS = 3  # the distortion is so smooth that each round wins four digits


@dataclass(frozen=True, slots=True)
class Point:
    """A point in WGS-84, in degrees."""

    latitude: float
    longitude: float

    def distance_m(self, other: "Point") -> float:
        """Along the surface, good to half a per cent."""
        north, east = radians(other.latitude - self.latitude), radians(other.longitude - self.longitude)
        both = cos(radians(self.latitude)) * cos(radians(other.latitude))
        return 2 * _EARTH_RADIUS_M * asin(sqrt(sin(north / 2) ** 2 + both * sin(east / 2) ** 2))


def wgs84(place: Place) -> Point | None:
    """The place in WGS-84; nothing where it has no coordinates or nobody said in which system they are."""
    if place.coordinates is None or place.datum is Datum.UNKNOWN:
        return None
    try:
        latitude, longitude = map(float, place.coordinates)
    except ValueError:
        return None
    return to_wgs84(latitude, longitude, place.datum)


def to_wgs84(latitude: float, longitude: float, datum: Datum) -> Point:
    """The point of that system in WGS-84."""
    if datum is Datum.BD09:
        latitude, longitude = _gcj02_of_bd09(latitude, longitude)
    if datum is Datum.WGS84 or not in_china(latitude, longitude):
        return Point(latitude, longitude)
    north, east = latitude, longitude
    for _ in range(_ROUNDS):
        shift = distortion(north, east)
        north, east = latitude - shift[0], longitude - shift[1]
    return Point(north, east)


def in_china(latitude: float, longitude: float) -> bool:
    """Whether the distortion applies there."""
    return 0.8293 < latitude < 55.8271 and 72.004 < longitude < 137.8347  # noqa: PLR2004 - the published bounds


def _gcj02_of_bd09(latitude: float, longitude: float) -> tuple[float, float]:
    north, east = latitude - _BAIDU_AWAY[1], longitude - _BAIDU_AWAY[0]
    away = hypot(north, east) - 0.00002 * sin(north * _BAIDU_TURN)
    angle = atan2(north, east) - 0.000003 * cos(east * _BAIDU_TURN)
    return away * sin(angle), away * cos(angle)


def distortion(latitude: float, longitude: float) -> tuple[float, float]:
    """The published shift in degrees north and east."""
    x, y = longitude - 105.0, latitude - 35.0
    wave = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (wave + 20 * sin(pi * y) + 40 * sin(pi * y / 3) + 160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (wave + 20 * sin(pi * x) + 40 * sin(pi * x / 3) + 150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3
    turn = radians(latitude)
    flat = 1 - _ECCENTRICITY_SQUARED * sin(turn) ** 2
    metres_north = _AXIS_M * (1 - _ECCENTRICITY_SQUARED) / (flat * sqrt(flat)) * pi / 180
    metres_east = _AXIS_M / sqrt(flat) * cos(turn) * pi / 180
    return north / metres_north, east / metres_east
