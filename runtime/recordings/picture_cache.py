"""Pictures of the camera wall: each camera's is decoded at most once in a few seconds, however many people look."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from facts.errors import InputError, TooManyError
from ingest.recordings.wall_picture import WallPicture

_LOG = logging.getLogger("xueshi.api")
FRESH, AGAIN = timedelta(seconds=4), timedelta(seconds=15)
_MOST = 200  # of some hundred kilobytes each


@dataclass
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    made_at: datetime | None = None
    picture: WallPicture | None = None
    changes: bool = True


class PictureCache:
    """The newest picture of each camera; whoever asks while it is decoded waits for the same one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, ...], _Entry] = OrderedDict()

    def get(
        self, key: tuple[str, ...], at: datetime, make: Callable[[], WallPicture], fresh: timedelta | None = FRESH
    ) -> WallPicture | None:
        """What was made less than ``fresh`` ago, or is made now; nothing where there is no picture that decodes.

        ``fresh`` is left out where the key names bytes that never change.
        """
        entry = self._entry(key)
        with entry.lock:
            entry.changes = fresh is not None
            if entry.made_at is None or (fresh is not None and not timedelta() <= at - entry.made_at < fresh):
                try:
                    entry.picture = make()
                    entry.made_at = at
                except InputError as error:
                    _LOG.warning("%s", error)
                    entry.picture, entry.made_at = None, at
                except TooManyError:  # every child is busy: an older picture, with its own time, is better than none
                    if entry.picture is None:
                        raise
            return entry.picture

    def known_bad(self, key: tuple[str, ...], at: datetime) -> bool:
        """Whether the last look at it gave no picture; what may change is looked at again after a while."""
        with self._lock:
            entry = self._entries.get(key)
        if entry is None or entry.made_at is None or entry.picture is not None:
            return False
        return not entry.changes or timedelta() <= at - entry.made_at < AGAIN

    def _entry(self, key: tuple[str, ...]) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > _MOST:
                self._entries.popitem(last=False)
            return entry
