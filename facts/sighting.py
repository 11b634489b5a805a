from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.span import Span


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle in a picture, in fractions of its width and height."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """One head in one sampled frame (所见)."""

    camera_id: str
    at: datetime
    box: Box
    confidence: float


class SeatKind(StrEnum):
    """What repeatedly being sighted at one place turned out to be."""

    PERSON = "person"
    PICTURE = "picture"
    BACK_ONLY = "back_only"
    WALKER = "walker"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place where somebody is repeatedly sighted (座位), and when it was occupied.

    ``seen`` are stretches with a head in the frames; ``bridged`` are stretches without one in which the patch
    was alive and still looked like its occupant.
    """

    id: str
    camera_id: str
    box: Box
    kind: SeatKind
    seen: tuple[Span, ...] = ()
    bridged: tuple[Span, ...] = ()
    sightings: int = 0
    activity: float = 0.0


@dataclass(frozen=True, slots=True)
class SampledFrame:
    """One decoded frame that a verdict rests on, with the heads found in it."""

    camera_id: str
    at: datetime
    path: str
    at_s: float
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """What was seen of one stretch of one camera: seats, frames, and how well this room lets heads be found.

    ``recall`` is the share of looks at an occupied seat in which its head was found, measured in this room. ``fault``
    is what kept the stretch from being looked at; ``crowded`` are frames with more boxes than can be believed.
    """

    camera_id: str
    span: Span
    seats: tuple[Seat, ...] = ()
    frames: tuple[SampledFrame, ...] = ()
    recall: float | None = None
    moving_camera: bool = False
    fault: str = ""
    crowded: int = 0
