"""The roll of a class as phones and projectors need it: its hours and its people, made anew from the class's own lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from facts.codec import dumps, loads
from facts.course import ClassHour, Trainee
from facts.id_number import IdNumber
from facts.names import normal_name
from facts.span import Span
from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES, FILES
from storage.database.tables.roll_call import ROLL_HOURS, ROLL_TRAINEES, ROLLS


@dataclass(frozen=True, slots=True, repr=False)
class RollEntry:
    """One person on the roll."""

    key: str
    name: str
    tail: str


@dataclass(frozen=True, slots=True)
class RollHour:
    """A class hour on the roll, with what a list of several classes' hours shows of its class."""

    class_id: int
    class_name: str
    institution_id: int
    locality: str
    hour: ClassHour


@dataclass(frozen=True, slots=True)
class RollLists:
    """What the class's own files say: its hours and its people, or why they cannot be read."""

    hours: Sequence[ClassHour] = ()
    trainees: Sequence[Trainee] = ()
    fault: str = ""


def person_key(class_id: int, one: Trainee) -> str:
    """The same person's key in every version of the roster, wherever in it they stand."""
    number = one.id_number.digits if one.id_number else ""
    return sha256(f"xueshi.roll/1\n{class_id}\n{normal_name(one.name)}\n{number}".encode()).hexdigest()[:20]


def make_roll(connection: Connection, class_id: int, lists: RollLists, at: datetime) -> None:
    """The roll in place of whatever was there before; of several workers that make it at once each waits for the other."""
    own = select(CLASSES.c.id).where(CLASSES.c.id == class_id)
    connection.execute(own.with_for_update(key_share=True))
    forget_roll(connection, class_id)
    if lists.hours:
        connection.execute(insert(ROLL_HOURS), [_hour_row(class_id, hour) for hour in lists.hours])
    people_once = {person_key(class_id, one): one for one in lists.trainees}
    if people_once:
        rows = [_trainee_row(class_id, key, one, place) for place, (key, one) in enumerate(people_once.items())]
        connection.execute(insert(ROLL_TRAINEES), rows)
    connection.execute(insert(ROLLS).values(class_id=class_id, made_at=at, fault=lists.fault))


def forget_roll(connection: Connection, class_id: int) -> None:
    """Delete the roll, because a list that it was made from was taken back; it is made anew from the lists that remain."""
    for table in (ROLL_HOURS, ROLL_TRAINEES, ROLLS):
        connection.execute(delete(table).where(table.c.class_id == class_id))


def outdated(connection: Connection, limit: int = 20) -> tuple[int, ...]:
    """The classes whose files are newer than their roll."""
    newest = func.max(FILES.c.added_at)
    made = func.coalesce(func.max(ROLLS.c.made_at), datetime(2000, 1, 1, tzinfo=UTC))
    joined = select(FILES.c.class_id).outerjoin(ROLLS, ROLLS.c.class_id == FILES.c.class_id)
    rows = joined.group_by(FILES.c.class_id).having(newest > made).order_by(FILES.c.class_id).limit(limit)
    return tuple(connection.execute(rows).scalars())


def people(connection: Connection, class_id: int) -> tuple[RollEntry, ...]:
    """Everybody on the roll, in the order of the roster."""
    own = columns_for(RollEntry, ROLL_TRAINEES, key=ROLL_TRAINEES.c.trainee)
    rows = (
        select(*own).where(ROLL_TRAINEES.c.class_id == class_id).order_by(ROLL_TRAINEES.c.place, ROLL_TRAINEES.c.name)
    )
    return records_of(RollEntry, connection.execute(rows))


@dataclass(frozen=True, slots=True, repr=False)
class RollPlace:
    """One person on the roll of one class."""

    class_id: int
    class_name: str
    class_code: str
    institution: str
    trainee: str
    name: str
    tail: str


def places_of(
    connection: Connection, name: str, number: IdNumber | None, *where: ColumnElement[bool], limit: int
) -> tuple[RollPlace, ...]:
    """The rolls with somebody of this name, or of this whole ID number, or of both; ``where`` speaks of ``CLASSES``.

    A number is compared through the roll's own digests, because no roll holds it.
    """
    own = ROLL_TRAINEES.c
    whose = {"class_name": CLASSES.c.name, "class_code": CLASSES.c.code, "institution": INSTITUTIONS.c.name}
    joined = ROLL_TRAINEES.join(CLASSES, CLASSES.c.id == own.class_id).join(INSTITUTIONS)
    query = select(*columns_for(RollPlace, ROLL_TRAINEES, **whose)).select_from(joined).where(*where)
    query = query.where(own.name.in_(sorted({name, normal_name(name)}))) if name else query
    query = query.where(own.tail == number.tail) if number else query
    found = records_of(RollPlace, connection.execute(query.order_by(own.class_id.desc()).limit(limit)))
    return tuple(one for one in found if number is None or one.trainee == _key_of(one, number))


def _key_of(one: RollPlace, number: IdNumber) -> str:
    return person_key(one.class_id, Trainee("", one.name, number))


def hour(connection: Connection, class_id: int, hour_id: str) -> RollHour | None:
    """One class hour, or nothing."""
    found = _hours(connection, ROLL_HOURS.c.class_id == class_id, ROLL_HOURS.c.hour_id == hour_id)
    return found[0] if found else None


def hours_within(connection: Connection, span: Span, *where: ColumnElement[bool]) -> tuple[RollHour, ...]:
    """The class hours that touch the span, the earliest first; ``where`` speaks of ``CLASSES``."""
    own = (ROLL_HOURS.c.starts_at < span.end, ROLL_HOURS.c.ends_at > span.start)
    return _hours(connection, *own, *where)


def _hours(connection: Connection, *where: ColumnElement[bool]) -> tuple[RollHour, ...]:
    own = columns_for(
        RollHour, CLASSES, class_id=ROLL_HOURS.c.class_id, class_name=CLASSES.c.name, hour=ROLL_HOURS.c.body
    )
    joined = select(*own).join(CLASSES, CLASSES.c.id == ROLL_HOURS.c.class_id).where(*where)
    rows = connection.execute(joined.order_by(ROLL_HOURS.c.starts_at, ROLL_HOURS.c.class_id, ROLL_HOURS.c.hour_id))
    return tuple(record_of(RollHour, row, hour=loads(ClassHour, row.hour)) for row in rows)


def _hour_row(class_id: int, one: ClassHour) -> dict[str, int | str | datetime]:
    span = one.span
    return {
        "class_id": class_id,
        "hour_id": one.id,
        "starts_at": span.start,
        "ends_at": span.end,
        "room": one.room[:100],
        "body": dumps(one),
    }


def _trainee_row(class_id: int, key: str, one: Trainee, place: int) -> dict[str, int | str]:
    tail = one.id_number.tail if one.id_number else ""
    return {"class_id": class_id, "trainee": key, "name": one.name, "tail": tail, "place": place}
