"""How often one address may ask for something costly; kept in this process, the lasting lockout is the database's."""

from datetime import datetime, timedelta
from threading import Lock

from facts.errors import TooManyError

_MOST_KEYS = 20_000


class RateLimiter:
    """Counts in windows of fixed length; however many addresses ask, it remembers a bounded number of them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}  # when the window ends, and how many came

    def take(self, what: str, who: str, at: datetime, most: int, each: timedelta) -> None:
        """One more; refused where there were ``most`` within ``each``."""
        with self._lock:
            ends, count = self._windows.get((what, who), (at, 0))
            if not at < ends <= at + each:
                ends, count = at + each, 0
            if count >= most:
                raise TooManyError(ends - at)
            if len(self._windows) >= _MOST_KEYS:
                self._tidy(at)
            self._windows[what, who] = (ends, count + 1)

    def _tidy(self, at: datetime) -> None:
        """Drop the windows that have ended and, if they were few, those that end soonest."""
        living = sorted((one for one in self._windows.items() if one[1][0] > at), key=lambda one: one[1][0])
        self._windows = dict(living[-_MOST_KEYS // 2 :])
