"""What moved where in a recording (动态特征), and footage that was seen before (重放)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.span import Span


@dataclass(frozen=True, slots=True)
class MotionRecord:
    """How much each of 16 × 9 cells of a small picture differed from the usual at each sample; no picture is in it.

    ``body`` is base64 of zlib of tenths of seconds after ``start`` and four bits a cell (``vision/motion.py``).
    """

    start: datetime
    samples: int
    body: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """Pictures of one stretch that come back exactly although people move between them: where, and where they were before.

    ``frames`` is how many pictures are those of earlier ones, ``share`` of all that were looked at.
    """

    span: Span
    there: Span
    frames: int
    share: float
    mirrored: bool = False


class ReplayKind(StrEnum):
    """Where the same movements were seen before; the values are kinds of doubts."""

    SAME_HOUR = "SEEN_SAME_HOUR"
    OTHER_HOUR = "SEEN_OTHER_HOUR"
    OTHER_DAY = "SEEN_OTHER_DAY"
    OTHER_ROOM = "SEEN_OTHER_ROOM"
    OTHER_CLASS = "SEEN_OTHER_CLASS"
    OTHER_INSTITUTION = "SEEN_OTHER_INSTITUTION"
    STILL = "STILL_PICTURE"
    LOOP = "SHORT_LOOP"


@dataclass(frozen=True, slots=True)
class OtherSide:
    """The minutes that were seen before; ``hour_id`` names an hour of the same class, ``class_id`` another class."""

    span: Span
    camera_id: str = ""
    room: str = ""
    hour_id: str = ""
    class_id: int = 0
    class_code: str = ""
    institution: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """Minutes of one hour whose movements are those of other minutes (重放): both sides, and how surely.

    ``strength`` is the correlation of the movements, ``cells`` how many of 144 agree by themselves, ``source`` a
    digest over the files of both sides: other files are another doubt. A still picture has itself for its other side.
    """

    kind: ReplayKind
    hour_id: str
    camera_id: str
    span: Span
    there: OtherSide
    strength: float
    cells: int
    speed: float = 1.0
    mirrored: bool = False
    source: str = ""
