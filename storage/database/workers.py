"""Whether workers live and the queue moves, as the database shows it to whoever watches the service."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.database.jobs import JobState
from storage.database.tables.jobs import JOBS, WORKERS

BEAT = timedelta(seconds=20)  # so often a worker says that it lives
_FORGOTTEN = timedelta(days=1)


def beat(connection: Connection, name: str, at: datetime) -> None:
    """The worker lives; those that nobody has heard of for a day are forgotten."""
    if not connection.execute(update(WORKERS).where(WORKERS.c.name == name).values(seen_at=at)).rowcount:
        connection.execute(insert(WORKERS).values(name=name, seen_at=at))
    connection.execute(delete(WORKERS).where(WORKERS.c.seen_at < at - _FORGOTTEN))


def last_beat(connection: Connection) -> datetime | None:
    """When any worker was last heard of."""
    seen: datetime | None = connection.execute(select(func.max(WORKERS.c.seen_at))).scalar_one()
    return seen


def waits_since(connection: Connection, at: datetime) -> datetime | None:
    """Since when the oldest job that is due waits while nobody works at any; nothing where none does."""
    working = select(JOBS.c.id).where(JOBS.c.state == JobState.RUNNING.value, JOBS.c.lease_until > at).limit(1)
    if connection.execute(working).first() is not None:
        return None
    waiting = select(func.min(JOBS.c.due_at)).where(JOBS.c.state == JobState.WAITING.value, JOBS.c.due_at <= at)
    since: datetime | None = connection.execute(waiting).scalar_one()
    return since
