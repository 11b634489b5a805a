"""What the console lists, the newest first; each list is one query, however many classes there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from storage.database.record import columns_for, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES, FILES
from storage.database.tables.jobs import JOBS
from storage.database.tables.verification import LAW_REASONS, VERDICTS

# Not ``==``, as with doubts: PostgreSQL would expect four hours where there are thousands, and sort them all.
_NEWEST = and_(CLASSES.c.id == VERDICTS.c.class_id, CLASSES.c.report_id <= VERDICTS.c.report_id)


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class in a list."""

    id: int
    code: str
    name: str
    institution: str
    programme: str
    occupation: str
    level: str
    status: str | None
    made_at: datetime
    report_id: int | None


@dataclass(frozen=True, slots=True)
class WorklistHour:
    """A class hour in the newest report of its class that somebody should look at."""

    class_id: int
    class_name: str
    institution: str
    day: str
    starts_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class WorklistJob:
    """A job that was given up, or that waits until somebody removes what stopped it."""

    class_id: int
    class_name: str
    done_at: datetime | None
    fault: str
    kind: str


def matching_words(words: str) -> ColumnElement[bool]:
    """The classes whose code, name or institution holds the words."""
    named = select(INSTITUTIONS.c.id).where(INSTITUTIONS.c.name.icontains(words, autoescape=True))
    own = (column.icontains(words, autoescape=True) for column in (CLASSES.c.code, CLASSES.c.name))
    return or_(*own, CLASSES.c.institution_id.in_(named))


def of_matching_class(class_id: ColumnElement[int], words: str) -> ColumnElement[bool]:
    """What belongs to such a class."""
    return class_id.in_(select(CLASSES.c.id).where(matching_words(words)))


def class_lines(
    connection: Connection, *where: ColumnElement[bool], limit: int, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[ClassLine, ...]:
    """The classes that fit, the newest first or in the order that is given."""
    own = columns_for(ClassLine, CLASSES, institution=INSTITUTIONS.c.name)
    query = select(*own).join_from(CLASSES, INSTITUTIONS).where(*where)
    query = query.order_by(*order or (CLASSES.c.id.desc(),)).limit(limit)
    return records_of(ClassLine, connection.execute(query))


def hours_by_status(connection: Connection, report_ids: Sequence[int]) -> Mapping[int, Mapping[str, int]]:
    """For each report, how many of its hours have each status."""
    found: dict[int, dict[str, int]] = {}
    own = VERDICTS.c
    query = select(own.report_id, own.status, func.count()).where(own.report_id.in_(report_ids))
    for report_id, status, count in connection.execute(query.group_by(own.report_id, own.status)):
        found.setdefault(report_id, {})[status] = count
    return found


def classes_by_status(connection: Connection, *where: ColumnElement[bool]) -> Mapping[str, int]:
    """How many classes have each status; those without a report are counted under the empty status."""
    query = select(CLASSES.c.status, func.count()).where(*where).group_by(CLASSES.c.status)
    return {status or "": count for status, count in connection.execute(query)}


def classes_without_files(
    connection: Connection, within: ColumnElement[bool], limit: int
) -> tuple[tuple[int, str], ...]:
    """The newest classes for which nothing was handed in and nothing reported, by number and name."""
    nothing = ~exists().where(FILES.c.class_id == CLASSES.c.id)
    named = select(CLASSES.c.id, func.coalesce(func.nullif(CLASSES.c.name, ""), CLASSES.c.code))
    query = named.where(nothing, CLASSES.c.report_id.is_(None), within).order_by(CLASSES.c.id.desc()).limit(limit)
    return tuple((number, name) for number, name in connection.execute(query))


def worklist_hours(
    connection: Connection, within: ColumnElement[bool], status: str, limit: int
) -> tuple[WorklistHour, ...]:
    """The hours of one status, those judged last first."""
    own = columns_for(WorklistHour, VERDICTS, class_name=CLASSES.c.name, institution=INSTITUTIONS.c.name)
    query = select(*own).select_from(VERDICTS.join(CLASSES, _NEWEST).join(INSTITUTIONS))
    told_once = VERDICTS.c.reasons.not_in(LAW_REASONS)  # a class without a document is one thing to do, not one a day
    query = query.where(VERDICTS.c.status == status, told_once, within).order_by(VERDICTS.c.id.desc()).limit(limit)
    return records_of(WorklistHour, connection.execute(query))


def failed_jobs(connection: Connection, within: ColumnElement[bool], limit: int) -> tuple[WorklistJob, ...]:
    """The jobs given up last."""
    own = columns_for(WorklistJob, JOBS, class_name=CLASSES.c.name)
    query = select(*own).join_from(JOBS, CLASSES).where(JOBS.c.state == "failed", within)
    return records_of(WorklistJob, connection.execute(query.order_by(JOBS.c.id.desc()).limit(limit)))


def waiting_jobs(connection: Connection, within: ColumnElement[bool], limit: int) -> tuple[WorklistJob, ...]:
    """The jobs that wait for somebody to remove what stopped them."""
    own = columns_for(WorklistJob, JOBS, class_name=CLASSES.c.name)
    stopped = (JOBS.c.state == "waiting", JOBS.c.attempts == 0, JOBS.c.fault != "")
    query = select(*own).join_from(JOBS, CLASSES).where(*stopped, within)
    return records_of(WorklistJob, connection.execute(query.order_by(JOBS.c.id.desc()).limit(limit)))
