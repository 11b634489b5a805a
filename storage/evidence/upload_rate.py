"""How fast evidence may go to a store over a line that others need too."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from storage.evidence.errors import StoreSetupError

STORE_RATE = "XUESHI_STORE_RATE"
_MEGABIT, _BYTE_BITS = 1_000_000, 8
_LEAST, _MOST = 0.1, 100_000.0


class RatedSource(Protocol):
    """What an uploader reads from."""

    def read(self, size: int) -> bytes:
        """The next bytes."""


class RatedReader:
    """Hands bytes on no faster than so many bits a second, over all that it ever handed on."""

    def __init__(
        self,
        source: RatedSource,
        bits_per_s: float,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._source, self._rate, self._monotonic, self._wait = source, bits_per_s, monotonic, wait
        self._begun_s, self._bits = monotonic(), 0

    def read(self, size: int) -> bytes:
        """The next bytes, once their time has come."""
        early_s = self._begun_s + self._bits / self._rate - self._monotonic()
        if early_s > 0:
            self._wait(early_s)
        data = self._source.read(size)
        self._bits += len(data) * _BYTE_BITS
        return data


def rate_from(environ: Mapping[str, str]) -> float | None:
    """The bits a second that the operator allows; nothing where he sets no limit."""
    text = environ.get(STORE_RATE, "").strip()
    if not text:
        return None
    try:
        megabits = float(text)
    except ValueError:
        megabits = 0.0
    if not _LEAST <= megabits <= _MOST:
        raise StoreSetupError(
            f"{STORE_RATE}: got {text[:20]!r}, expected megabits a second from {_LEAST} to {_MOST:.0f}, such as 8; leave it"
            " out for no limit"
        )
    return megabits * _MEGABIT
