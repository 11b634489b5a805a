"""Whole names and numbers in the database lie under a key of their class: without the folder of keys nobody reads them.

A class's key is wrapped by its institution's, and that by a secret in the folder of keys, which no backup of the
database holds. Destroying a class's key ends what is known of its people; forgetting an old secret ends what backups
still hold under it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, select, update

from facts.errors import InternalError, NotFoundError, RefusalError, SetupError
from facts.text import Text
from storage.database.record import record_of
from storage.database.tables.cameras import CAMERAS
from storage.database.tables.classes import CLASSES
from storage.database.tables.facts_keys import CLASS_KEYS, INSTITUTION_KEYS
from storage.database.tables.supervision import MEASURE_EVENTS, MEASURES, VOUCHERS
from storage.database.upsert import insert_over
from storage.key_file import SECRET_BYTES, read_secrets, secret_name, write_secrets

KEY_FILE = "facts.key"
_OPTION = "facts_keys"
_NONCE_BYTES = 12


class FactsGoneError(NotFoundError):
    """The class's key was destroyed when its evidence had been kept long enough."""

    def __init__(self) -> None:
        title = Text(
            "留存期满，本班的姓名、证件号等原始事实已销毁",
            "kept long enough: this class's facts, names and numbers are destroyed",
        )
        RefusalError.__init__(self, "FACTS_GONE", title, expected="a class within its retention")


class SealBrokenError(InternalError):
    """What lies in the database is not what was sealed there, or another key sealed it."""

    def __init__(self, bound: str) -> None:
        super().__init__(
            f"database: got sealed facts ({bound}) that its key does not open, expected them as they were written; they"
            " were changed, or facts.key is another's: compare with a backup"
        )


@dataclass(frozen=True, slots=True, repr=False)
class WrappedKeys:
    """A class's key and its institution's as they are kept."""

    under: str
    above: bytes
    institution_id: int
    wrapped: bytes
    destroyed_at: datetime | None


class FactsKeys:
    """The secrets of one folder of keys; read when first needed, and again when another process has added one."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / KEY_FILE

    def newest(self, *, first: bool = False) -> tuple[str, bytes]:
        """The secret that new keys are wrapped by, and its name; made where it is the database's first."""
        secret = read_secrets(self._place, make=first)[-1]
        return secret_name(secret), secret

    def named(self, name: str) -> bytes:
        """The secret of that name."""
        known = {secret_name(secret): secret for secret in read_secrets(self._place)}
        if name not in known:
            raise SetupError(
                f"{self._place}: got no key named {name}, expected the one that sealed the database; bring the file"
                " back from its copy"
            )
        return known[name]

    def add(self) -> None:
        """One more secret, which is the newest from now on."""
        write_secrets(self._place, (*read_secrets(self._place), secrets.token_bytes(SECRET_BYTES)))

    def forget_older(self) -> int:
        """Every secret but the newest is gone for good, and with them whatever backups hold under them."""
        known = read_secrets(self._place)
        write_secrets(self._place, known[-1:])
        return len(known) - 1


def with_facts_keys(engine: Engine, folder: Path) -> Engine:
    """The same engine, whose connections seal and open facts by the folder's keys."""
    engine.update_execution_options(**{_OPTION: FactsKeys(folder)})
    return engine


def seal_facts(connection: Connection, class_id: int, bound: str, text: str, at: datetime) -> bytes:
    """The text under the class's key, bound to the row that it lies in."""
    if _wrapped(connection, class_id) is None:
        _make_class_key(connection, class_id, at)
    return _encrypt(_class_key(connection, class_id), text.encode(), bound)


def open_facts(connection: Connection, class_id: int, bound: str, sealed: bytes) -> str:
    """The text again; a row that was changed, or that another key sealed, is refused."""
    return _decrypt(_class_key(connection, class_id), sealed, bound).decode()


def seal_for_institution(connection: Connection, institution_id: int, bound: str, text: str, at: datetime) -> bytes:
    """The text under the institution's own key, for what belongs to no class."""
    _ensure_institution_key(connection, institution_id, at)
    return _encrypt(_institution_key(connection, institution_id), text.encode(), bound)


def open_for_institution(connection: Connection, institution_id: int, bound: str, sealed: bytes) -> str:
    """The same text again."""
    own = select(INSTITUTION_KEYS.c.under, INSTITUTION_KEYS.c.wrapped)
    row = connection.execute(own.where(INSTITUTION_KEYS.c.institution_id == institution_id)).one()
    return _decrypt(_unwrapped(connection, institution_id, row.under, row.wrapped), sealed, bound).decode()


def destroy_class_key(connection: Connection, class_id: int, at: datetime) -> bool:
    """The class's facts can be opened no more; whether there was a key to destroy."""
    own = (CLASS_KEYS.c.class_id == class_id, CLASS_KEYS.c.destroyed_at.is_(None))
    return connection.execute(update(CLASS_KEYS).where(*own).values(wrapped=b"", destroyed_at=at)).rowcount > 0


def rewrap_institution(connection: Connection, institution_id: int, at: datetime) -> int:
    """A new key of the institution's under the newest secret, and each of its classes' keys under it; how many."""
    old = _institution_key(connection, institution_id, alone=True)
    new = _new_institution_key(connection, institution_id, at)
    rows = connection.execute(
        select(CLASS_KEYS.c.class_id, CLASS_KEYS.c.wrapped)
        .join(CLASSES, CLASSES.c.id == CLASS_KEYS.c.class_id)
        .where(CLASSES.c.institution_id == institution_id, CLASS_KEYS.c.destroyed_at.is_(None))
    ).all()
    for row in rows:
        bound = f"class {row.class_id}"
        wrapped = _encrypt(new, _decrypt(old, row.wrapped, bound), bound)
        own = (CLASS_KEYS.c.class_id == row.class_id, CLASS_KEYS.c.destroyed_at.is_(None))
        connection.execute(update(CLASS_KEYS).where(*own).values(wrapped=wrapped))
    _reseal_cameras(connection, institution_id, old, new)
    _reseal_measures(connection, institution_id, old, new)
    _reseal_vouchers(connection, institution_id, old, new)
    return len(rows)


def _reseal_cameras(connection: Connection, institution_id: int, old: bytes, new: bytes) -> None:
    """What lies under the institution's own key moves under the new one."""
    own = (CAMERAS.c.institution_id == institution_id, CAMERAS.c.ended_at.is_(None))
    for row in connection.execute(select(CAMERAS.c.id, CAMERAS.c.sealed).where(*own)).all():
        bound = f"camera {row.id}"
        sealed = _encrypt(new, _decrypt(old, row.sealed, bound), bound)
        connection.execute(update(CAMERAS).where(CAMERAS.c.id == row.id).values(sealed=sealed))


def _reseal_measures(connection: Connection, institution_id: int, old: bytes, new: bytes) -> None:
    """The same for what an authority recorded, and for each step of it."""
    own = select(MEASURES.c.id, MEASURES.c.sealed).where(MEASURES.c.institution_id == institution_id)
    for row in connection.execute(own).all():
        bound = f"measure {row.id}"
        sealed = _encrypt(new, _decrypt(old, row.sealed, bound), bound)
        connection.execute(update(MEASURES).where(MEASURES.c.id == row.id).values(sealed=sealed))
    events = select(MEASURE_EVENTS.c.measure_id, MEASURE_EVENTS.c.number, MEASURE_EVENTS.c.sealed)
    joined = events.join(MEASURES, MEASURES.c.id == MEASURE_EVENTS.c.measure_id)
    for event in connection.execute(joined.where(MEASURES.c.institution_id == institution_id)).all():
        bound = f"measure {event.measure_id} event {event.number}"
        sealed = _encrypt(new, _decrypt(old, event.sealed, bound), bound)
        one = (MEASURE_EVENTS.c.measure_id == event.measure_id, MEASURE_EVENTS.c.number == event.number)
        connection.execute(update(MEASURE_EVENTS).where(*one).values(sealed=sealed))


def _reseal_vouchers(connection: Connection, institution_id: int, old: bytes, new: bytes) -> None:
    """The same for whose each voucher is."""
    own = select(VOUCHERS.c.id, VOUCHERS.c.sealed).where(VOUCHERS.c.institution_id == institution_id)
    for row in connection.execute(own).all():
        bound = f"voucher {row.id}"
        sealed = _encrypt(new, _decrypt(old, row.sealed, bound), bound)
        connection.execute(update(VOUCHERS).where(VOUCHERS.c.id == row.id).values(sealed=sealed))


def wrapped_by_others(connection: Connection) -> tuple[int, ...]:
    """The institutions whose key does not lie under the newest secret yet."""
    name, _ = _keys(connection).newest()
    own = select(INSTITUTION_KEYS.c.institution_id).where(INSTITUTION_KEYS.c.under != name)
    return tuple(connection.execute(own.order_by(INSTITUTION_KEYS.c.institution_id)).scalars())


def _wrapped(connection: Connection, class_id: int) -> WrappedKeys | None:
    """Both keys as they are kept, by one statement: nobody wraps one of them anew in between."""
    columns = (
        INSTITUTION_KEYS.c.under,
        INSTITUTION_KEYS.c.wrapped.label("above"),
        INSTITUTION_KEYS.c.institution_id,
        CLASS_KEYS.c.wrapped,
        CLASS_KEYS.c.destroyed_at,
    )
    joined = select(*columns).join_from(CLASS_KEYS, CLASSES, CLASSES.c.id == CLASS_KEYS.c.class_id)
    joined = joined.join(INSTITUTION_KEYS, INSTITUTION_KEYS.c.institution_id == CLASSES.c.institution_id)
    row = connection.execute(joined.where(CLASS_KEYS.c.class_id == class_id)).one_or_none()
    return None if row is None else record_of(WrappedKeys, row)


def _class_key(connection: Connection, class_id: int) -> bytes:
    row = _wrapped(connection, class_id)
    if row is None or row.destroyed_at is not None:
        raise FactsGoneError
    above = _unwrapped(connection, row.institution_id, row.under, row.above)
    return _decrypt(above, row.wrapped, f"class {class_id}")


def _make_class_key(connection: Connection, class_id: int, at: datetime) -> None:
    owner = select(CLASSES.c.institution_id).where(CLASSES.c.id == class_id)
    institution_id: int = connection.execute(owner).scalar_one()
    _ensure_institution_key(connection, institution_id, at)
    bound = f"class {class_id}"
    wrapped = _encrypt(_institution_key(connection, institution_id), secrets.token_bytes(SECRET_BYTES), bound)
    made = insert_over(connection, CLASS_KEYS).values(class_id=class_id, wrapped=wrapped, made_at=at)
    connection.execute(made.on_conflict_do_nothing())


def _ensure_institution_key(connection: Connection, institution_id: int, at: datetime) -> None:
    known = select(INSTITUTION_KEYS.c.institution_id).where(INSTITUTION_KEYS.c.institution_id == institution_id)
    if connection.execute(known).first() is None:
        _new_institution_key(connection, institution_id, at, over=False)


def _new_institution_key(connection: Connection, institution_id: int, at: datetime, *, over: bool = True) -> bytes:
    first = connection.execute(select(INSTITUTION_KEYS.c.institution_id).limit(1)).first() is None
    name, secret = _keys(connection).newest(first=first)
    key = secrets.token_bytes(SECRET_BYTES)
    own = {"under": name, "wrapped": _encrypt(secret, key, f"institution {institution_id}"), "made_at": at}
    made = insert_over(connection, INSTITUTION_KEYS).values(institution_id=institution_id, **own)
    kept = made.on_conflict_do_update(index_elements=["institution_id"], set_=own)
    connection.execute(kept if over else made.on_conflict_do_nothing())
    return key


def _institution_key(connection: Connection, institution_id: int, *, alone: bool = False) -> bytes:
    """Held until the transaction ends, so that no class's key is wrapped by one that is being replaced."""
    own = select(INSTITUTION_KEYS.c.under, INSTITUTION_KEYS.c.wrapped)
    held = own.where(INSTITUTION_KEYS.c.institution_id == institution_id).with_for_update(read=not alone)
    row = connection.execute(held).one()
    return _unwrapped(connection, institution_id, row.under, row.wrapped)


def _unwrapped(connection: Connection, institution_id: int, under: str, wrapped: bytes) -> bytes:
    return _decrypt(_keys(connection).named(under), wrapped, f"institution {institution_id}")


def _keys(connection: Connection) -> FactsKeys:
    keys = connection.get_execution_options().get(_OPTION)
    if not isinstance(keys, FactsKeys):
        raise SetupError("database: got no folder of keys, expected one: names and numbers are sealed there")
    return keys


def _encrypt(key: bytes, data: bytes, bound: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, bound.encode())


def _decrypt(key: bytes, sealed: bytes, bound: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound.encode())
    except (InvalidTag, ValueError) as error:  # the latter where hardly anything is left of it
        raise SealBrokenError(bound) from error
