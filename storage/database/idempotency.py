"""Idempotency keys with the answers to their writes; a write and its key are committed together or not at all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database.errors import DatabaseError
from storage.database.record import columns_for, record_of
from storage.database.tables.accounts import IDEMPOTENCY


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """The answer that was given to a write."""

    request_sha256: str
    status: int
    body: str


class UsedKeyError(DatabaseError):
    """The key was used before; carries the answer that was given then."""

    def __init__(self, kept: RecordedAnswer) -> None:
        self.kept = kept
        super().__init__("idempotency key: got one that was used before")


def reserve(connection: Connection, caller: str, key: str, request_sha256: str, at: datetime) -> None:
    """Take the key; whoever comes second waits for the first and gets its answer."""
    values = {"caller": caller, "key": key, "request_sha256": request_sha256, "status": 0, "body": "", "at": at}
    try:
        with connection.begin_nested():
            connection.execute(insert(IDEMPOTENCY).values(**values))
    except IntegrityError:
        own = (IDEMPOTENCY.c.caller == caller, IDEMPOTENCY.c.key == key)
        row = connection.execute(select(*_COLUMNS).where(*own)).one()
        raise UsedKeyError(record_of(RecordedAnswer, row)) from None


def recorded_answer(connection: Connection, caller: str, key: str) -> RecordedAnswer | None:
    """The answer that was given when the key was used, if it was."""
    row = connection.execute(select(*_COLUMNS).where(IDEMPOTENCY.c.caller == caller, IDEMPOTENCY.c.key == key)).first()
    return record_of(RecordedAnswer, row) if row else None


def keep_answer(connection: Connection, caller: str, key: str, status: int, body: str) -> None:
    """Keep the answer to the write of this transaction."""
    own = (IDEMPOTENCY.c.caller == caller, IDEMPOTENCY.c.key == key)
    connection.execute(update(IDEMPOTENCY).where(*own).values(status=status, body=body))


def sweep(connection: Connection, before: datetime) -> None:
    """Delete the keys that are too old to be sent again."""
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.at < before))


_COLUMNS = columns_for(RecordedAnswer, IDEMPOTENCY)
