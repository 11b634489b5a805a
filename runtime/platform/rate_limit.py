"""How often one address may ask for something costly.

What guards a secret is counted by the database where several nodes share one, so that nobody guesses at each of them
in turn; what spares a machine is counted by its own process. The lasting lockout is the database's in any case.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Engine

from facts.errors import TooManyError
from storage.database.connection import writing
from storage.database.rate_windows import counted

_MOST_KEYS = 20_000
_COME_AGAIN = timedelta(seconds=15)
# Passwords, links and the projector's digits may be guessed; names asked for, lists carried off, networks tried.
_SHARED = frozenset(
    {
        "sign-in",
        "openid",
        "link code",
        "digits",
        "digits by phone",
        "digits by address",
        "person",
        "export",
        "camera trials",
        "camera searches",
    }
)


class RateLimiter:
    """Counts in windows of fixed length; however many addresses ask, it remembers a bounded number of them."""

    def __init__(self, shared: Engine | None = None) -> None:
        self._shared = shared
        self._lock = Lock()
        self._held: Counter[tuple[str, str]] = Counter()
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}  # when the window ends, and how many came

    def take(self, what: str, who: str, at: datetime, most: int, each: timedelta) -> None:
        """One more; refused where there were ``most`` within ``each``."""
        if self._shared and what in _SHARED:
            with writing(self._shared, "counting requests") as connection:
                ends, count = counted(connection, what, who, at, each)
            if count > most:
                raise TooManyError(ends - at)
            return
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
