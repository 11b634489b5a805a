"""Faces are kept until their class is over and sealed, and thirty days at most; then they go with a certificate."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select

from facts.errors import MissingKeyError
from pipeline.retention.deadlines import FACE_LIFE
from runtime.platform.settings import Settings
from runtime.recognition.certificate import DeletionReason, FaceSelection, delete_certified
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading, writing
from storage.database.recognition.faces import classes_with_faces
from storage.database.tables.classes import CLASSES
from storage.database.tables.recognition import EMBEDDINGS, PHOTOGRAPHS
from storage.database.tables.sealing import PACKAGES
from storage.database.tables.verification import VERDICTS
from storage.evidence_log.ledger import EvidenceLog

_LOG = logging.getLogger("xueshi.work")


@dataclass(frozen=True, slots=True)
class _Due:
    owner: ClassRow
    why: DeletionReason


def expire_faces(engine: Engine, settings: Settings, at: datetime) -> int:
    """Deletes what has been kept long enough; of how many classes."""
    with reading(engine, "looking for faces") as connection:
        due = [
            one
            for number, oldest in classes_with_faces(connection).items()
            if (one := _due(connection, number, oldest, at))
        ]
    gone = 0
    for one in due:
        try:
            with writing(engine, "deleting faces") as connection:
                gone += bool(delete_certified(connection, EvidenceLog(engine), settings.home, _chosen(one, at), at))
        except MissingKeyError:
            _LOG.error("faces of class %s are due and cannot be certified: xueshi keys init", one.owner.id)
    return gone


def _due(connection: Connection, number: int, oldest: datetime, at: datetime) -> _Due | None:
    owner = classes(connection, CLASSES.c.id == number)[0]
    if _sealed(connection, owner, at):
        return _Due(owner, DeletionReason.SEALED)
    return _Due(owner, DeletionReason.EXPIRED) if at - oldest >= FACE_LIFE else None


def _chosen(due: _Due, at: datetime) -> FaceSelection:
    if due.why is DeletionReason.SEALED:
        return FaceSelection.whole(due.owner.id, due.owner.code, due.why)
    since, number = at - FACE_LIFE, due.owner.id
    faces = EMBEDDINGS.c.class_id == number, EMBEDDINGS.c.made_at <= since
    return FaceSelection(
        number, due.owner.code, due.why, faces, (PHOTOGRAPHS.c.class_id == number, PHOTOGRAPHS.c.made_at <= since)
    )


def _sealed(connection: Connection, owner: ClassRow, at: datetime) -> bool:
    """Whether the last class hour is over and each day of the newest report has its package."""
    if owner.report_id is None:
        return False
    ends, days = VERDICTS.c.ends_at, select(VERDICTS.c.day).where(VERDICTS.c.report_id == owner.report_id).distinct()
    last = connection.execute(select(func.max(ends)).where(VERDICTS.c.report_id == owner.report_id)).scalar_one()
    made = select(PACKAGES.c.day).where(PACKAGES.c.report_id == owner.report_id).distinct()
    wanted, there = set(connection.execute(days).scalars()), set(connection.execute(made).scalars())
    return bool(wanted) and wanted <= there and last is not None and last < at
