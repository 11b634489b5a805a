"""One-time links and API keys: shown once, kept as digests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database.accounts.sessions import digest
from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.accounts import API_KEYS, ONE_TIME


class Purpose(StrEnum):
    """What a one-time link is good for."""

    SET_UP = "set_up"
    PASSWORD = "password"  # noqa: S105 - a purpose, no password
    IDENTITY = "identity"
    OPENID = "openid"
    SIGN_IN = "sign_in"  # of a service that one person runs for herself


LIFE = {
    Purpose.SET_UP: timedelta(hours=24),
    Purpose.PASSWORD: timedelta(hours=72),
    Purpose.IDENTITY: timedelta(hours=72),
    Purpose.SIGN_IN: timedelta(minutes=30),
    Purpose.OPENID: timedelta(minutes=15),  # longer than the cookie that it outlives
}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key by which another system calls; its secret was shown once."""

    id: int
    name: str
    institution_id: int | None
    area: str | None
    made_by: int
    made_at: datetime
    used_at: datetime | None
    ended_at: datetime | None


def offer(connection: Connection, token: str, purpose: Purpose, at: datetime, account_id: int | None = None) -> None:
    """A new one-time token; earlier ones for the same purpose and account can no longer be used."""
    same = (ONE_TIME.c.purpose == purpose.value, ONE_TIME.c.used_at.is_(None), _owner(account_id))
    connection.execute(update(ONE_TIME).where(*same).values(used_at=at))
    values = {"purpose": purpose.value, "account_id": account_id, "made_at": at, "ends_at": at + LIFE[purpose]}
    connection.execute(insert(ONE_TIME).values(token_sha256=digest(token), **values))


def is_usable(connection: Connection, token: str, purpose: Purpose, at: datetime) -> bool:
    """Whether the token may still be used."""
    where = (*_usable(token, purpose), ONE_TIME.c.ends_at > at)
    return connection.execute(select(ONE_TIME.c.purpose).where(*where)).first() is not None


def use(connection: Connection, token: str, purpose: Purpose, at: datetime) -> tuple[bool, int | None]:
    """Whether the token could be used, and for which account; it is used up by this call."""
    where = (*_usable(token, purpose), ONE_TIME.c.ends_at > at)
    used = update(ONE_TIME).where(*where).values(used_at=at).returning(ONE_TIME.c.account_id)
    row = connection.execute(used).one_or_none()
    return (False, None) if row is None else (True, row.account_id)


def spend(connection: Connection, token: str, purpose: Purpose, at: datetime) -> bool:
    """Whether a token that others vouch for comes for the first time; it is remembered for as long as it could return."""
    lapsed = (ONE_TIME.c.purpose == purpose.value, ONE_TIME.c.ends_at <= at)
    connection.execute(delete(ONE_TIME).where(*lapsed))
    values = {"purpose": purpose.value, "made_at": at, "ends_at": at + LIFE[purpose], "used_at": at}
    try:
        with connection.begin_nested():
            connection.execute(insert(ONE_TIME).values(token_sha256=digest(token), **values))
    except IntegrityError:
        return False
    return True


def add_key(
    connection: Connection, name: str, secret: str, scope: tuple[int | None, str | None], made_by: int, at: datetime
) -> ApiKey:
    """A key for another system, within one institution or one area."""
    values = {"name": name, "institution_id": scope[0], "area": scope[1], "made_by": made_by, "made_at": at}
    made = insert(API_KEYS).values(secret_sha256=digest(secret), **values).returning(*_KEY)
    return record_of(ApiKey, connection.execute(made).one())


def key_of(connection: Connection, secret: str) -> ApiKey | None:
    """The living key of this secret."""
    row = connection.execute(
        select(*_KEY).where(API_KEYS.c.secret_sha256 == digest(secret), API_KEYS.c.ended_at.is_(None))
    ).one_or_none()
    return None if row is None else record_of(ApiKey, row)


def keys(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[ApiKey, ...]:
    """The keys that fit, in the order in which they came or in the one that is given."""
    rows = connection.execute(select(*_KEY).where(*where).order_by(*order or (API_KEYS.c.id,)).limit(limit))
    return records_of(ApiKey, rows)


def end_key(connection: Connection, number: int, at: datetime) -> bool:
    """From now on the key is refused."""
    living = (API_KEYS.c.id == number, API_KEYS.c.ended_at.is_(None))
    return connection.execute(update(API_KEYS).where(*living).values(ended_at=at)).rowcount > 0


def _owner(account_id: int | None) -> ColumnElement[bool]:
    return ONE_TIME.c.account_id.is_(None) if account_id is None else ONE_TIME.c.account_id == account_id


def _usable(token: str, purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    return (
        ONE_TIME.c.token_sha256 == digest(token),
        ONE_TIME.c.purpose == purpose.value,
        ONE_TIME.c.used_at.is_(None),
    )


_KEY = columns_for(ApiKey, API_KEYS)
