"""Who an OpenID provider's subject is here; among the living links a subject has one account and an account one subject."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from facts.errors import InputError
from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.identities import IDENTITIES


@dataclass(frozen=True, slots=True)
class Identity:
    """One link; the subject is never shown, since some providers put an ID number there."""

    id: int
    issuer: str
    subject: str = field(repr=False)
    account_id: int
    linked_by: int
    at: datetime
    ended_at: datetime | None


class IdentityTakenError(InputError):
    """The subject has an account already, or the account a subject."""


def link(connection: Connection, issuer: str, subject: str, account_id: int, linked_by: int, at: datetime) -> Identity:
    """A new link; whoever comes second is refused by the database itself."""
    values = {"issuer": issuer, "subject": subject, "account_id": account_id, "linked_by": linked_by, "at": at}
    try:
        with connection.begin_nested():
            made = connection.execute(insert(IDENTITIES).values(**values).returning(*_COLUMNS))
            return record_of(Identity, made.one())
    except IntegrityError as error:
        raise IdentityTakenError("identity: got one that is linked already, expected neither side to be") from error


def identity_of(connection: Connection, issuer: str, subject: str) -> Identity | None:
    """The living link of the subject."""
    living = (IDENTITIES.c.issuer == issuer, IDENTITIES.c.subject == subject, IDENTITIES.c.ended_at.is_(None))
    row = connection.execute(select(*_COLUMNS).where(*living)).one_or_none()
    return None if row is None else record_of(Identity, row)


def identities_of(connection: Connection, account_id: int) -> tuple[Identity, ...]:
    """Every link that the account has or had, the newest first."""
    rows = connection.execute(
        select(*_COLUMNS).where(IDENTITIES.c.account_id == account_id).order_by(IDENTITIES.c.id.desc())
    )
    return records_of(Identity, rows)


def linked(connection: Connection, issuer: str, accounts: tuple[int, ...]) -> frozenset[int]:
    """Those of the accounts that have a living link with this provider."""
    own = (IDENTITIES.c.issuer == issuer, IDENTITIES.c.account_id.in_(accounts), IDENTITIES.c.ended_at.is_(None))
    return frozenset(connection.execute(select(IDENTITIES.c.account_id).where(*own)).scalars())


def end(connection: Connection, number: int, account_id: int, at: datetime) -> bool:
    """From now on the link signs nobody in."""
    living = (IDENTITIES.c.id == number, IDENTITIES.c.account_id == account_id, IDENTITIES.c.ended_at.is_(None))
    return connection.execute(update(IDENTITIES).where(*living).values(ended_at=at)).rowcount > 0


_COLUMNS = columns_for(Identity, IDENTITIES)
