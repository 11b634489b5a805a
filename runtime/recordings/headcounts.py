"""How many heads the wall's newest pictures show: counted apart, at most once a minute, while somebody looks at the wall.

One look of the networks is a hint for whoever watches. No verdict rests on it.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from facts.errors import XueshiError
from runtime.platform.child_process import in_own_process

_LOG = logging.getLogger("xueshi.api")
FRESH, SHOWN = timedelta(minutes=1), timedelta(minutes=5)
_WALL_S = 300


@dataclass(frozen=True, slots=True)
class LiveHeadcount:
    """What was counted in one picture, and when that was taken."""

    at: datetime
    heads: int


class LiveHeadcounts:
    """The newest count of each camera of one service."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[int, LiveHeadcount] = {}
        self._asked: dict[int, datetime] = {}
        self._thread: threading.Thread | None = None

    def of(self, camera_id: int, at: datetime) -> LiveHeadcount | None:
        """The count, unless it is too old to be said of now."""
        with self._lock:
            found = self._found.get(camera_id)
        return found if found and at - found.at < SHOWN else None

    def want(self, folders: Mapping[int, Path], weights: Path, at: datetime) -> None:
        """Somebody looks at these cameras: those that were not counted within the minute are counted soon."""
        with self._lock:
            due = {one: folder for one, folder in folders.items() if not self._is_fresh(one, at)}
            if not due or (self._thread and self._thread.is_alive()):
                return
            self._asked |= dict.fromkeys(due, at)
            self._thread = threading.Thread(target=self._count, args=(due, weights), daemon=True)
            self._thread.start()

    def _is_fresh(self, camera_id: int, at: datetime) -> bool:
        asked = self._asked.get(camera_id)
        return asked is not None and timedelta() <= at - asked < FRESH

    def _count(self, due: Mapping[int, Path], weights: Path) -> None:
        from runtime.recordings.headcount_job import count_heads  # noqa: PLC0415 - the service starts without networks

        try:
            found = in_own_process(_WALL_S, "heads on the wall", count_heads, dict(due), weights)
        except XueshiError as error:
            _LOG.warning("heads on the wall: %s", error)
            return
        with self._lock:
            self._found |= {one: LiveHeadcount(at, heads) for one, (at, heads) in found.items()}
