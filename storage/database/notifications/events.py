"""What happened, for whoever listens: numbered in the order of their commits, so that a listener can resume."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, insert, or_, select, text

from storage.database.accounts.accounts import InstitutionRow
from storage.database.classes.classes import ClassRow
from storage.database.record import columns_for, records_of
from storage.database.tables.notifications import DELIVERIES, EVENTS, WEBHOOKS

EventKind = Literal[
    "verdict.made",
    "flag.raised",
    "package.made",
    "claim.screened",
    "claim.decided",
    "doubt.opened",
    "doubt.explained",
    "doubt.signed",
    "doubt.settled",
    "class_doubt.explained",
    "class_doubt.signed",
    "class_doubt.settled",
    "review.made",
    "review.agreed",
    "review.contested",
    "review.answered",
    "supervision.issued",
    "supervision.answered",
    "supervision.closed",
    "camera.silent",
    "camera.back",
]
_A_LETTER = timedelta(minutes=10)  # a mailbox gets what happened in so long as one letter
_IN_ORDER = 0x65766E74  # "evnt": the PostgreSQL lock under which events get their numbers


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a class, or to something of an institution."""

    id: int
    kind: str
    class_id: int | None
    at: datetime
    body: str


def raise_event(
    connection: Connection, kind: EventKind, owner: ClassRow | InstitutionRow, at: datetime, body: str
) -> int:
    """The event's number, and a delivery for every webhook that wants it; call late, others wait until the commit."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IN_ORDER})
    class_id, institution_id = (owner.id, owner.institution_id) if isinstance(owner, ClassRow) else (None, owner.id)
    values = {"kind": kind, "class_id": class_id, "locality": owner.locality}
    made = insert(EVENTS).values(**values, institution_id=institution_id, at=at, body=body).returning(EVENTS.c.id)
    number = int(connection.execute(made).scalar_one())
    for webhook_id, wait in _wanting(connection, kind, institution_id, owner.locality):
        delivery = {"token": secrets.token_hex(16), "webhook_id": webhook_id, "event_id": number, "state": "waiting"}
        connection.execute(insert(DELIVERIES).values(**delivery, attempts=0, due_at=at + wait, answer=""))
    return number


def events(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[Event, ...]:
    """The events that fit, in their order."""
    own = columns_for(Event, EVENTS)
    rows = connection.execute(select(*own).where(*where).order_by(EVENTS.c.id).limit(limit))
    return records_of(Event, rows)


def _wanting(connection: Connection, kind: str, institution_id: int, locality: str) -> list[tuple[int, timedelta]]:
    rows = connection.execute(
        select(WEBHOOKS.c.id, WEBHOOKS.c.url, WEBHOOKS.c.kinds, WEBHOOKS.c.area).where(
            WEBHOOKS.c.ended_at.is_(None),
            or_(WEBHOOKS.c.institution_id.is_(None), WEBHOOKS.c.institution_id == institution_id),
        )
    )
    wanting = [row for row in rows if kind in row.kinds.split(",") and locality.startswith(row.area or "")]
    return [(row.id, _A_LETTER if row.url.startswith("mailto:") else timedelta()) for row in wanting]
