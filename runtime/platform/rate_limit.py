"""How often one address may ask for something costly; kept in this process, the lasting lockout is the database's."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from facts.errors import TooManyError

_MOST_KEYS = 20_000
_COME_AGAIN = timedelta(seconds=15)


class RateLimiter:
    """Counts in windows of fixed length; however many addresses ask, it remembers a bounded number of them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: Counter[tuple[str, str]] = Counter()
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

    @contextmanager
    def hold(self, what: str, who: str, most: int, in_all: int) -> Iterator[None]:
        """One of the places for as long as it is needed; refused where ``who`` has ``most``, or ``in_all`` are taken."""
        with self._lock:
            if self.held(what, who) >= most or self.held(what) >= in_all:
                raise TooManyError(_COME_AGAIN)
            self._held[what, who] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held[what, who] -= 1
                self._held += Counter()  # drops those who hold none

    def held(self, what: str, who: str | None = None) -> int:
        """How many places are taken, by one or by all."""
        return sum(n for (kind, one), n in self._held.items() if kind == what and who in {None, one})

    def _tidy(self, at: datetime) -> None:
        """Drop the windows that have ended and, if they were few, those that end soonest."""
        living = sorted((one for one in self._windows.items() if one[1][0] > at), key=lambda one: one[1][0])
        self._windows = dict(living[-_MOST_KEYS // 2 :])
