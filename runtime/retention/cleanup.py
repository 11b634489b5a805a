"""What was derived from evidence goes by itself when its life is over; originals never do."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from pipeline.retention.deadlines import PREVIEW_LIFE
from pipeline.retention.sweep import sweep
from runtime.platform.cache import Cache, default_folder
from runtime.platform.settings import Settings
from runtime.recordings.preview_expiry import forget
from runtime.retention.command import RetentionRequest, ports_of
from runtime.sealing.job import keyless

_LOG = logging.getLogger("xueshi.tidying")


@dataclass(frozen=True, slots=True)
class CleanupCount:
    """How much went: previews, remembered looks, and registered derived data with a certificate each."""

    previews: int
    looks: int
    registered: int


def clean_up(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> CleanupCount:
    """Deletes what is due of derived data; without a key nothing registered goes, because nobody could certify it."""
    at = clock()
    looks = Cache(default_folder()).forget((at - PREVIEW_LIFE).timestamp())
    previews = forget(engine, settings.home, at)
    if keyless(settings):
        return CleanupCount(previews, looks, 0)
    desk = ports_of(RetentionRequest(settings.home, settings.database, environ=dict(os.environ)), engine, clock)
    swept = list(sweep(desk, originals=False))
    for one in swept:
        if not one.sound:
            _LOG.warning("derived object %s: %s %s", one.kept.number, one.outcome.value, one.reason)
    return CleanupCount(previews, looks, sum(bool(one.certificate) for one in swept))
