from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from facts.errors import InternalError
from facts.retention import DeletionState, Hold, RetentionEntry, Use
from storage.database.connection import reading, writing
from storage.database.tables.retention import DELETIONS, HOLDS, OBJECTS, USES
from storage.evidence.port import StoredObject
from storage.evidence_log.imprint import refuse_altered
from storage.retention.locks import exclusive_lock
from storage.retention.rows import hold_of, hold_row, kept_of, use_row

_DOING = "keeping the register of evidence"
_AGAIN = "needed again by a class that was sealed meanwhile"


class EvidenceRegister:
    """What is kept, held and deleted, in the database; every call is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One sweep or order at a time; a process that dies releases the lock."""
        with exclusive_lock(self.engine):
            yield

    def record(self, store: str, stored: StoredObject, use: Use) -> RetentionEntry:
        """A class needs the object; called when the store has acknowledged it, so that nothing is promised too early."""
        with self.alone(), writing(self.engine, _DOING) as connection:
            known = _newest(connection, store, stored)
            if known and not _gone(known, stored):
                _needed_again(connection, known, stored)
                _keep(connection, known.number, _merged(known, use))
                return _one(connection, known.number)
            number = _enter(connection, store, stored, use)
            _keep(connection, number, [use])
            return _one(connection, number)

    def live(self, due_before: datetime | None = None) -> Sequence[RetentionEntry]:
        """See ``Register``."""
        wanted: ColumnElement[bool] = OBJECTS.c.deleted_at.is_(None)
        if due_before is not None:
            wanted &= OBJECTS.c.keep_until <= due_before
        return self._found(wanted)

    def where(self, store: str, sha256: str) -> Sequence[RetentionEntry]:
        """What the store keeps of these bytes, under which versions, the newest first."""
        own = (OBJECTS.c.store == store) & (OBJECTS.c.sha256 == sha256) & OBJECTS.c.deleted_at.is_(None)
        return tuple(reversed(self._found(own)))

    def deleted(self) -> Sequence[RetentionEntry]:
        """What was deleted and certified."""
        return self._found(OBJECTS.c.deleted_at.is_not(None))

    def unfinished(self) -> Sequence[RetentionEntry]:
        """See ``Register``."""
        begun = select(DELETIONS.c.object).where(DELETIONS.c.state == DeletionState.DELETING.value)
        return self._found(OBJECTS.c.number.in_(begun))

    def one(self, number: int) -> RetentionEntry:
        """See ``Register``."""
        with reading(self.engine, _DOING) as connection:
            return _one(connection, number)

    def begin(self, number: int, at: datetime) -> None:
        """See ``Register``; nothing is deleted by a record or beside a hold that is not what the log has."""
        with reading(self.engine, _DOING) as connection:
            refuse_altered(connection, OBJECTS, OBJECTS.c.number == number)
            refuse_altered(connection, USES, USES.c.object == number)
            refuse_altered(connection, HOLDS)
        self._state(number, DeletionState.DELETING, at, "")

    def fail(self, number: int, at: datetime, reason: str) -> None:
        """See ``Register``."""
        self._state(number, DeletionState.FAILED, at, reason)

    def certify(self, number: int, certificate: str) -> str:
        """See ``Register``."""
        with writing(self.engine, _DOING) as connection:
            fresh = (DELETIONS.c.object == number) & (DELETIONS.c.certificate == "")
            connection.execute(update(DELETIONS).where(fresh).values(certificate=certificate))
            found = select(DELETIONS.c.certificate).where(DELETIONS.c.object == number)
            return str(connection.execute(found).scalar_one())

    def finish(self, number: int, at: datetime, place: int) -> None:
        """See ``Register``."""
        with writing(self.engine, _DOING) as connection:
            done = update(DELETIONS).where(DELETIONS.c.object == number)
            connection.execute(done.values(state=DeletionState.DELETED.value, place=place))
            connection.execute(update(OBJECTS).where(OBJECTS.c.number == number).values(deleted_at=at))

    def holds(self, *, released: bool = False) -> Sequence[Hold]:
        """See ``Register``."""
        wanted = select(HOLDS).order_by(HOLDS.c.placed_at, HOLDS.c.id)
        with reading(self.engine, _DOING) as connection:
            found = [hold_of(row) for row in connection.execute(wanted).mappings()]
            refuse_altered(connection, HOLDS)
        return tuple(one for one in found if released or one.released_at is None)

    def payout(self, class_id: str) -> date | None:
        """The payout day of the class, as far as anybody said."""
        wanted = select(func.max(USES.c.paid)).where(USES.c.class_id == class_id)
        with reading(self.engine, _DOING) as connection:
            found: date | None = connection.execute(wanted).scalar_one()
        return found

    def place(self, hold: Hold) -> None:
        """See ``Register``."""
        self._change(lambda connection: connection.execute(insert(HOLDS).values(hold_row(hold))))

    def settle(self, hold_id: str) -> None:
        """See ``Register``."""
        self._change(lambda to: to.execute(update(HOLDS).where(HOLDS.c.id == hold_id).values(settled=1)))

    def release(self, hold_id: str, by: str, at: datetime) -> None:
        """See ``Register``."""
        lifted = update(HOLDS).where(HOLDS.c.id == hold_id).values(released_by=by, released_at=at)
        self._change(lambda connection: connection.execute(lifted))

    def lengthen(self, number: int, uses: Sequence[Use]) -> None:
        """See ``Register``."""
        with writing(self.engine, _DOING) as connection:
            before = {_key(use): use for use in _one(connection, number).uses}
            _keep(connection, number, [_longer(before.get(_key(use)), use) for use in uses])

    def acknowledge(self, number: int, retain_until: datetime) -> None:
        """See ``Register``."""
        locked = update(OBJECTS).where(OBJECTS.c.number == number).values(retain_until=retain_until)
        self._change(lambda connection: connection.execute(locked))

    def _state(self, number: int, state: DeletionState, at: datetime, reason: str) -> None:
        with writing(self.engine, _DOING) as connection:
            _judged(connection, number, state, at, reason)

    def _change(self, change: Callable[[Connection], object]) -> None:
        with writing(self.engine, _DOING) as connection:
            change(connection)

    def _found(self, wanted: ColumnElement[bool]) -> Sequence[RetentionEntry]:
        with reading(self.engine, _DOING) as connection:
            rows = connection.execute(select(OBJECTS).where(wanted).order_by(OBJECTS.c.number)).mappings().all()
            return kept_of(connection, rows)


def _one(connection: Connection, number: int) -> RetentionEntry:
    rows = connection.execute(select(OBJECTS).where(OBJECTS.c.number == number)).mappings().all()
    if not rows:
        raise InternalError(f"register: got no object {number}, expected one that was just there")
    return kept_of(connection, rows)[0]


def _newest(connection: Connection, store: str, stored: StoredObject) -> RetentionEntry | None:
    same = (OBJECTS.c.store == store) & (OBJECTS.c.sha256 == stored.key) & (OBJECTS.c.version_id == stored.version_id)
    rows = connection.execute(select(OBJECTS).where(same).order_by(OBJECTS.c.generation.desc()).limit(1))
    return next(iter(kept_of(connection, rows.mappings().all())), None)


def _gone(known: RetentionEntry, stored: StoredObject) -> bool:
    begun = known.deletion
    if begun is None or begun.state is DeletionState.FAILED:
        return False
    return begun.state is DeletionState.DELETED or bool(begun.certificate) or begun.precedes(stored.stored_at)


def _enter(connection: Connection, store: str, stored: StoredObject, use: Use) -> int:
    same = (OBJECTS.c.store == store) & (OBJECTS.c.sha256 == stored.key) & (OBJECTS.c.version_id == stored.version_id)
    before = len(connection.execute(select(OBJECTS.c.number).where(same)).all())
    row = {"store": store, "sha256": stored.key, "version_id": stored.version_id, "generation": before}
    row |= {"size_bytes": stored.size_bytes, "keep_until": use.keep_until, "retain_until": stored.retain_until}
    made = insert(OBJECTS).values(row).returning(OBJECTS.c.number)
    return int(connection.execute(made).scalar_one())


def _needed_again(connection: Connection, known: RetentionEntry, stored: StoredObject) -> None:
    if known.deletion and known.deletion.state is DeletionState.DELETING:
        _judged(connection, known.number, DeletionState.FAILED, known.deletion.begun_at, _AGAIN)
    if stored.retain_until and (known.retain_until is None or known.retain_until < stored.retain_until):
        own = OBJECTS.c.number == known.number
        connection.execute(update(OBJECTS).where(own).values(retain_until=stored.retain_until))


def _judged(connection: Connection, number: int, state: DeletionState, at: datetime, reason: str) -> None:
    row = {"state": state.value, "begun_at": at, "reason": reason}
    found = connection.execute(update(DELETIONS).where(DELETIONS.c.object == number).values(row))
    if found.rowcount == 0:
        connection.execute(insert(DELETIONS).values({**row, "object": number, "certificate": ""}))


def _key(use: Use) -> tuple[str, str, str]:
    return use.class_id, use.category.value, use.label


def _longer(before: Use | None, use: Use) -> Use:
    """The same need under the later of two dates, speaking of all of its days."""
    if before is None:
        return use
    kept = max(before, use, key=lambda one: one.keep_until)
    whole = use.first_day is None or before.first_day is None or use.last_day is None or before.last_day is None
    first = None if whole else min(filter(None, (use.first_day, before.first_day)))
    last = None if whole else max(filter(None, (use.last_day, before.last_day)))
    paid = max(filter(None, (use.paid, before.paid)), default=None)
    return replace(kept, first_day=first, last_day=last, paid=paid)


def _merged(known: RetentionEntry, use: Use) -> list[Use]:
    others = [one for one in known.uses if _key(one) != _key(use)]
    before = next((one for one in known.uses if _key(one) == _key(use)), None)
    return [*others, _longer(before, use)]


def _keep(connection: Connection, number: int, uses: Sequence[Use]) -> None:
    connection.execute(delete(USES).where(USES.c.object == number))
    connection.execute(insert(USES), [use_row(number, use) for use in uses])
    longest = max(use.keep_until for use in uses)
    connection.execute(update(OBJECTS).where(OBJECTS.c.number == number).values(keep_until=longest))
