"""Sends events to webhooks: signed with a time, tried again with growing waits, always under the same delivery id."""

import hmac
import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from runtime.notifications.http_post import post
from runtime.notifications.mail import MAIL_TO, send_mail
from runtime.platform.settings import Settings
from storage.database.connection import reading, writing
from storage.database.notifications.webhooks import DueDelivery, delivered, due, lease_due, lease_others, missed

_MOST_AT_ONCE = 20


def deliver_due(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Sends what is due, a few at a time; how many were tried."""
    with reading(engine, "looking for deliveries") as connection:
        if not due(connection, clock()):
            return 0
    tried = 0
    while tried < _MOST_AT_ONCE:
        with writing(engine, "taking a delivery") as connection:
            letter = lease_due(connection, clock())
        if letter is None:
            break
        tried += 1
        letters = [letter]
        if letter.url.startswith(MAIL_TO):
            with writing(engine, "taking what waits for the same mailbox") as connection:
                letters += lease_others(connection, letter, clock())
            good, answer = send_mail(letters, settings.mail, settings.address)
        else:
            good, answer = send(letter, settings, clock())
        with writing(engine, "noting a delivery") as connection:
            for one in letters:
                if good:
                    delivered(connection, one.delivery, answer)
                else:
                    missed(connection, one.delivery, answer, clock())
    return tried


def webhook_secret(settings: Settings, salt: str) -> str:
    """The secret of one webhook: derived, so that the database holds none."""
    return hmac.digest(settings.secret.encode(), f"webhook\n{salt}".encode(), "sha256").hex()


def signature(secret: str, at: datetime, body: bytes) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA-256 over the seconds, a full stop and the body, so that nothing can be replayed later."""
    seconds = int(at.timestamp())
    mac = hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()
    return f"t={seconds},v1={mac}"


def send(letter: DueDelivery, settings: Settings, at: datetime) -> tuple[bool, str]:
    """Whether it arrived, and what was answered."""
    event = {"id": letter.delivery.event_id, "kind": letter.kind, "at": letter.at.isoformat()}
    body = json.dumps({**event, "data": json.loads(letter.body)}, ensure_ascii=False).encode()
    headers = {
        "content-type": "application/json",
        "user-agent": "xueshi",
        "xueshi-delivery": letter.delivery.token,
        "xueshi-event": letter.kind,
        "xueshi-signature": signature(webhook_secret(settings, letter.salt), at, body),
    }
    return post(letter.url, body, headers, settings.webhook_networks)
