"""The register as pages and counts for one reader: set-based, bounded, and never the whole of it in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, func, not_, or_, select, true

from facts.retention import Hold, RetentionEntry, Scope
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.retention import DELETIONS, HOLDS, OBJECTS, USES
from storage.retention.rows import hold_of, kept_of

MOST_COUNTED = 1000
LIVE = OBJECTS.c.deleted_at.is_(None)
DELETED = OBJECTS.c.deleted_at.is_not(None)


def reach(
    classes: ColumnElement[bool], institutions: ColumnElement[bool], *, one_institution: bool = False
) -> ColumnElement[bool]:
    """The objects that a class in reach needs; where the class is not one of the service's, by its institution.

    One institution's few objects are looked up among everybody's; a whole area's are most of them, so each is asked.
    """
    owners = USES.join(INSTITUTIONS, INSTITUTIONS.c.name == USES.c.institution).outerjoin(
        CLASSES, and_(CLASSES.c.institution_id == INSTITUTIONS.c.id, CLASSES.c.code == USES.c.class_id)
    )
    seen = or_(and_(CLASSES.c.id.is_not(None), classes), and_(CLASSES.c.id.is_(None), institutions))
    if one_institution:
        own = select(USES.c.object).join(INSTITUTIONS, INSTITUTIONS.c.name == USES.c.institution).where(institutions)
        return OBJECTS.c.number.in_(own)
    return exists(select(1).select_from(owners).where(USES.c.object == OBJECTS.c.number, seen))


def needed_by(class_id: str) -> ColumnElement[bool]:
    """The objects that this class needs."""
    return OBJECTS.c.number.in_(select(USES.c.object).where(USES.c.class_id == class_id))


def covered(scope: Scope) -> ColumnElement[bool]:
    """``scope.covers`` as a condition of the database."""
    wanted: list[ColumnElement[bool]] = []
    if scope.class_id:
        wanted.append(USES.c.class_id == scope.class_id)
    if scope.day is not None:
        open_ended = or_(USES.c.first_day.is_(None), USES.c.last_day.is_(None))
        wanted.append(or_(open_ended, and_(USES.c.first_day <= scope.day, USES.c.last_day >= scope.day)))
    bytes_meant = OBJECTS.c.sha256 == scope.sha256 if scope.sha256 else true()
    if not wanted:
        return bytes_meant
    return and_(bytes_meant, OBJECTS.c.number.in_(select(USES.c.object).where(*wanted)))


def under_hold() -> ColumnElement[bool]:
    """The objects that some hold in force covers."""
    return or_(*_under_holds())


def free() -> ColumnElement[bool]:
    """The objects that no hold in force covers."""
    return and_(*(not_(one) for one in _under_holds()))


def _under_holds() -> tuple[ColumnElement[bool], ...]:
    """Covered by a hold over one of its classes, or over all classes.

    Apart, so that PostgreSQL puts all holds and uses of a class together once: with either of both it would hold every
    object against every hold.
    """
    meant = and_(HOLDS.c.released_at.is_(None), HOLDS.c.sha256.in_(["", OBJECTS.c.sha256]), _of_day(USES))
    own = USES.c.object == OBJECTS.c.number
    return tuple(
        exists(select(1).select_from(USES.join(HOLDS, HOLDS.c.class_id == whose)).where(own, meant))
        for whose in (USES.c.class_id, "")
    )


def _of_day(uses: FromClause) -> ColumnElement[bool]:
    """The hold is of no day, or of one that the use is of."""
    first, last = uses.c.first_day, uses.c.last_day
    within = and_(first <= HOLDS.c.day, last >= HOLDS.c.day)
    return or_(HOLDS.c.day.is_(None), first.is_(None), last.is_(None), within)


def live(
    connection: Connection, *where: ColumnElement[bool], order: Sequence[ColumnElement[Any]], limit: int
) -> tuple[RetentionEntry, ...]:
    """What is kept and fits, in the order that is given."""
    rows = connection.execute(select(OBJECTS).where(LIVE, *where).order_by(*order).limit(limit))
    return kept_of(connection, rows.mappings())


def numbered(connection: Connection, *where: ColumnElement[bool], after: int, limit: int) -> tuple[RetentionEntry, ...]:
    """The objects behind a number, in the order in which they were entered."""
    wanted = select(OBJECTS).where(OBJECTS.c.number > after, *where)
    return kept_of(connection, connection.execute(wanted.order_by(OBJECTS.c.number).limit(limit)).mappings())


def count(connection: Connection, *where: ColumnElement[bool], most: int = MOST_COUNTED) -> int:
    """How many objects fit, counted no further than ``most``."""
    some = select(OBJECTS.c.number).where(*where).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def pieces(connection: Connection, holds: Sequence[Hold], *where: ColumnElement[bool]) -> Mapping[str, int]:
    """How many live objects each hold covers: those of one class all at once, by its index; the others one by one."""
    found = {one.id: count(connection, LIVE, covered(one.scope), *where) for one in holds if not one.scope.class_id}
    named = [one.id for one in holds if one.scope.class_id]
    if not named:
        return found
    uses = USES.alias()  # what is in reach asks the uses as well
    rows = (
        select(HOLDS.c.id, func.count(OBJECTS.c.number.distinct()))
        .join_from(HOLDS, uses, uses.c.class_id == HOLDS.c.class_id)
        .join(OBJECTS, OBJECTS.c.number == uses.c.object)
        .where(HOLDS.c.id.in_(named), LIVE, HOLDS.c.sha256.in_(["", OBJECTS.c.sha256]), _of_day(uses), *where)
        .group_by(HOLDS.c.id)
    )
    return found | {name: min(covers, MOST_COUNTED) for name, covers in connection.execute(rows)}


def certified(
    connection: Connection, *where: ColumnElement[bool], below: int, limit: int
) -> tuple[RetentionEntry, ...]:
    """What was deleted and is in the log below this size, the newest deletion first."""
    wanted = select(OBJECTS).join(DELETIONS, DELETIONS.c.object == OBJECTS.c.number)
    wanted = wanted.where(DELETED, DELETIONS.c.place < below, *where).order_by(DELETIONS.c.place.desc()).limit(limit)
    return kept_of(connection, connection.execute(wanted).mappings())


def holds_of(connection: Connection, *where: ColumnElement[bool], limit: int) -> Sequence[Hold]:
    """The holds that fit, the newest first; those in force before those that were released."""
    order = HOLDS.c.released_at.is_not(None), HOLDS.c.placed_at.desc(), HOLDS.c.id
    rows = connection.execute(select(HOLDS).where(*where).order_by(*order).limit(limit)).mappings()
    return [hold_of(row) for row in rows]
