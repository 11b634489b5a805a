"""Where events are delivered, and how far each delivery is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.notifications import DELIVERIES, EVENTS, WEBHOOKS

WAITS = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21_600, 43_200, 86_400))
_HELD = timedelta(minutes=2)
MOST_IN_A_LETTER = 200


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address that wants to hear of some kinds of event."""

    id: int
    url: str
    kinds: str
    institution_id: int | None
    area: str | None
    salt: str
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one address; ``token`` stays the same however often it is sent."""

    id: int
    token: str
    state: str
    attempts: int
    due_at: datetime
    answer: str
    webhook_id: int
    event_id: int


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery with all that is needed to send it."""

    delivery: Delivery
    url: str
    salt: str
    kind: str
    at: datetime
    body: str
    class_id: int | None


def add_webhook(
    connection: Connection, url: str, kinds: str, scope: tuple[int | None, str | None], salt: str, at: datetime
) -> Webhook:
    """A new address."""
    values = {"url": url, "kinds": kinds, "institution_id": scope[0], "area": scope[1], "salt": salt, "made_at": at}
    made = insert(WEBHOOKS).values(**values).returning(*_WEBHOOK)
    return record_of(Webhook, connection.execute(made).one())


def webhooks(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[Webhook, ...]:
    """The addresses that fit, in the order in which they came or in the one that is given."""
    rows = connection.execute(select(*_WEBHOOK).where(*where).order_by(*order or (WEBHOOKS.c.id,)).limit(limit))
    return records_of(Webhook, rows)


def end_webhook(connection: Connection, number: int, at: datetime) -> bool:
    """From now on nothing is sent to the address."""
    living = (WEBHOOKS.c.id == number, WEBHOOKS.c.ended_at.is_(None))
    ended = connection.execute(update(WEBHOOKS).where(*living).values(ended_at=at)).rowcount > 0
    waiting = (DELIVERIES.c.webhook_id == number, DELIVERIES.c.state == "waiting")
    connection.execute(update(DELIVERIES).where(*waiting).values(state="given_up"))
    return ended


def deliveries(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[Delivery, ...]:
    """The deliveries that fit."""
    rows = connection.execute(select(*_DELIVERY).where(*where).order_by(DELIVERIES.c.id).limit(limit))
    return records_of(Delivery, rows)


def due(connection: Connection, at: datetime) -> bool:
    """Whether any delivery is due; called often, so it takes no lock."""
    waiting = (DELIVERIES.c.state == "waiting", DELIVERIES.c.due_at <= at)
    return connection.execute(select(DELIVERIES.c.id).where(*waiting).limit(1)).first() is not None


def lease_due(connection: Connection, at: datetime) -> DueDelivery | None:
    """The next delivery that is due; for two minutes no other worker takes it."""
    waiting = (DELIVERIES.c.state == "waiting", DELIVERIES.c.due_at <= at)
    next_one = select(DELIVERIES.c.id).where(*waiting).order_by(DELIVERIES.c.due_at, DELIVERIES.c.id).limit(1)
    number = connection.execute(next_one.with_for_update(skip_locked=True)).scalar_one_or_none()
    if number is None:
        return None
    return _leased(connection, at, DELIVERIES.c.id == number)[0]


def lease_others(connection: Connection, letter: DueDelivery, at: datetime) -> tuple[DueDelivery, ...]:
    """What else waits for the same address, due or not: one letter tells all of it."""
    own = (DELIVERIES.c.webhook_id == letter.delivery.webhook_id, DELIVERIES.c.id != letter.delivery.id)
    waiting = select(DELIVERIES.c.id).where(*own, DELIVERIES.c.state == "waiting").order_by(DELIVERIES.c.id)
    numbers = connection.execute(waiting.limit(MOST_IN_A_LETTER).with_for_update(skip_locked=True)).scalars().all()
    return _leased(connection, at, DELIVERIES.c.id.in_(numbers)) if numbers else ()


def _leased(connection: Connection, at: datetime, *which: ColumnElement[bool]) -> tuple[DueDelivery, ...]:
    held = {"due_at": at + _HELD, "attempts": DELIVERIES.c.attempts + 1}
    connection.execute(update(DELIVERIES).where(*which).values(**held))
    beside = {"url": WEBHOOKS.c.url, "salt": WEBHOOKS.c.salt, "kind": EVENTS.c.kind, "at": EVENTS.c.at}
    beside |= {"body": EVENTS.c.body, "class_id": EVENTS.c.class_id}
    joined = DELIVERIES.join(WEBHOOKS, DELIVERIES.c.webhook_id == WEBHOOKS.c.id)
    joined = joined.join(EVENTS, DELIVERIES.c.event_id == EVENTS.c.id)
    asked = select(*_DELIVERY, *beside.values()).select_from(joined).where(*which).order_by(DELIVERIES.c.id)
    return tuple(
        DueDelivery(
            delivery=record_of(Delivery, row, beside=tuple(beside)),
            **{name: row._mapping[name] for name in beside},  # noqa: SLF001 - the documented way
        )
        for row in connection.execute(asked)
    )


def delivered(connection: Connection, delivery: Delivery, answer: str) -> None:
    """The receiver accepted it."""
    values = {"state": "delivered", "answer": answer[:200]}
    connection.execute(update(DELIVERIES).where(DELIVERIES.c.id == delivery.id).values(**values))


def missed(connection: Connection, delivery: Delivery, answer: str, at: datetime) -> None:
    """The receiver did not accept it; it is sent again after a growing pause and given up after the last."""
    over = delivery.attempts > len(WAITS)
    due_at = at if over else at + WAITS[delivery.attempts - 1]
    values = {"state": "given_up" if over else "waiting", "due_at": due_at, "answer": answer[:200]}
    connection.execute(update(DELIVERIES).where(DELIVERIES.c.id == delivery.id).values(**values))


_WEBHOOK = columns_for(Webhook, WEBHOOKS)
_DELIVERY = columns_for(Delivery, DELIVERIES)
