"""What every page, route and command of the service can reach: settings, database, store, log, clock."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from sqlalchemy import Engine

from runtime.accounts.openid.provider import Provider
from runtime.platform.rate_limit import RateLimiter
from runtime.platform.settings import Settings
from runtime.recordings.headcounts import LiveHeadcounts
from runtime.recordings.living_preview import LivingPreviews
from runtime.recordings.picture_cache import PictureCache
from storage.evidence.port import EvidenceStore
from storage.evidence_log.ledger import EvidenceLog

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service, opened once for each process."""

    settings: Settings
    engine: Engine
    store: EvidenceStore
    log: EvidenceLog
    clock: Clock
    limiter: RateLimiter = field(default_factory=RateLimiter)
    stopping: Event = field(default_factory=Event)
    pictures: PictureCache = field(default_factory=PictureCache)
    heads: LiveHeadcounts = field(default_factory=LiveHeadcounts)
    previews: LivingPreviews = field(default_factory=LivingPreviews)
    openid: Provider | None = None

    def keyed(self, purpose: str, text: str) -> str:
        """A digest that only this service can make; each purpose has its own."""
        return hmac.digest(self.settings.secret.encode(), f"{purpose}\n{text}".encode(), "sha256").hex()
