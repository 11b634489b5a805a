from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.motion import MotionRecord, Repeat
from facts.screen_clock import ScreenClock
from facts.span import Span
from facts.splice import Splice
from facts.surface import Surface


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle in a picture, in fractions of its width and height."""

    x: float
    y: float
    w: float
    h: float


class SenseKind(StrEnum):
    """What found somebody in a frame: a face from the front, a head from any side, a body whose head is hidden, a reviewer."""

    FACE = "face"
    HEAD = "head"
    PERSON = "person"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One head in one sampled frame (所见), and which senses found it; none named means a face."""

    camera_id: str
    at: datetime
    box: Box
    confidence: float
    senses: tuple[SenseKind, ...] = ()


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
class LookCount:
    """One look at the room (一刻): how many people were found in the frame and count, and how many were carried.

    ``carried`` are people who were not found in this frame but at the same place within a minute before and after it,
    with movement of their own between. ``apart`` are people found who do not count: whoever passes by, a teacher.
    ``held`` are people whom a reviewer marked on frames before and after, alive at their places in between.
    """

    at: datetime
    seen: int
    carried: int = 0
    apart: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class CodeReading:
    """One time code (亮码) read in one frame: what it carries, and where in the picture and in the file it stood.

    ``at`` is the recording's own time. ``key`` is the fingerprint of the key that signed it, empty where the signature
    is that of no known key; ``hour_id`` the class hour of this class that it names, empty where it names none of them.
    """

    at: datetime
    payload: str
    box: Box
    path: str = ""
    at_s: float = 0.0
    key: str = ""
    hour_id: str = ""
    other_room: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What was seen of one stretch of one camera: people at each look, seats, frames, how well heads are found here.

    ``recall`` is the share of looks at people who count in which they were found. ``head_px`` is the height of the
    usual head in the recording's own pixels, ``stir`` the share of the picture that usually changes in ten seconds. ``fault`` is what kept the stretch from being looked at; ``crowded`` are
    frames with more boxes than can be believed. ``codes`` are the time codes read in it. ``motion`` is what moved where, by
    which footage is known again, ``screen_clocks`` what the picture's own clock said, ``backdrop`` where the room's edges lie,
    ``repeat`` where its pictures come back exactly, ``splices`` where it jumps, ``surface`` what the whole picture does.
    Reports of earlier versions have seats and no moments.
    """

    camera_id: str
    span: Span
    seats: tuple[Seat, ...] = ()
    frames: tuple[SampledFrame, ...] = ()
    recall: float | None = None
    moving_camera: bool = False
    moments: tuple[LookCount, ...] = ()
    head_px: float | None = None
    stir: float | None = None
    fault: str = ""
    crowded: int = 0
    codes: tuple[CodeReading, ...] = ()
    motion: MotionRecord | None = None
    screen_clocks: tuple[ScreenClock, ...] = ()
    backdrop: str = ""
    repeat: Repeat | None = None
    splices: tuple[Splice, ...] = ()
    surface: Surface | None = None
