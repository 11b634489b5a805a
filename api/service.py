"""What every request can reach: settings, database, store, log, clock; made by the lifespan, one for each process."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from api.limits import Limiter
from runtime.openid.provider import Provider
from runtime.settings import Settings
from storage.evidence.port import EvidenceStore
from storage.log.ledger import EvidenceLog

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Service:
    """The opened parts."""

    settings: Settings
    engine: Engine
    store: EvidenceStore
    log: EvidenceLog
    clock: Clock
    limiter: Limiter = field(default_factory=Limiter)
    stopping: Event = field(default_factory=Event)
    openid: Provider | None = None

    def keyed(self, purpose: str, text: str) -> str:
        """A digest that only this service can make; each purpose has its own."""
        return hmac.digest(self.settings.secret.encode(), f"{purpose}\n{text}".encode(), "sha256").hex()


def service_of(request: Request) -> Service:
    """The service that answers this request."""
    found: Service = request.app.state.service
    return found


Served = Annotated[Service, Depends(service_of)]
