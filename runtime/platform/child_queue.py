"""Who may have a child now, who waits for one, and who is told to come again."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import timedelta

from facts.errors import TooManyError

_MOST_WAITING = 16  # of the forty threads that answer requests; who comes later is told to come again
_PATIENCE_S = 30
_COME_AGAIN = timedelta(seconds=5)


class ChildQueue:
    """Lets so many in at once and so many wait; who comes when that many wait is told to come again."""

    def __init__(self, at_once: int, most_waiting: int = _MOST_WAITING) -> None:
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(at_once)
        self._most_waiting, self.waiting = most_waiting, 0

    @contextlib.contextmanager
    def turn(self, *, patient: bool) -> Iterator[None]:
        """Within it one of the places is taken; whoever is ``patient`` is never refused."""
        with self._lock:
            if not patient and self.waiting >= self._most_waiting:
                raise TooManyError(_COME_AGAIN)
            self.waiting += not patient
        try:
            if not self._free.acquire(timeout=None if patient else _PATIENCE_S):
                raise TooManyError(_COME_AGAIN)
        finally:
            with self._lock:
                self.waiting -= not patient
        try:
            yield
        finally:
            self._free.release()
