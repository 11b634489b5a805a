"""Institutions and accounts; roles are kept as words, and what each may do stands in ``pipeline/accounts/rights.py``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from facts.errors import InputError
from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.accounts import ACCOUNTS, INSTITUTIONS
from storage.evidence_log.imprint import refuse_altered


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """A training institution that uses this service."""

    id: int
    name: str
    uscc: str
    locality: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One person; no role means that no right was granted yet."""

    id: int
    name: str
    shown: str
    role: str | None
    institution_id: int | None
    area: str | None
    made_at: datetime
    disabled_at: datetime | None
    has_password: bool


def add_institution(connection: Connection, name: str, uscc: str, locality: str, at: datetime) -> InstitutionRow:
    """A new institution; two of one name could not be told apart."""
    values = {"name": name, "uscc": uscc, "locality": locality}
    try:
        with connection.begin_nested():
            made = connection.execute(insert(INSTITUTIONS).values(**values, made_at=at).returning(INSTITUTIONS.c.id))
            return InstitutionRow(id=made.scalar_one(), **values)
    except IntegrityError as error:
        raise InputError(f"institution: got the name {name[:40]!r} again, expected a new one") from error


def institution(connection: Connection, number: int) -> InstitutionRow | None:
    """The institution of this number."""
    found = institutions(connection, INSTITUTIONS.c.id == number)
    return found[0] if found else None


def institutions(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[InstitutionRow, ...]:
    """The institutions that fit, in the order in which they came or in the one that is given."""
    own = columns_for(InstitutionRow, INSTITUTIONS)
    rows = connection.execute(select(*own).where(*where).order_by(*order or (INSTITUTIONS.c.id,)).limit(limit))
    return records_of(InstitutionRow, rows)


def add_account(connection: Connection, name: str, shown: str, at: datetime) -> AccountRow:
    """A person without a role, a scope or a password; each of them is given by somebody else."""
    values = {"name": name, "shown": shown, "password_hash": "", "made_at": at}
    try:
        with connection.begin_nested():
            made = connection.execute(insert(ACCOUNTS).values(**values).returning(ACCOUNTS))
            return _account(made.one())
    except IntegrityError as error:
        raise InputError(f"account: got the name {name[:40]!r} again, expected a new one") from error


def accounts(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[AccountRow, ...]:
    """The accounts that fit, in the order in which they came or in the one that is given."""
    query = select(ACCOUNTS).where(*where).order_by(*order or (ACCOUNTS.c.id,))
    rows = connection.execute(query.limit(limit))
    return tuple(map(_account, rows))


def account(connection: Connection, number: int) -> AccountRow | None:
    """The account of this number."""
    refuse_altered(connection, ACCOUNTS, ACCOUNTS.c.id == number)
    found = accounts(connection, ACCOUNTS.c.id == number)
    return found[0] if found else None


def account_named(connection: Connection, name: str) -> tuple[AccountRow, str] | None:
    """The account that signs in by this name, and the hash of its password."""
    refuse_altered(connection, ACCOUNTS, ACCOUNTS.c.name == name)
    row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one_or_none()
    return None if row is None else (_account(row), row.password_hash)


def any_account(connection: Connection) -> bool:
    """Whether there is any account yet."""
    return connection.execute(select(ACCOUNTS.c.id).limit(1)).first() is not None


def grant(
    connection: Connection, number: int, role: str | None, institution_id: int | None = None, area: str | None = None
) -> None:
    """The role and whose data it reaches, in place of whatever was granted before."""
    values = {"role": role, "institution_id": institution_id, "area": area}
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == number).values(**values))


def set_password(connection: Connection, number: int, password_hash: str) -> None:
    """The hash of the password that the person chose."""
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == number).values(password_hash=password_hash))


def disable(connection: Connection, number: int, at: datetime | None) -> None:
    """Shut the account, or open it again; it is never deleted, because the log speaks of it."""
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == number).values(disabled_at=at))


def _account(row: Row[tuple[object, ...]]) -> AccountRow:
    return record_of(AccountRow, row, beside=("password_hash",), has_password=bool(row.password_hash))
