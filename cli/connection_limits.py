"""What a connection may keep the service waiting for: its head so long, and so many connections at once."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 1000  # who comes then is told so (503) at once
HEAD_S = 10.0


class BoundedProtocol(H11Protocol):
    """Uvicorn's own, which ends a connection that takes too long to say what it wants; kept ones end by its own rule."""

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the parent has it
        """The time runs from the first moment."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """It stops with a whole head and runs again with the first byte of the next one."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_watching()
        elif self._head_timer is None:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to be ended."""
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_S, self._end)

    def _stop_watching(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _end(self) -> None:
        self._head_timer = None
        self.transport.close()
