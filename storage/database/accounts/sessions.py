"""Sign-in sessions; the browser holds the token, the database its digest."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from storage.database.accounts.accounts import AccountRow, account
from storage.database.tables.accounts import SESSIONS

LIFE = timedelta(hours=12)
IDLE = timedelta(hours=2)
_TOLD_EVERY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is signed in."""

    id: int
    account_id: int
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    agent: str


def digest(token: str) -> str:
    """What is kept of a token that nobody can guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(connection: Connection, token: str, account_id: int, at: datetime, address: str, agent: str) -> int:
    """A new session, always under a new token."""
    values = {"account_id": account_id, "made_at": at, "seen_at": at, "ends_at": at + LIFE}
    shown = {"address": address[:64], "agent": agent[:200]}
    made = insert(SESSIONS).values(token_sha256=digest(token), **values, **shown)
    return int(connection.execute(made.returning(SESSIONS.c.id)).scalar_one())


def session_of(connection: Connection, token: str, at: datetime) -> tuple[Session, AccountRow] | None:
    """The session of the token while it lives, and whose it is while the account does."""
    alive = (SESSIONS.c.ends_at > at, SESSIONS.c.seen_at > at - IDLE)
    row = connection.execute(select(*_COLUMNS).where(SESSIONS.c.token_sha256 == digest(token), *alive)).one_or_none()
    if row is None:
        return None
    session = Session(*row)
    owner = account(connection, session.account_id)
    return (session, owner) if owner and owner.disabled_at is None else None


def stale(session: Session, at: datetime) -> bool:
    """Whether it is worth a write to say that the session was used."""
    return at - session.seen_at > _TOLD_EVERY


def seen(connection: Connection, session: Session, at: datetime) -> None:
    """The session was used."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.id == session.id).values(seen_at=at))


def sessions_of(connection: Connection, account_id: int, at: datetime) -> tuple[Session, ...]:
    """Where the account is signed in, the newest first."""
    alive = (SESSIONS.c.ends_at > at, SESSIONS.c.seen_at > at - IDLE)
    rows = connection.execute(
        select(*_COLUMNS).where(SESSIONS.c.account_id == account_id, *alive).order_by(SESSIONS.c.id.desc())
    )
    return tuple(Session(*row) for row in rows)


def end(connection: Connection, session_id: int, account_id: int) -> bool:
    """End one session of this account's."""
    own = (SESSIONS.c.id == session_id, SESSIONS.c.account_id == account_id)
    return connection.execute(delete(SESSIONS).where(*own)).rowcount > 0


def end_all(connection: Connection, account_id: int, but: int | None = None) -> None:
    """Sign the account out everywhere, except perhaps here."""
    where = [SESSIONS.c.account_id == account_id] + ([SESSIONS.c.id != but] if but is not None else [])
    connection.execute(delete(SESSIONS).where(*where))


def sweep(connection: Connection, at: datetime) -> None:
    """Forget the sessions that ended."""
    connection.execute(delete(SESSIONS).where(or_(SESSIONS.c.ends_at <= at, SESSIONS.c.seen_at <= at - IDLE)))


_COLUMNS = (
    SESSIONS.c.id,
    SESSIONS.c.account_id,
    SESSIONS.c.made_at,
    SESSIONS.c.seen_at,
    SESSIONS.c.ends_at,
    SESSIONS.c.address,
    SESSIONS.c.agent,
)
