"""Rulebooks that were handed in: kept word for word, in effect once a second person has signed and the day has come."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.rulebooks import RULEBOOKS
from storage.evidence_log.imprint import refuse_altered


@dataclass(frozen=True, slots=True)
class HandedRulebook:
    """One version of a rulebook, by whom it came and who signed it."""

    id: int
    book_id: str
    version: str
    sha256: str
    body: str
    effective: str
    handed_in_by: str
    handed_in_at: datetime
    leaf: int
    signed_by: str | None
    signed_at: datetime | None
    signed_leaf: int | None


@dataclass(frozen=True, slots=True)
class RulebookText:
    """A version before it is kept."""

    book_id: str
    version: str
    sha256: str
    body: str
    effective: date


def keep_rulebook(connection: Connection, new: RulebookText, by: str, at: datetime, leaf: int) -> HandedRulebook:
    """The version as it was handed in; nothing is judged by it yet."""
    values = {"book_id": new.book_id, "version": new.version, "sha256": new.sha256, "body": new.body}
    values |= {"effective": new.effective.isoformat(), "handed_in_by": by}
    made = insert(RULEBOOKS).values(**values, handed_in_at=at, leaf=leaf).returning(*_COLUMNS)
    return record_of(HandedRulebook, connection.execute(made).one())


def sign_rulebook(connection: Connection, number: int, by: str, at: datetime, leaf: int) -> bool:
    """The second signature; whether it was the first second one."""
    unsigned = (RULEBOOKS.c.id == number, RULEBOOKS.c.signed_by.is_(None))
    values = {"signed_by": by, "signed_at": at, "signed_leaf": leaf}
    return connection.execute(update(RULEBOOKS).where(*unsigned).values(**values)).rowcount > 0


def handed_rulebooks(connection: Connection, *where: ColumnElement[bool]) -> tuple[HandedRulebook, ...]:
    """The versions that fit, in the order in which they came."""
    refuse_altered(connection, RULEBOOKS, *where)
    rows = connection.execute(select(*_COLUMNS).where(*where).order_by(RULEBOOKS.c.id))
    return records_of(HandedRulebook, rows)


def signed_rulebooks(connection: Connection, today: date) -> tuple[HandedRulebook, ...]:
    """Those in effect on the day, in the order in which they took effect."""
    own = RULEBOOKS.c
    found = handed_rulebooks(connection, own.signed_by.is_not(None), own.effective <= today.isoformat())
    return tuple(sorted(found, key=lambda one: (one.effective, one.id)))


_COLUMNS = columns_for(HandedRulebook, RULEBOOKS)
