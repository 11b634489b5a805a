"""The roll of a class as phones and projectors need it: its hours and its people, made anew from the class's own lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from facts.codec import dumps, loads
from facts.course import ClassHour, Trainee
from facts.span import Span
from storage.database.tables.checkins import ROLL_HOURS, ROLL_TRAINEES
from storage.database.tables.service import CLASSES


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """One person on the roll."""

    key: str
    name: str
    tail: str


@dataclass(frozen=True, slots=True)
class OpenHour:
    """A class hour of a class, as a list of today shows it."""

    class_id: int
    class_name: str
    institution_id: int
    locality: str
    hour: ClassHour


def make_roll(connection: Connection, class_id: int, hours: Sequence[ClassHour], trainees: Sequence[Trainee]) -> None:
    """The roll in place of whatever was there before."""
    for table in (ROLL_HOURS, ROLL_TRAINEES):
        connection.execute(delete(table).where(table.c.class_id == class_id))
    if hours:
        connection.execute(insert(ROLL_HOURS), [_hour_row(class_id, hour) for hour in hours])
    if trainees:
        connection.execute(insert(ROLL_TRAINEES), [_trainee_row(class_id, one) for one in trainees])


def people(connection: Connection, class_id: int) -> tuple[Listed, ...]:
    """Everybody on the roll, in the roster's order of keys."""
    columns = (ROLL_TRAINEES.c.trainee, ROLL_TRAINEES.c.name, ROLL_TRAINEES.c.tail)
    rows = select(*columns).where(ROLL_TRAINEES.c.class_id == class_id).order_by(ROLL_TRAINEES.c.trainee)
    return tuple(Listed(*row) for row in connection.execute(rows))


def hour(connection: Connection, class_id: int, hour_id: str) -> OpenHour | None:
    """One class hour, or nothing."""
    found = _hours(connection, ROLL_HOURS.c.class_id == class_id, ROLL_HOURS.c.hour_id == hour_id)
    return found[0] if found else None


def hours_within(connection: Connection, span: Span, *where: ColumnElement[bool]) -> tuple[OpenHour, ...]:
    """The class hours that touch the span, the earliest first; ``where`` speaks of ``CLASSES``."""
    own = (ROLL_HOURS.c.starts_at < span.end, ROLL_HOURS.c.ends_at > span.start)
    return _hours(connection, *own, *where)


def _hours(connection: Connection, *where: ColumnElement[bool]) -> tuple[OpenHour, ...]:
    columns = (ROLL_HOURS.c.class_id, CLASSES.c.name, CLASSES.c.institution_id, CLASSES.c.locality, ROLL_HOURS.c.body)
    joined = select(*columns).join(CLASSES, CLASSES.c.id == ROLL_HOURS.c.class_id).where(*where)
    rows = connection.execute(joined.order_by(ROLL_HOURS.c.starts_at, ROLL_HOURS.c.class_id, ROLL_HOURS.c.hour_id))
    return tuple(OpenHour(*row[:-1], loads(ClassHour, row[-1])) for row in rows)


def _hour_row(class_id: int, one: ClassHour) -> dict[str, int | str | datetime]:
    span = one.span
    return {
        "class_id": class_id,
        "hour_id": one.id,
        "starts_at": span.start,
        "ends_at": span.end,
        "body": dumps(one),
    }


def _trainee_row(class_id: int, one: Trainee) -> dict[str, int | str]:
    tail = one.id_number.tail if one.id_number else ""
    return {"class_id": class_id, "trainee": one.key, "name": one.name, "tail": tail}
