"""The overview's tallies: kept in the transaction that changes what they count, and read as sums."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from facts.span import local_day
from storage.database.tables.classes import CLASSES
from storage.database.tables.reviews import REVIEWS
from storage.database.tables.statistics import CLAIM_TALLIES, HOUR_SUMS, HOUR_TALLIES, MONEY_SUMS
from storage.database.tables.verification import VERDICTS
from storage.database.upsert import insert_over

_AGREED = "agreed"
_MONEY = ("claims", "claimed_fen", "supported_fen", "unproven_fen", "decided_fen", "paid_fen")
SumKey = ColumnElement[str] | ColumnElement[int]


@dataclass(frozen=True, slots=True)
class HourSum:
    """So many class hours of one verdict under the keys that were asked for."""

    keys: tuple[str | int, ...]
    status: str
    hours: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class MoneySum:
    """What was asked, supported, decided and paid under the keys; a claim counts in its newest version, money whenever it left."""

    keys: tuple[str | int, ...]
    claims: int
    claimed_fen: int
    supported_fen: int
    unproven_fen: int
    decided_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class NewClaimTally:
    """One version of a claim before it is counted."""

    claim_id: int
    class_id: int
    made_at: datetime
    claimed_fen: int
    supported_fen: int
    unproven_fen: int


@contextmanager
def moved(connection: Connection, class_id: int) -> Iterator[None]:
    """What the class adds to every sum is taken out before, and put back as it is after."""
    _add(connection, class_id, -1)
    yield
    _add(connection, class_id, 1)


def tally_hours(connection: Connection, class_id: int, report_id: int) -> None:
    """The class's hours as its newest report has them."""
    own, one = VERDICTS.c, literal_column("1", Integer)
    month = func.substr(own.day, one, literal_column("7", Integer))
    agreed = exists().where(
        REVIEWS.c.class_id == own.class_id, REVIEWS.c.hour_id == own.hour_id, REVIEWS.c.state == _AGREED
    )
    reviewed = func.sum(case((agreed, one), else_=literal_column("0", Integer)))
    rows = (
        select(own.class_id, month, own.status, func.count(), reviewed)
        .where(own.report_id == report_id)
        .group_by(own.class_id, month, own.status)
    )
    with moved(connection, class_id):
        connection.execute(delete(HOUR_TALLIES).where(HOUR_TALLIES.c.class_id == class_id))
        connection.execute(insert(HOUR_TALLIES).from_select([column.name for column in HOUR_TALLIES.c], rows))


def tally_claim(connection: Connection, new: NewClaimTally, earlier: Sequence[int]) -> None:
    """The claim's newest version; of the ``earlier`` only what was paid counts from now on."""
    values = {
        "claim_id": new.claim_id,
        "class_id": new.class_id,
        "month": local_day(new.made_at).isoformat()[:7],
        "newest": 1,
        "claimed_fen": new.claimed_fen,
        "supported_fen": new.supported_fen,
        "unproven_fen": new.unproven_fen,
        "decided_fen": 0,
        "paid_fen": 0,
    }
    before = CLAIM_TALLIES.c.claim_id.in_(earlier)
    others = set(connection.execute(select(CLAIM_TALLIES.c.class_id).where(before)).scalars()) | {new.class_id}
    with ExitStack() as stack:
        for class_id in sorted(others):
            stack.enter_context(moved(connection, class_id))
        connection.execute(update(CLAIM_TALLIES).where(before).values(newest=0))
        connection.execute(insert(CLAIM_TALLIES).values(values))


def tally_decision(connection: Connection, claim_id: int, decided_fen: int, paid_fen: int) -> None:
    """What two people signed of that version, and what was paid of it."""
    own = CLAIM_TALLIES.c.claim_id == claim_id
    class_id = connection.execute(select(CLAIM_TALLIES.c.class_id).where(own)).scalar_one()
    with moved(connection, class_id):
        connection.execute(update(CLAIM_TALLIES).where(own).values(decided_fen=decided_fen, paid_fen=paid_fen))


def hour_sums(connection: Connection, keys: Sequence[SumKey], *where: ColumnElement[bool]) -> tuple[HourSum, ...]:
    """Class hours by verdict under each set of keys; ``where`` and ``keys`` speak of ``HOUR_SUMS``."""
    own = HOUR_SUMS.c
    hours, reviewed = func.sum(own.hours).label("hours"), func.sum(own.reviewed).label("reviewed")
    rows = select(own.status, hours, reviewed, *keys).where(own.hours > 0, *where).group_by(own.status, *keys)
    return tuple(
        HourSum(_keys(one, keys), one["status"], int(one["hours"]), int(one["reviewed"]))
        for one in connection.execute(rows).mappings()
    )


def money_sums(connection: Connection, keys: Sequence[SumKey], *where: ColumnElement[bool]) -> tuple[MoneySum, ...]:
    """Sums of claims under each set of keys; ``where`` and ``keys`` speak of ``MONEY_SUMS``."""
    own = MONEY_SUMS.c
    sums = [func.sum(own[name]).label(name) for name in _MONEY]
    told = or_(own.claims > 0, own.paid_fen > 0)
    rows = select(*sums, *keys).where(told, *where).group_by(*keys)
    found = connection.execute(rows).mappings()
    return tuple(MoneySum(_keys(one, keys), **{name: int(one[name]) for name in _MONEY}) for one in found)


def _keys(row: RowMapping, keys: Sequence[SumKey]) -> tuple[str | int, ...]:
    return tuple(row[key] for key in keys)


def _add(connection: Connection, class_id: int, sign: int) -> None:
    """Everything that the class has, onto the sums of its institution, place and programme, or off them."""
    place = (CLASSES.c.institution_id, CLASSES.c.locality, CLASSES.c.programme)
    hours, money = HOUR_TALLIES.c, CLAIM_TALLIES.c
    of_hours = (
        select(*place, hours.month, hours.status, hours.hours * sign, hours.reviewed * sign)
        .join(CLASSES, CLASSES.c.id == hours.class_id)
        .where(hours.class_id == class_id)
        .order_by(hours.month, hours.status)
    )
    newest = [func.sum(money[name] * money.newest) * sign for name in _MONEY[1:-1]]
    of_money = (
        select(*place, money.month, func.sum(money.newest) * sign, *newest, func.sum(money.paid_fen) * sign)
        .join(CLASSES, CLASSES.c.id == money.class_id)
        .where(money.class_id == class_id)
        .group_by(*place, money.month)
        .order_by(money.month)
    )
    for table, rows in ((HOUR_SUMS, of_hours), (MONEY_SUMS, of_money)):
        made = insert_over(connection, table).from_select([column.name for column in table.c], rows)
        added = {one.name: one + made.excluded[one.name] for one in table.c if not one.primary_key}
        keys = [one.name for one in table.primary_key.columns]
        connection.execute(made.on_conflict_do_update(index_elements=keys, set_=added))
