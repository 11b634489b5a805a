"""Sign-ins counted before a password is looked at, and the growing wait that failures cost; unknown names count alike."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, null, or_, select, update

from storage.database.tables.accounts import ATTEMPTS
from storage.database.upsert import insert_over

_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_FORGOTTEN_AFTER = timedelta(days=1)
_DOUBLINGS = 6  # after which the longest wait is reached


@dataclass(frozen=True, slots=True)
class AttemptCount:
    """What is counted together: the sign-ins of one name, from one place, or both; ``free`` of them cost nothing."""

    free: int
    name: str = ""
    origin: str = ""

    @property
    def key(self) -> str:
        """What is kept of name and place."""
        return hashlib.sha256(f"{len(self.name)}\n{self.name}\n{self.origin}".encode()).hexdigest()


def wait_after(failures: int, free: int) -> timedelta:
    """How long the next attempt must wait: nothing at first, then a minute, doubling up to an hour."""
    if failures < free:
        return timedelta(0)
    return min(_FIRST_WAIT * (1 << min(failures - free, _DOUBLINGS)), _LONGEST_WAIT)


def admit(connection: Connection, counts: Sequence[AttemptCount], at: datetime) -> datetime | None:
    """Count one more in each, as if it had failed already; until when to wait, where one of them has to.

    One statement counts and refuses: of any number at one moment no more are let in than are free.
    """
    for one in counts:
        if not _counted(connection, one, at):
            until = select(ATTEMPTS.c.locked_until).where(ATTEMPTS.c.key_sha256 == one.key)
            return connection.execute(until).scalar_one_or_none() or at
    return None


def locked_until(connection: Connection, name: str, at: datetime) -> datetime | None:
    """Until when somewhere no password of this name is looked at."""
    own = (ATTEMPTS.c.name_sha256 == _name_digest(name), ATTEMPTS.c.locked_until > at)
    found = connection.execute(select(ATTEMPTS.c.locked_until).where(*own).order_by(ATTEMPTS.c.locked_until.desc()))
    until: datetime | None = found.scalars().first()
    return until


def take_back(connection: Connection, counts: Sequence[AttemptCount], at: datetime) -> None:
    """The attempt was no failure after all: one less in each, and no wait that it alone had caused."""
    for one in counts:
        less = case((ATTEMPTS.c.failures > 0, ATTEMPTS.c.failures - 1), else_=0)
        until = case((ATTEMPTS.c.failures <= one.free, null()), else_=ATTEMPTS.c.locked_until)
        own = update(ATTEMPTS).where(ATTEMPTS.c.key_sha256 == one.key)
        connection.execute(own.values(failures=less, locked_until=until))
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.last_at <= at - _FORGOTTEN_AFTER))


def forgive(connection: Connection, count: AttemptCount) -> None:
    """Forget the failures that were counted together."""
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.key_sha256 == count.key))


def forgive_name(connection: Connection, name: str) -> None:
    """Forget every failure under the name, wherever it came from."""
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.name_sha256 == _name_digest(name)))


def _counted(connection: Connection, one: AttemptCount, at: datetime) -> bool:
    first = {"key_sha256": one.key, "name_sha256": _name_digest(one.name), "failures": 1, "last_at": at}
    anew = ATTEMPTS.c.last_at <= at - _FORGOTTEN_AFTER
    waits = [(ATTEMPTS.c.failures + 1 == one.free + more, at + wait_after(more, 0)) for more in range(_DOUBLINGS)]
    longest = (ATTEMPTS.c.failures + 1 >= one.free + _DOUBLINGS, at + _LONGEST_WAIT)
    counted = (
        insert_over(connection, ATTEMPTS)
        .values(**first)
        .on_conflict_do_update(
            index_elements=[ATTEMPTS.c.key_sha256],
            set_={
                "failures": case((anew, 1), else_=ATTEMPTS.c.failures + 1),
                "last_at": at,
                "locked_until": case((anew, null()), *waits, longest, else_=null()),
            },
            where=or_(ATTEMPTS.c.locked_until.is_(None), ATTEMPTS.c.locked_until <= at),
        )
    )
    return connection.execute(counted.returning(ATTEMPTS.c.failures)).first() is not None


def _name_digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
