"""Doubts about classes: the same one in every report that raises it, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from storage.database.record import columns_for, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import CLASS_DOUBTS, FLAGS
from storage.evidence_log.imprint import compare_keys

RAISED = CLASS_DOUBTS.c.report_id >= CLASSES.c.report_id
"""The newest report of its class still raises it; no doubt is of a newer one.

Not ``==``: PostgreSQL takes class and report for independent, expects three doubts where there are thousands, and
sorts them all instead of walking along the index as far as the page goes.
"""

_OF_CLASSES = CLASS_DOUBTS.join(CLASSES, CLASSES.c.id == CLASS_DOUBTS.c.class_id)
_READ_AT_ONCE = 200
_BODY = (  # looked up for the rows of the page alone
    select(FLAGS.c.body)
    .where(
        FLAGS.c.class_id == CLASS_DOUBTS.c.class_id,
        FLAGS.c.report_id == CLASS_DOUBTS.c.report_id,
        FLAGS.c.number == CLASS_DOUBTS.c.number,
    )
    .correlate(CLASS_DOUBTS)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class NewFlag:
    """One doubt of a report before it is written; ``body`` is its entry in the report's document."""

    number: int
    kind: str
    rule: str
    body: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ClassDoubtRow:
    """One doubt about a class; ``body`` is its entry in the last report that raised it."""

    id: int
    class_id: int
    class_code: str
    class_name: str
    institution: str
    kind: str
    raised_at: datetime
    report_id: int
    number: int
    stage: str
    last_by: str
    raised: bool
    body: str


@dataclass(frozen=True, slots=True)
class ClassDoubtCount:
    """How many doubts of one kind and stage a class has, and the oldest of them."""

    class_id: int
    kind: str
    stage: str
    count: int
    first: int


def raise_flags(connection: Connection, class_id: int, report_id: int, at: datetime, flags: Sequence[NewFlag]) -> None:
    """The doubts of the class's newest report: known ones keep their life, new ones begin theirs."""
    own = CLASS_DOUBTS.c
    asked = select(own.fingerprint, own.id).where(own.class_id == class_id)
    known = {row.fingerprint: row.id for row in connection.execute(asked)}
    again = [{"doubt": known[one.fingerprint], "at_number": one.number} for one in flags if one.fingerprint in known]
    if again:
        moved = update(CLASS_DOUBTS).where(own.id == bindparam("doubt"))
        ordered = sorted(again, key=lambda one: one["doubt"])  # two that write on several come one after the other
        connection.execute(moved.values(report_id=report_id, number=bindparam("at_number")), ordered)
    begun = {"class_id": class_id, "raised_at": at, "report_id": report_id, "stage": "open", "last_by": ""}
    fresh = [
        {"fingerprint": one.fingerprint, "kind": one.kind, "number": one.number, **begun}
        for one in flags
        if one.fingerprint not in known
    ]
    if fresh:
        connection.execute(insert(CLASS_DOUBTS), fresh)


def class_doubts(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[ClassDoubtRow, ...]:
    """The doubts that fit, those raised first before the others or in the order that is given."""
    own = columns_for(
        ClassDoubtRow,
        CLASS_DOUBTS,
        class_code=CLASSES.c.code,
        class_name=CLASSES.c.name,
        institution=INSTITUTIONS.c.name,
        raised=RAISED,
        body=_BODY,
    )
    joined = CLASS_DOUBTS.join(CLASSES, CLASSES.c.id == CLASS_DOUBTS.c.class_id).join(INSTITUTIONS)
    query = select(*own).select_from(joined).where(*where)
    rows = connection.execute(query.order_by(*order or (CLASS_DOUBTS.c.id,)).limit(limit))
    found = records_of(ClassDoubtRow, rows)
    compare_keys(connection, CLASS_DOUBTS, [(one.id,) for one in found])
    return found


def oldest_by_kind(connection: Connection, *where: ColumnElement[bool], limit: int) -> tuple[ClassDoubtCount, ...]:
    """What waits, a line for each class, kind and stage, the oldest first; counted for those lines alone."""
    own = CLASS_DOUBTS.c
    lines = _oldest_lines(connection, *where, limit=limit)
    first = func.min(own.id).label("first")
    named = select(own.class_id, own.kind, own.stage, func.count().label("count"), first)
    found = named.select_from(_OF_CLASSES).where(*where, own.class_id.in_({class_id for class_id, _, _ in lines}))
    counted = connection.execute(found.group_by(own.class_id, own.kind, own.stage).order_by(first))
    return tuple(one for one in records_of(ClassDoubtCount, counted) if (one.class_id, one.kind, one.stage) in lines)


def _oldest_lines(connection: Connection, *where: ColumnElement[bool], limit: int) -> set[tuple[int, str, str]]:
    """The class, kind and stage of the oldest doubts that fit, read along their numbers no further than for so many."""
    own, lines, after = CLASS_DOUBTS.c, set[tuple[int, str, str]](), 0
    asked = select(own.id, own.class_id, own.kind, own.stage).select_from(_OF_CLASSES).where(*where)
    while rows := connection.execute(asked.where(own.id > after).order_by(own.id).limit(_READ_AT_ONCE)).all():
        for row in rows:
            if len(lines) == limit:
                return lines
            lines.add((row.class_id, row.kind, row.stage))
        after = rows[-1].id
    return lines


def doubts_by_stage(connection: Connection, *where: ColumnElement[bool]) -> Mapping[str, int]:
    """How many doubts stand at each stage."""
    own = CLASS_DOUBTS.c
    found = select(own.stage, func.count().label("waiting")).select_from(_OF_CLASSES)
    grouped = connection.execute(found.where(*where).group_by(own.stage))
    return {row.stage: row.waiting for row in grouped}


def locked(connection: Connection, class_id: int, numbers: Sequence[int]) -> None:
    """Whoever writes on the same doubts waits; in the order of their numbers, so that nobody waits for each other."""
    own = CLASS_DOUBTS.c
    wanted = select(own.id).where(own.class_id == class_id, own.id.in_(numbers)).order_by(own.id)
    connection.execute(wanted.with_for_update())


def move(connection: Connection, number: int, stage: str, by: str) -> None:
    """Where the doubt stands after somebody's step."""
    connection.execute(update(CLASS_DOUBTS).where(CLASS_DOUBTS.c.id == number).values(stage=stage, last_by=by))
