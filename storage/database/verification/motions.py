"""What moved in the recordings of every class, found again by a few whole numbers: no search reads more than its hits."""

import base64
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from sys import byteorder
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from facts.motion import MotionRecord
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.motions import MOTION_SKETCHES, MOTIONS

_AT_ONCE = 900  # SQLite's smallest limit is 999 values
_MOST_OF_PART = 9_000
_SAID_ONCE = {"compiled_cache": None}  # no two look-ups are worded alike


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
    known = select(MOTIONS.c.id, MOTIONS.c["keys"]).where(MOTIONS.c.class_id == class_id)
    for row in connection.execute(known).all():
        for part in _parts(_unpacked(row.keys)):
            own = MOTION_SKETCHES.c
            connection.execute(delete(MOTION_SKETCHES).where(own.sketch.in_(part), own.motion_id == row.id))
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
        keep_sketches(connection, number, one.sketches)


def unsketched(connection: Connection, most: int) -> dict[int, MotionRecord]:
    """Some of those that an earlier version kept, whose keys meet nothing any more."""
    # What another worker is sketching is left to it.
    rows: Iterable[Any] = connection.execute(without_keys(most).with_for_update(skip_locked=True))
    return {row.id: _record(row) for row in rows}


def without_keys(most: int) -> Select[tuple[int, datetime, int, bytes]]:
    """The look-up itself, which a test asks the database to explain: every search begins with it."""
    own = MOTIONS.c
    asked = select(own.id, own.starts_at, own.samples, own.body).where(own["keys"].is_(None))
    return asked.order_by(own.id).limit(most)


def keep_sketches(connection: Connection, number: int, sketches: Iterable[tuple[int, int]]) -> None:
    """The keys of one that has none yet, each with its second, and the list by which they are found again."""
    kept = sorted(set(sketches))
    packed = array("i", sorted({key for key, _ in kept}))
    if byteorder == "big":
        packed.byteswap()
    connection.execute(update(MOTIONS).where(MOTIONS.c.id == number).values({"keys": packed.tobytes()}))
    if kept:
        rows = [{"sketch": key, "motion_id": number, "at_s": at_s} for key, at_s in kept]
        connection.execute(insert(MOTION_SKETCHES), rows)


def sketches_like(connection: Connection, keys: Sequence[int], most: int) -> "array[int]":
    """Key, motion and second of samples that have one of these keys, one after the other, the first keys first.

    No more than so many samples are read. A few hundred keys share a limit of their own, so that those of a scene which
    everybody films do not use up all.
    """
    found = array("q")
    for part in _parts(keys):
        asked = _written(like(sorted(part)).limit(_MOST_OF_PART))
        written: Any = connection.execute(
            asked, execution_options=_SAID_ONCE
        ).scalar_one()  # no text where none was found
        found.extend(map(int, (written or "").split()))
        if len(found) >= 3 * most:
            break
    return found[: 3 * most]


def _written(rows: Select[tuple[int, int, int]]) -> Select[tuple[str]]:
    """All the rows as one line of numbers: a driver hands over one line sooner than thousands of rows."""
    own = rows.subquery().c
    numbers = [cast(column, String) for column in (own.sketch, own.motion_id, own.at_s)]
    return select(func.aggregate_strings(numbers[0] + " " + numbers[1] + " " + numbers[2], " "))


def like(keys: Sequence[int]) -> Select[tuple[int, int, int]]:
    """The look-up itself, which a test asks the database to explain."""
    own = MOTION_SKETCHES.c
    # Whole numbers written out: as parameters they would cost more than the look-up.
    written: ColumnElement[Any] = literal_column(",".join(map(str, map(int, keys))))
    return select(own.sketch, own.motion_id, own.at_s).where(own.sketch.in_([written]))


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
    return KnownMotion(
        row.id, row.class_id, row.code, row.institution_id, row.name, row.hour_id, row.camera_id, row.room, row.seed,
        _record(row),
    )  # fmt: skip


def _record(row: Row[Any]) -> MotionRecord:
    return MotionRecord(row.starts_at, row.samples, base64.b64encode(row.body).decode())


def _unpacked(packed: bytes | None) -> list[int]:
    found = array("i", packed or b"")
    if byteorder == "big":
        found.byteswap()
    return found.tolist()
