"""Keys of writes that were made, with their answers; a write and its key are kept together or not at all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database.errors import DatabaseError
from storage.database.record import columns_for, record_of
from storage.database.tables.accounts import IDEMPOTENCY


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """The answer to a write that was made."""

    request_sha256: str
    status: int
    body: str


class UsedKeyError(DatabaseError):
    """The key was used before; carries the answer of then."""

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
    """The answer of then, where the key was used."""
    row = connection.execute(select(*_COLUMNS).where(IDEMPOTENCY.c.caller == caller, IDEMPOTENCY.c.key == key)).first()
    return record_of(RecordedAnswer, row) if row else None


def keep_answer(connection: Connection, caller: str, key: str, status: int, body: str) -> None:
    """The answer to the write that is being made."""
    own = (IDEMPOTENCY.c.caller == caller, IDEMPOTENCY.c.key == key)
    connection.execute(update(IDEMPOTENCY).where(*own).values(status=status, body=body))


def sweep(connection: Connection, before: datetime) -> None:
    """Forget the keys that nobody repeats any more."""
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.at < before))


_COLUMNS = columns_for(RecordedAnswer, IDEMPOTENCY)
