"""Who asked to see a face or a whole ID number, why, and until when the answer holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select

from storage.database.tables.accounts import VIEW_GRANTS

LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ViewGrant:
    """One reasoned look at what is masked otherwise."""

    id: int
    caller: str
    kind: str
    subject: str
    reason: str
    at: datetime
    ends_at: datetime


def add_grant(connection: Connection, caller: str, kind: str, subject: str, reason: str, at: datetime) -> ViewGrant:
    """A new look, for half an hour."""
    values = {"caller": caller, "kind": kind, "subject": subject, "reason": reason, "at": at, "ends_at": at + LIFE}
    return ViewGrant(*connection.execute(insert(VIEW_GRANTS).values(**values).returning(*_COLUMNS)).one())


def granted(connection: Connection, caller: str, kind: str, subject: str, at: datetime) -> ViewGrant | None:
    """The look that the caller asked for and that still holds."""
    own = (VIEW_GRANTS.c.caller == caller, VIEW_GRANTS.c.kind == kind, VIEW_GRANTS.c.subject == subject)
    newest = select(*_COLUMNS).where(*own, VIEW_GRANTS.c.ends_at > at).order_by(VIEW_GRANTS.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else ViewGrant(*row)


def view_grants(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[ViewGrant, ...]:
    """The looks that fit, in the order in which they were asked for."""
    rows = connection.execute(select(*_COLUMNS).where(*where).order_by(VIEW_GRANTS.c.id).limit(limit))
    return tuple(ViewGrant(*row) for row in rows)


def newest_grants(connection: Connection, limit: int) -> tuple[ViewGrant, ...]:
    """The last looks that were asked for, the newest first."""
    rows = connection.execute(select(*_COLUMNS).order_by(VIEW_GRANTS.c.id.desc()).limit(limit))
    return tuple(ViewGrant(*row) for row in rows)


_COLUMNS = tuple(VIEW_GRANTS.c[name] for name in ("id", "caller", "kind", "subject", "reason", "at", "ends_at"))
