import re
from dataclasses import dataclass
from enum import StrEnum

from facts.digest import Digest
from facts.encoding import Encoding
from facts.sighting import Box
from facts.span import Span

NO_LECTERN = "none"
_SIDES = 4
_SHARE = re.compile(r"[01](\.\d{1,6})?|\.\d{1,6}")


class ClockSource(StrEnum):
    """What says at which wall-clock time a file begins; recorded because no source is beyond doubt."""

    MANIFEST = "manifest"
    FILE_NAME = "file_name"
    SIDECAR = "sidecar"
    NVR_INDEX = "nvr_index"
    CONTAINER = "container"
    CREATION_TIME = "creation_time"
    SCREEN_CLOCK = "screen_clock"
    NONE = "none"


class Damage(StrEnum):
    """What is wrong with a recording file; each is named and counted, none is repaired silently."""

    EMPTY = "EMPTY"
    NOT_VIDEO = "NOT_VIDEO"
    NO_MOOV = "NO_MOOV"
    TRUNCATED = "TRUNCATED"
    UNDECODABLE = "UNDECODABLE"
    CUT = "CUT"
    NO_CLOCK = "NO_CLOCK"
    CLOCK_MISMATCH = "CLOCK_MISMATCH"
    UNREADABLE = "UNREADABLE"
    MOTION_ONLY = "MOTION_ONLY"
    OVERLAP = "OVERLAP"


@dataclass(frozen=True, slots=True)
class Wound:
    """One kind of damage in one file, how often it occurs, and a sentence that says what to do."""

    damage: Damage
    count: int
    detail_zh: str
    detail_en: str


@dataclass(frozen=True, slots=True)
class Camera:
    """One device (摄像机), the room it looks into, by how much its clock is to be corrected, and where teachers stand.

    ``lectern`` (讲台区) is left, top, width and height in shares of the picture: heads in it are not counted at theory;
    ``none`` says that no teacher's place is in the picture, nothing that nobody said.
    """

    id: str
    room: str = ""
    clock_offset_s: float = 0.0
    lectern: str = ""

    @property
    def zone(self) -> Box | None:
        """The lectern's place, where one is stated."""
        return lectern_zone(self.lectern)

    @property
    def teacher_unseen(self) -> bool:
        """Whether the institution says that no teacher's place is in the picture."""
        return self.lectern == NO_LECTERN


def lectern_zone(text: str) -> Box | None:
    """The four shares that a text spells, such as ``0.1 0.5 0.2 0.4``; nothing where they are no part of a picture."""
    parts = re.split(r"[\s,，]+", text.strip())
    if len(parts) != _SIDES or not all(_SHARE.fullmatch(part) for part in parts):
        return None
    x, y, w, h = map(float, parts)
    return Box(x, y, w, h) if w > 0 and h > 0 and x + w <= 1 and y + h <= 1 else None


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of one camera (片段): what it claims, what its timestamps show, and what is wrong with it.

    ``stretches`` are the parts of the wall clock in which its packets follow each other without a break; ``length_s``
    is how long it plays, whether or not anything says when. ``encodings`` are how it was encoded, one for each change.
    """

    path: str
    camera_id: str
    size_bytes: int
    clock_source: ClockSource
    stretches: tuple[Span, ...] = ()
    claimed: Span | None = None
    digest: Digest | None = None
    codec: str = ""
    width: int = 0
    height: int = 0
    wounds: tuple[Wound, ...] = ()
    length_s: float = 0.0
    encodings: tuple[Encoding, ...] = ()

    @property
    def span(self) -> Span | None:
        """From the first packet to the end of the last, where the file has a clock."""
        return Span(self.stretches[0].start, self.stretches[-1].end) if self.stretches else None


@dataclass(frozen=True, slots=True)
class Run:
    """Footage of one camera without a break longer than the tolerance (连续段), over one file or several."""

    camera_id: str
    span: Span
    paths: tuple[str, ...] = ()


class LapseKind(StrEnum):
    """Why a recorded stretch shows nothing that could prove a class."""

    FROZEN = "frozen"
    BLACK = "black"
    COVERED = "covered"
    BLURRED = "blurred"
    MOVED = "moved"
    UNDECODABLE = "undecodable"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A stretch of a camera's footage that is not live: it ends a live run (活的连续段)."""

    camera_id: str
    span: Span
    kind: LapseKind
