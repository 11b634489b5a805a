"""The durable queue: a job is leased for a while, tried a few times, and finished by whoever still holds the lease."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from storage.database.record import columns_for, record_of
from storage.database.tables.jobs import JOBS

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
PATIENCE = timedelta(minutes=1)
ASKED, OF_ITSELF = 0, 1  # ranks: somebody waits for it; the program asked
_FIRST_WAIT = timedelta(seconds=30)
_MOST_FAULT_CHARS = 2000


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done once; ``key`` says on what, so that the same is never queued twice."""

    id: int
    kind: str
    key: str
    class_id: int
    state: JobState
    attempts: int
    lease: str
    made_at: datetime
    done_at: datetime | None
    fault: str
    payload: str
    percent: int | None = None
    left_s: int | None = None
    rank: int = 0


def enqueue(
    connection: Connection, kind: str, key: str, class_id: int, at: datetime, payload: str = "", *, rank: int = ASKED
) -> Job:
    """The job of this key: a new one, or the one that is there; a failed one is given another chance.

    One that waits in a later rank comes forward where somebody asks for it.
    """
    values = {"kind": kind, "key": key, "class_id": class_id, "state": JobState.WAITING.value, "attempts": 0}
    more = {"due_at": at, "lease": "", "made_at": at, "fault": "", "payload": payload, "rank": rank}
    with suppress(IntegrityError), connection.begin_nested():
        return _job(connection.execute(insert(JOBS).values(**values, **more).returning(*_COLUMNS)).one())
    (found,) = jobs(connection, JOBS.c.key == key)
    if found.state is JobState.WAITING and rank < found.rank:
        connection.execute(update(JOBS).where(JOBS.c.id == found.id).values(rank=rank))
        return replace(found, rank=rank)
    if found.state is not JobState.FAILED:
        return found
    again = {"state": JobState.WAITING.value, "attempts": 0, "due_at": at, "fault": "", "done_at": None, "rank": rank}
    connection.execute(update(JOBS).where(JOBS.c.id == found.id).values(**again))
    return jobs(connection, JOBS.c.id == found.id)[0]


def lease(connection: Connection, worker: str, at: datetime, only: int | None = None) -> Job | None:
    """The next job that is due, or whose holder fell silent, or only the one named; nobody else gets it meanwhile."""
    own = [JOBS.c.id == only] if only is not None else []
    found = [one for where in (_silent(at), _waiting(at)) if (one := _first(connection, *where, *own))]
    if not found:
        return None
    number = min(found)[-1]
    taken = {"state": JobState.RUNNING.value, "attempts": JOBS.c.attempts + 1, "lease": worker}
    connection.execute(update(JOBS).where(JOBS.c.id == number).values(**taken, lease_until=at + LEASE))
    return jobs(connection, JOBS.c.id == number)[0]


def due(connection: Connection, at: datetime) -> bool:
    """Whether any job is due; called often, so it takes no lock."""
    asked = (select(JOBS.c.id).where(*where).exists() for where in (_silent(at), _waiting(at)))
    return bool(connection.execute(select(or_(*asked))).scalar_one())


def prolong(connection: Connection, job: Job, at: datetime) -> bool:
    """The worker is alive; whether it still holds the job."""
    return connection.execute(update(JOBS).where(*_held(job)).values(lease_until=at + LEASE)).rowcount > 0


def tell_progress(connection: Connection, job: Job, percent: int, left_s: int) -> bool:
    """How far it is and about how long it still takes; whether the worker still holds the job."""
    values = {"percent": percent, "left_s": left_s}
    return connection.execute(update(JOBS).where(*_held(job)).values(**values)).rowcount > 0


def finish(connection: Connection, job: Job, at: datetime) -> bool:
    """Done, if the worker still holds the job; otherwise its result must not be kept."""
    done = {"state": JobState.DONE.value, "done_at": at, "lease_until": None, "fault": ""}
    return connection.execute(update(JOBS).where(*_held(job)).values(**done)).rowcount > 0


def fail(connection: Connection, job: Job, fault: str, at: datetime, *, for_good: bool) -> None:
    """It did not work: again after a growing while, or never where another attempt cannot help."""
    over = for_good or job.attempts >= MOST_ATTEMPTS
    state = JobState.FAILED if over else JobState.WAITING
    due_at = at + _FIRST_WAIT * (1 << min(job.attempts, 8))
    values = {"state": state.value, "due_at": due_at, "lease_until": None, "fault": fault[:_MOST_FAULT_CHARS]}
    connection.execute(update(JOBS).where(*_held(job)).values(**values, done_at=at if over else None))


def wait(connection: Connection, job: Job, fault: str, at: datetime) -> None:
    """Somebody has to do something first (make a key, mount a disk): the job is tried again each minute, for ever."""
    values = {"state": JobState.WAITING.value, "due_at": at + PATIENCE, "lease_until": None, "attempts": 0}
    connection.execute(update(JOBS).where(*_held(job)).values(**values, fault=fault[:_MOST_FAULT_CHARS]))


def withdraw(connection: Connection, kind: str, class_id: int) -> None:
    """Delete the class's jobs of this kind that nobody has begun."""
    waiting = (JOBS.c.kind == kind, JOBS.c.class_id == class_id, JOBS.c.state == JobState.WAITING.value)
    connection.execute(delete(JOBS).where(*waiting))


def jobs(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[Job, ...]:
    """The jobs that fit, in the order in which they came."""
    rows = connection.execute(select(*_COLUMNS).where(*where).order_by(JOBS.c.id).limit(limit))
    return tuple(map(_job, rows))


def _first(connection: Connection, *where: ColumnElement[bool]) -> tuple[int, datetime, int] | None:
    """The first of these jobs that nobody else is taking: its rank, when it was due, its number.

    Those that wait and those whose holder fell silent are asked for apart: together they would all be sorted for one.
    """
    order = (JOBS.c.rank, JOBS.c.due_at, JOBS.c.id)
    asked = select(*order).where(*where).order_by(*order).limit(1)
    found = connection.execute(asked.with_for_update(skip_locked=True)).first()
    return (found.rank, found.due_at, found.id) if found else None


def _waiting(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return JOBS.c.state == JobState.WAITING.value, JOBS.c.due_at <= at


def _silent(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return JOBS.c.state == JobState.RUNNING.value, JOBS.c.lease_until <= at


def _held(job: Job) -> tuple[ColumnElement[bool], ...]:
    return JOBS.c.id == job.id, JOBS.c.lease == job.lease, JOBS.c.state == JobState.RUNNING.value


def _job(row: Row[tuple[Any, ...]]) -> Job:
    return record_of(Job, row, state=JobState(row.state))


_COLUMNS = columns_for(Job, JOBS)
