"""What faces said of who was there (认人): for each trainee and hour, and which faces were met where they should not be.

No embedding and no picture is in these records: what a face was made into lives apart, for days, under a key.
"""

from dataclasses import dataclass
from enum import StrEnum

from facts.digest import Digest
from facts.span import Span
from facts.text import Text


class FaceAnswer(StrEnum):
    """What the faces of one hour say of one trainee; whoever is not seen may have sat with the back to the camera."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    UNCLEAR = "cannot_tell"


@dataclass(frozen=True, slots=True)
class FaceModel:
    """The network that compared faces, up to which distance two are one person's, and what is published of its errors.

    Between ``same_below`` and ``other_above`` nothing is said.
    """

    name: str
    digest: Digest
    same_below: float
    other_above: float
    error: Text


@dataclass(frozen=True, slots=True)
class TraineeSeen:
    """One trainee in one class hour; ``seat`` is where she was seen as herself."""

    hour_id: str
    trainee_key: str
    answer: FaceAnswer
    seat: str = ""


class FaceLinkKind(StrEnum):
    """Faces met where they should not be; the values are kinds of doubts."""

    TWO_SEATS = "FACE_TWO_SEATS"
    TWO_CLASSES = "FACE_TWO_CLASSES"
    CHANGED = "FACES_CHANGED"


@dataclass(frozen=True, slots=True)
class FaceLink:
    """One such meeting; of ``of`` faces that could be compared ``count`` are concerned.

    ``there`` is the other hour: of the same class, or of the class ``class_id`` in another room at the same time.
    """

    kind: FaceLinkKind
    hour_id: str
    seats: tuple[str, ...] = ()
    count: int = 0
    of: int = 0
    there: Span | None = None
    there_hour: str = ""
    class_id: int = 0
    class_code: str = ""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What comparing the faces of one class found; ``small`` are seats whose faces were too small or none."""

    model: FaceModel
    trainees: tuple[TraineeSeen, ...] = ()
    links: tuple[FaceLink, ...] = ()
    seats: int = 0
    small: int = 0
    photographs: int = 0
