"""Who asked to see a face or a whole ID number, why, and until when the answer holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.accounts import VIEW_GRANTS

LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ViewGrant:
    """The right of one caller to see one face or number for half an hour, and the reason that they gave."""

    id: int
    caller: str
    kind: str
    subject: str
    reason: str
    at: datetime
    ends_at: datetime


def add_grant(connection: Connection, caller: str, kind: str, subject: str, reason: str, at: datetime) -> ViewGrant:
    """A new right, for half an hour."""
    values = {"caller": caller, "kind": kind, "subject": subject, "reason": reason, "at": at, "ends_at": at + LIFE}
    made = insert(VIEW_GRANTS).values(**values).returning(*_COLUMNS)
    return record_of(ViewGrant, connection.execute(made).one())


def granted(connection: Connection, caller: str, kind: str, subject: str, at: datetime) -> ViewGrant | None:
    """The right that the caller asked for, while it lasts."""
    own = (VIEW_GRANTS.c.caller == caller, VIEW_GRANTS.c.kind == kind, VIEW_GRANTS.c.subject == subject)
    newest = select(*_COLUMNS).where(*own, VIEW_GRANTS.c.ends_at > at).order_by(VIEW_GRANTS.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else record_of(ViewGrant, row)


def view_grants(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[ViewGrant, ...]:
    """The rights that fit, in the order in which they were asked for."""
    rows = connection.execute(select(*_COLUMNS).where(*where).order_by(VIEW_GRANTS.c.id).limit(limit))
    return records_of(ViewGrant, rows)


def newest_grants(connection: Connection, limit: int) -> tuple[ViewGrant, ...]:
    """The rights asked for last, the newest first."""
    rows = connection.execute(select(*_COLUMNS).order_by(VIEW_GRANTS.c.id.desc()).limit(limit))
    return records_of(ViewGrant, rows)


_COLUMNS = columns_for(ViewGrant, VIEW_GRANTS)
