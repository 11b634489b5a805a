"""What moved in the recordings of every class, found again by a few whole numbers: no search reads more than its hits."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select

from facts.motion import MotionRecord
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.motions import MOTION_SKETCHES, MOTIONS

_AT_ONCE = 900  # SQLite's smallest limit is 999 values


@dataclass(frozen=True, slots=True)
class NewMotion:
    """One looked-at stretch before it is written: where it is from, its record, and the keys of its samples."""

    hour_id: str
    camera_id: str
    room: str
    seed: str
    record: MotionRecord
    sketches: tuple[tuple[int, int], ...]  # key and second


@dataclass(frozen=True, slots=True)
class KnownMotion:
    """One stretch of any class."""

    id: int
    class_id: int
    class_code: str
    institution_id: int
    institution: str
    hour_id: str
    camera_id: str
    room: str
    seed: str
    record: MotionRecord


def keep_motions(connection: Connection, class_id: int, motions: Iterable[NewMotion]) -> None:
    """Those of the class's newest report in the place of those before."""
    own = select(MOTIONS.c.id).where(MOTIONS.c.class_id == class_id)
    connection.execute(delete(MOTION_SKETCHES).where(MOTION_SKETCHES.c.motion_id.in_(own)))
    connection.execute(delete(MOTIONS).where(MOTIONS.c.class_id == class_id))
    for one in motions:
        values = {
            "class_id": class_id,
            "hour_id": one.hour_id,
            "camera_id": one.camera_id,
            "room": one.room,
            "starts_at": one.record.start,
            "seed": one.seed,
            "samples": one.record.samples,
            "body": base64.b64decode(one.record.body),
        }
        number = connection.execute(insert(MOTIONS).values(**values).returning(MOTIONS.c.id)).scalar_one()
        rows = [{"sketch": key, "motion_id": number, "at_s": at_s} for key, at_s in sorted(set(one.sketches))]
        if rows:
            connection.execute(insert(MOTION_SKETCHES), rows)


def sketches_like(connection: Connection, keys: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Key, motion and second of every sample that has one of these keys."""
    for part in _parts(keys):
        yield from ((row.sketch, row.motion_id, row.at_s) for row in connection.execute(like(part)))


def like(keys: Sequence[int]) -> Select[tuple[int, int, int]]:
    """The look-up itself, which a test asks the database to explain."""
    own = MOTION_SKETCHES.c
    return select(own.sketch, own.motion_id, own.at_s).where(own.sketch.in_(keys))


def motions_of_class(connection: Connection, class_id: int) -> frozenset[int]:
    """The numbers of the class's own."""
    return frozenset(connection.execute(select(MOTIONS.c.id).where(MOTIONS.c.class_id == class_id)).scalars())


def motions_of_room(
    connection: Connection, institution_id: int, room: str, since: datetime, most: int
) -> tuple[int, ...]:
    """The numbers of those filmed since then in a room of that name of the institution, the newest first."""
    own = MOTIONS.c
    asked = (
        select(own.id)
        .select_from(MOTIONS.join(CLASSES, CLASSES.c.id == own.class_id))
        .where(CLASSES.c.institution_id == institution_id, own.room == room, own.starts_at >= since)
        .order_by(own.starts_at.desc(), own.id)
        .limit(most)
    )
    return tuple(connection.execute(asked).scalars())


def known_motions(connection: Connection, numbers: Sequence[int], since: datetime) -> dict[int, KnownMotion]:
    """Those of these numbers that were filmed since then, with whose they are."""
    joined = MOTIONS.join(CLASSES, CLASSES.c.id == MOTIONS.c.class_id).join(
        INSTITUTIONS, INSTITUTIONS.c.id == CLASSES.c.institution_id
    )
    asked = select(MOTIONS, CLASSES.c.code, CLASSES.c.institution_id, INSTITUTIONS.c.name).select_from(joined)
    found: dict[int, KnownMotion] = {}
    for part in _parts(numbers):
        rows = connection.execute(asked.where(MOTIONS.c.id.in_(part), MOTIONS.c.starts_at >= since))
        found |= {row.id: _known(row) for row in rows}
    return found


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(numbers), _AT_ONCE):
        yield numbers[first : first + _AT_ONCE]


def _known(row: Row[Any]) -> KnownMotion:
    record = MotionRecord(row.starts_at, row.samples, base64.b64encode(row.body).decode())
    return KnownMotion(
        row.id, row.class_id, row.code, row.institution_id, row.name, row.hour_id, row.camera_id, row.room, row.seed,
        record,
    )  # fmt: skip
