"""The faces of one class of the service compared, and what is to be kept of them; nothing at all without permission."""

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from facts.course import ClassHour, Trainee
from facts.errors import SetupError
from facts.recognition import FaceModel, Recognition
from facts.span import Span
from pipeline.recognition.face_match import HourFaces, SeatFaces, recognise
from pipeline.recognition.ports import Embedding
from pipeline.verification.ports import LookJob, LookResult
from runtime.platform.child_limits import LOOK, Reach
from runtime.platform.process_pool import ProcessPool
from runtime.platform.worker_start import confined_start
from runtime.recognition.certificate import DeletionReason, FaceSelection, delete_certified
from runtime.recognition.face_sampling import FaceSample, FaceTask, OpenEngine, no_faces, sample_faces
from runtime.recognition.permission import live_consents, may_compare
from runtime.verification.class_folder import ClassFolder
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.recognition.consents import recognition_setting
from storage.database.recognition.faces import KeptFaces, faces_beside, keep_faces, photographs
from storage.database.roll_call.rolls import person_key
from storage.database.tables.recognition import EMBEDDINGS
from storage.evidence_log.ledger import EvidenceLog
from vision.face_card import face_weights, faces_missing

_LOG = logging.getLogger("xueshi.work")
_OF_THE_MACHINE = (Path("/proc"), Path("/sys/devices/system"))


def permitted(connection: Connection, class_id: int, trainees: Sequence[Trainee]) -> bool:
    """Whether faces of these people may be compared, by the records as they stand now."""
    setting, given = recognition_setting(connection, class_id), live_consents(connection, class_id)
    return may_compare(setting, given, [person_key(class_id, one) for one in trainees])


@dataclass(slots=True)
class ServiceFaces:
    """Implements the pipeline's ``Recogniser`` for one class; ``kept`` is then what others are compared with."""

    engine: Engine
    owner: ClassRow
    folder: ClassFolder
    opening: OpenEngine
    workers: int = 1
    apart: bool = True
    kept: list[HourFaces] = field(default_factory=list)
    model: FaceModel | None = None

    def recognised(self, looked: Sequence[tuple[LookJob, LookResult]]) -> Recognition | None:
        """See ``Recogniser``."""
        with reading(self.engine, "asking whether faces may be compared") as connection:
            if not permitted(connection, self.owner.id, self.folder.inputs.trainees):
                return None
            pictures = photographs(connection, self.owner.id)
        try:
            self.model = self.opening().model
        except SetupError as error:
            _LOG.warning("class %s: faces are not compared: %s", self.owner.id, error)
            return None
        seats, known = self._sampled(looked, pictures)
        hours = self.folder.inputs.hours
        every = [HourFaces(hour.id, hour.span, tuple(sorted(seats.get(hour.id, ()), key=_place))) for hour in hours]
        self.kept = [one for one in every if one.seats]
        return recognise(self.model, known, every, self._others(hours))

    def _sampled(
        self, looked: Sequence[tuple[LookJob, LookResult]], pictures: Mapping[str, bytes]
    ) -> tuple[dict[str, list[SeatFaces]], dict[str, Embedding]]:
        own = {person_key(self.owner.id, one): one.key for one in self.folder.inputs.trainees}
        shown = tuple((own[key], picture) for key, picture in pictures.items() if key in own)
        still = [one for one in looked if not one[1].view.moving_camera]
        tasks = [self._task(number, *one) for number, one in enumerate(still)]
        every = [*tasks, FaceTask(self.opening, photographs=shown)]
        crew: ProcessPool[FaceTask, FaceSample] = ProcessPool(
            sample_faces,
            no_faces,
            self.workers,
            apart=self.apart,
            begin=confined_start(LOOK, self._reach()) if self.apart else None,
        )
        seats: dict[str, list[SeatFaces]] = {task.hour_id: [] for task in tasks}
        known: dict[str, Embedding] = {}
        for task, found in crew.run(every):
            known |= found.photographs
            if task.hour_id:
                seats[task.hour_id] += found.seats
        return seats, known

    def _task(self, number: int, job: LookJob, result: LookResult) -> FaceTask:
        files = tuple(self.folder.footage[path] for path in job.paths)
        return FaceTask(self.opening, job.hour_id, files, result.view, number)

    def _reach(self) -> Reach:
        recordings = [Path(os.path.realpath(one.path)) for one in self.folder.footage.values()]
        weights = [] if faces_missing() else [path.parent for path in face_weights()]
        ranges = self.folder.stored.door(one.path for one in self.folder.footage.values())
        return Reach((*recordings, *weights, *_OF_THE_MACHINE), ranges=ranges)

    def _others(self, hours: Sequence[ClassHour]) -> list[HourFaces]:
        """What is kept of other classes of the institution that were taught at the same times."""
        if not hours or self.model is None:
            return []
        whole = Span(min(hour.span.start for hour in hours), max(hour.span.end for hour in hours))
        with reading(self.engine, "looking for classes taught at once") as connection:
            found = faces_beside(connection, self.owner.id, self.owner.institution_id, whole, self.model.digest.sha256)
        return [_hour_of(one) for one in found]

    def forbidden_since(self, connection: Connection) -> bool:
        """Whether faces were compared and somebody withdrew, or switched it off, meanwhile."""
        return self.model is not None and not permitted(connection, self.owner.id, self.folder.inputs.trainees)

    def keep(self, connection: Connection, home: Path, at: datetime) -> None:
        """What was seen in place of what lay there."""
        mine = FaceSelection(
            self.owner.id, self.owner.code, DeletionReason.REPLACED, (EMBEDDINGS.c.class_id == self.owner.id,)
        )
        if not self.kept or self.model is None:
            return
        delete_certified(connection, EvidenceLog(self.engine), home, mine, at)
        keep_faces(connection, [self._kept(one) for one in self.kept], self.model.digest.sha256, at)

    def _kept(self, one: HourFaces) -> KeptFaces:
        seats = tuple((own.camera_id, own.seat, own.embeddings) for own in one.seats)
        return KeptFaces(self.owner.id, self.owner.code, one.hour_id, one.span, seats)


def _place(one: SeatFaces) -> tuple[str, int, str]:
    """Processes end in any order; what is said of their seats must not."""
    return one.camera_id, one.stretch, one.seat


def _hour_of(one: KeptFaces) -> HourFaces:
    seats = tuple(SeatFaces(camera, seat, found) for camera, seat, found in one.seats)
    return HourFaces(one.hour_id, one.span, seats, one.class_id, one.class_code)
