from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.id_number import masked_id
from facts.names import masked_name
from facts.span import instant


class Datum(StrEnum):
    """Which coordinate reference system a point is in; mixing them errs by hundreds of metres."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phone said it was, in the words and digits that it gave."""

    address: str = ""
    latitude: str = ""
    longitude: str = ""
    datum: Datum = Datum.UNKNOWN
    accuracy_m: float | None = None

    @property
    def coordinates(self) -> tuple[str, str] | None:
        """Both digits as written, or nothing where one is missing."""
        return (self.latitude, self.longitude) if self.latitude and self.longitude else None


@dataclass(frozen=True, slots=True, repr=False)
class CheckIn:
    """One trainee's sign-in (打卡) by phone, or witnessed by a teacher; ``away_m`` stays when the place is masked.

    ``where`` is the row of the list that it was read from; ``away_m`` is the distance to the class's own place.
    """

    at: datetime
    name: str
    id_number: str = ""
    place: Place = Place()
    device: str = ""
    witness: str = ""
    note: str = ""
    where: str = ""
    away_m: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", instant(self.at))

    def __repr__(self) -> str:
        return (
            f"CheckIn({self.at.isoformat()}, {masked_name(self.name)!r}, {masked_id(self.id_number)!r}, {self.where!r})"
        )

    __str__ = __repr__
