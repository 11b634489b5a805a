"""What was derived from evidence goes by itself when its life is over; originals never do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from pipeline.retention.deadlines import LOOK_LIFE
from pipeline.retention.sweep import sweep
from runtime.platform.cache import Cache, default_folder
from runtime.platform.environment import environment
from runtime.platform.settings import Settings
from runtime.recordings.preview_expiry import expire_previews
from runtime.retention.command import RetentionRequest, ports_of
from runtime.sealing.enqueue import keyless

_LOG = logging.getLogger("xueshi.tidying")


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much went: previews, remembered looks, and registered derived data with a certificate each."""

    previews: int
    looks: int
    registered: int


def tidy(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> Tidied:
    """Deletes what is due of derived data; without a key nothing registered goes, because nobody could certify it."""
    at = clock()
    looks = Cache(default_folder(environment())).forget((at - LOOK_LIFE).timestamp())
    previews = expire_previews(engine, settings.home, at)
    if keyless(settings):
        return Tidied(previews, looks, 0)
    desk = ports_of(RetentionRequest(settings.home, settings.database, environ=environment()), engine, clock)
    swept = list(sweep(desk, originals=False))
    for one in swept:
        if not one.sound:
            _LOG.warning("derived object %s: %s %s", one.kept.number, one.outcome.value, one.reason)
    return Tidied(previews, looks, sum(bool(one.certificate) for one in swept))
