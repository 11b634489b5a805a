"""Failed sign-ins and the growing wait that they cost; a name that nobody has is counted like any other."""

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database.tables.accounts import ATTEMPTS

FREE_FAILURES = 5
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_FORGOTTEN_AFTER = timedelta(days=1)


def name_digest(name: str) -> str:
    """What is kept of a name that somebody tried."""
    return hashlib.sha256(name.encode()).hexdigest()


def wait_after(failures: int) -> timedelta:
    """How long the next attempt must wait: nothing at first, then a minute, doubling up to an hour."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, 10)
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


def locked_until(connection: Connection, name: str, at: datetime) -> datetime | None:
    """Until when no password of this name is looked at."""
    found: datetime | None = connection.execute(
        select(ATTEMPTS.c.locked_until).where(ATTEMPTS.c.name_sha256 == name_digest(name))
    ).scalar_one_or_none()
    return found if found and found > at else None


def failed(connection: Connection, name: str, at: datetime) -> None:
    """One more failure; a day without any begins anew."""
    own = ATTEMPTS.c.name_sha256 == name_digest(name)
    with suppress(IntegrityError), connection.begin_nested():  # whoever comes second at once finds the row there
        connection.execute(insert(ATTEMPTS).values(name_sha256=name_digest(name), failures=0, last_at=at))
    row = connection.execute(select(ATTEMPTS.c.failures, ATTEMPTS.c.last_at).where(own).with_for_update()).one()
    failures = 1 + (row.failures if at - row.last_at < _FORGOTTEN_AFTER else 0)
    values = {"failures": failures, "last_at": at, "locked_until": at + wait_after(failures)}
    connection.execute(update(ATTEMPTS).where(own).values(**values))


def forgive(connection: Connection, name: str) -> None:
    """A right password, or the security administrator, forgets the failures."""
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.name_sha256 == name_digest(name)))
