"""What the provider publishes, fetched when it is needed and kept for a while; a failure is remembered for a moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from runtime.accounts.openid.errors import OpenIdError, OpenIdFault

LIFE = timedelta(hours=1)
AGAIN = timedelta(minutes=1)
AFTER_FAULT = timedelta(seconds=10)
_WAIT_S = 2  # so that a slow provider never holds all of the service's threads
T = TypeVar("T")


class Kept(Generic[T]):
    """One published thing; one thread fetches it, the others wait for it a little."""

    def __init__(self, load: Callable[[], T], clock: Callable[[], datetime]) -> None:
        self._load, self._clock, self._lock = load, clock, Lock()
        self._good: tuple[T, datetime] | None = None
        self._bad: tuple[OpenIdError, datetime] | None = None

    def get(self) -> T:
        """The thing as it was within the last hour."""
        return self._within(LIFE)

    def newer(self) -> T:
        """Fetched anew, but no more than once a minute: whoever sends unknown keys cannot make us ask all the time."""
        return self._within(AGAIN)

    def _within(self, life: timedelta) -> T:
        with self._alone():
            at = self._clock()
            if self._good and timedelta(0) <= at - self._good[1] < life:
                return self._good[0]
            if self._bad and timedelta(0) <= at - self._bad[1] < AFTER_FAULT:
                raise OpenIdError(self._bad[0].kind, self._bad[0].detail)
            try:
                found = self._load()
            except OpenIdError as error:
                self._bad = (error, at)
                raise
            self._good, self._bad = (found, at), None
            return found

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=_WAIT_S):
            raise OpenIdError(OpenIdFault.BUSY, "another request is asking the provider")
        try:
            yield
        finally:
            self._lock.release()
