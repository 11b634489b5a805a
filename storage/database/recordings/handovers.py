"""Which finished recordings belong to class hours and lie in no class yet, and which nobody needs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Exists, and_, exists, func, select

from storage.database.record import columns_for, records_of
from storage.database.recordings.segments import KeptSegment
from storage.database.tables.cameras import CAMERA_SEGMENTS, CAMERAS
from storage.database.tables.classes import CLASSES, FILES
from storage.database.tables.roll_call import ROLL_HOURS
from storage.database.tables.verification import REPORTS
from storage.evidence_log.imprint import compare_keys

BY_RECORDER = "recorder:"


@dataclass(frozen=True, slots=True)
class Handover:
    """A recording and the class that is to have it."""

    segment: KeptSegment
    class_id: int


def due_handovers(connection: Connection, ended_before: datetime, limit: int = 200) -> tuple[Handover, ...]:
    """Recordings that touch an hour that is over, of a class of the same institution in the camera's room."""
    joined = (
        select(CAMERA_SEGMENTS.c.id, ROLL_HOURS.c.class_id)
        .join(CAMERAS, CAMERAS.c.id == CAMERA_SEGMENTS.c.camera_id)
        .join(ROLL_HOURS, _of_the_hour())
        .join(CLASSES, CLASSES.c.id == ROLL_HOURS.c.class_id)
        .where(
            CAMERA_SEGMENTS.c.dropped_at.is_(None),
            CAMERA_SEGMENTS.c.fault.is_(None),
            CLASSES.c.institution_id == CAMERA_SEGMENTS.c.institution_id,
            ROLL_HOURS.c.ends_at <= ended_before,
            ~_handed(),
        )
        .distinct()
        .order_by(CAMERA_SEGMENTS.c.id, ROLL_HOURS.c.class_id)
        .limit(limit)
    )
    pairs = [tuple(row) for row in connection.execute(joined)]
    wanted = {number for number, _ in pairs}
    found = {one.id: one for one in _segments(connection, CAMERA_SEGMENTS.c.id.in_(wanted), limit=len(wanted))}
    return tuple(Handover(found[number], class_id) for number, class_id in pairs)


def droppable(connection: Connection, camera: int, ended_before: datetime, limit: int = 500) -> tuple[KeptSegment, ...]:
    """The camera's oldest recordings that no class hour on any roll still has to get."""
    needed = exists(
        select(ROLL_HOURS.c.class_id)
        .join(CLASSES, CLASSES.c.id == ROLL_HOURS.c.class_id)
        .join(CAMERAS, CAMERAS.c.id == CAMERA_SEGMENTS.c.camera_id)
        .where(_of_the_hour(), CLASSES.c.institution_id == CAMERA_SEGMENTS.c.institution_id, ~_handed())
        .correlate(CAMERA_SEGMENTS)
    )
    own = (CAMERA_SEGMENTS.c.camera_id == camera, CAMERA_SEGMENTS.c.dropped_at.is_(None))
    return _segments(connection, *own, CAMERA_SEGMENTS.c.ends_at <= ended_before, ~needed, limit=limit)


def is_with_a_class(connection: Connection, one: KeptSegment) -> bool:
    """Whether any class has these bytes."""
    return connection.execute(select(exists(select(FILES.c.id).where(FILES.c.sha256 == one.sha256)))).scalar_one()


def recorded_classes(connection: Connection, since: datetime, ended_before: datetime) -> tuple[int, ...]:
    """Classes whose last hour of late is over and that got recordings which no report has read."""
    own = (ROLL_HOURS.c.ends_at > since, ROLL_HOURS.c.starts_at <= ended_before)
    over = select(ROLL_HOURS.c.class_id).where(*own).group_by(ROLL_HOURS.c.class_id)
    over = over.having(func.max(ROLL_HOURS.c.ends_at) <= ended_before)
    read = select(func.max(REPORTS.c.made_at)).where(REPORTS.c.class_id == FILES.c.class_id).scalar_subquery()
    fresh = (read.is_(None)) | (FILES.c.added_at > read)
    rows = select(FILES.c.class_id).where(
        FILES.c.class_id.in_(over), FILES.c.added_by.startswith(BY_RECORDER, autoescape=True), fresh
    )
    return tuple(connection.execute(rows.distinct().order_by(FILES.c.class_id)).scalars())


def recorded_cameras(connection: Connection, class_id: int) -> dict[str, str]:
    """The rooms of the cameras whose recordings the class has from the service itself, by what they are called there."""
    by = select(FILES.c.added_by).where(
        FILES.c.class_id == class_id, FILES.c.added_by.startswith(BY_RECORDER, autoescape=True)
    )
    numbers = {int(text.removeprefix(BY_RECORDER)) for text in connection.execute(by.distinct()).scalars()}
    rooms = select(CAMERAS.c.id, CAMERAS.c.room).where(CAMERAS.c.id.in_(numbers)).order_by(CAMERAS.c.id)
    return {camera_name(number): room for number, room in connection.execute(rooms)} if numbers else {}


def camera_name(number: int) -> str:
    """What a camera of the service is called within a class."""
    return f"摄像机{number}"


def _of_the_hour() -> ColumnElement[bool]:
    return and_(
        ROLL_HOURS.c.room == CAMERAS.c.room,
        ROLL_HOURS.c.starts_at < CAMERA_SEGMENTS.c.ends_at,
        ROLL_HOURS.c.ends_at > CAMERA_SEGMENTS.c.starts_at,
    )


def _handed() -> Exists:
    lies = (FILES.c.class_id == ROLL_HOURS.c.class_id, FILES.c.sha256 == CAMERA_SEGMENTS.c.sha256)
    return exists(select(FILES.c.id).where(*lies).correlate(ROLL_HOURS, CAMERA_SEGMENTS))


def _segments(connection: Connection, *where: ColumnElement[bool], limit: int) -> tuple[KeptSegment, ...]:
    own = columns_for(KeptSegment, CAMERA_SEGMENTS)
    rows = select(*own).where(*where).order_by(CAMERA_SEGMENTS.c.starts_at).limit(limit)
    found = records_of(KeptSegment, connection.execute(rows))
    compare_keys(connection, CAMERA_SEGMENTS, [(one.id,) for one in found])
    return found
