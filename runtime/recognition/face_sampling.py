"""Faces of one stretch become embeddings, in a process that is confined like any that opens recordings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from facts.sighting import SeatKind, View
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from pipeline.recognition.face_match import SeatFaces
from pipeline.recognition.ports import Embedding, FaceEngine
from vision.face_crops import face_crops
from vision.face_engine import DlibEngine

OpenEngine = Callable[[], FaceEngine]


@lru_cache(maxsize=1)
def open_engine() -> FaceEngine:
    """The engine of this process, loaded once; refused where the extra is not installed."""
    return DlibEngine()


@dataclass(frozen=True, slots=True, repr=False)
class FaceTask:
    """Either one stretch with what was seen in it, or photographs by person."""

    opening: OpenEngine
    hour_id: str = ""
    footage: tuple[Footage, ...] = ()
    view: View | None = None
    stretch: int = 0
    photographs: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class FaceSample:
    """What one task gave."""

    seats: tuple[SeatFaces, ...] = ()
    photographs: dict[str, Embedding] = field(default_factory=dict)


def sample_faces(task: FaceTask) -> FaceSample:
    """The embeddings of every seat, or of the photographs in which a face was found."""
    engine = task.opening()
    if task.view is None:
        made = engine.embeddings([picture for _, picture in task.photographs])
        pairs = zip(task.photographs, made, strict=True)
        return FaceSample(photographs={key: one for (key, _), one in pairs if one is not None})
    with KeyframeReader(task.footage) as reader:
        crops = face_crops(reader, task.view)
    made_of = ((seat, _made(engine, [one.png for one in own])) for seat, own in crops.items())
    return FaceSample(tuple(SeatFaces(task.view.camera_id, seat, made, task.stretch) for seat, made in made_of))


def no_faces(task: FaceTask) -> FaceSample:
    """Nothing is said where the decoder brought its process down: every seat shows nothing."""
    if task.view is None:
        return FaceSample()
    seats = (seat.id for seat in task.view.seats if seat.kind is SeatKind.PERSON)
    return FaceSample(tuple(SeatFaces(task.view.camera_id, seat, stretch=task.stretch) for seat in seats))


def _made(engine: FaceEngine, crops: Sequence[bytes]) -> tuple[Embedding, ...]:
    return tuple(one for one in engine.embeddings(crops) if one is not None)
