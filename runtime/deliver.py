"""Sends events to webhooks: signed with a time, tried again with growing waits, always under the same delivery id."""

import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException, HTTPMessage
from typing import IO

from sqlalchemy import Engine

from runtime.settings import Settings
from storage.database.opening import reading, writing
from storage.database.webhooks import Letter, delivered, due, missed, take_due

_TIMEOUT_S = 10
_MOST_AT_ONCE = 20


def deliver_due(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Sends what is due, a few at a time; how many were tried."""
    with reading(engine, "looking for deliveries") as connection:
        if not due(connection, clock()):
            return 0
    tried = 0
    while tried < _MOST_AT_ONCE:
        with writing(engine, "taking a delivery") as connection:
            letter = take_due(connection, clock())
        if letter is None:
            break
        tried += 1
        good, answer = send(letter, settings, clock())
        with writing(engine, "noting a delivery") as connection:
            if good:
                delivered(connection, letter.delivery, answer)
            else:
                missed(connection, letter.delivery, answer, clock())
    return tried


def webhook_secret(settings: Settings, salt: str) -> str:
    """The secret of one webhook: derived, so that the database holds none."""
    return hmac.digest(settings.secret.encode(), f"webhook\n{salt}".encode(), "sha256").hex()


def signature(secret: str, at: datetime, body: bytes) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA-256 over the seconds, a full stop and the body, so that no letter is replayed late."""
    seconds = int(at.timestamp())
    mac = hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()
    return f"t={seconds},v1={mac}"


def send(letter: Letter, settings: Settings, at: datetime) -> tuple[bool, str]:
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
    request = urllib.request.Request(letter.url, body, headers, method="POST")  # noqa: S310 - http(s) alone is registered
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
            return True, str(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return False, str(error.code)
    except (OSError, HTTPException, ValueError) as error:
        return False, f"{type(error).__name__}: {error}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A signed letter goes where it was registered to go and nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Refuse: the redirect counts as the answer."""


_OPENER = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
