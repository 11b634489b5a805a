"""What was drawn or remembered for convenience is deleted by itself when its life is over; evidence never is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from pipeline.retention.deadlines import LOOK_LIFE
from runtime.evidence_log.head_signature import sign_if_grown
from runtime.platform.cache import Cache, default_folder
from runtime.platform.environment import environment
from runtime.platform.settings import Settings
from runtime.recordings.preview_expiry import expire_previews


@dataclass(frozen=True, slots=True)
class CleanupCount:
    """How many previews and remembered looks were deleted."""

    previews: int
    looks: int


def clean_up(engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> CleanupCount:
    """Deletes previews, with a leaf each under the next signed head, and looks that nobody used for long."""
    at = clock()
    looks = Cache(default_folder(environment())).forget((at - LOOK_LIFE).timestamp())
    previews = expire_previews(engine, settings.home, at)
    sign_if_grown(engine, settings, at)
    return CleanupCount(previews, looks)
