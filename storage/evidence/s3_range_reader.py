"""Many small parts of one version of an object in a bucket, by an address that is signed once.

The S3 client signs and parses every request anew, which for a thousand parts of a class hour costs more than looking
at its pictures (decision 0070). Here each part is one line of request on a connection that stays open; whatever the
server answers but exactly these bytes is left to the store's own reading, which asks again and says what is wrong.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Empty, LifoQueue
from urllib.parse import urlsplit

import certifi

from storage.evidence.errors import StoreError
from storage.evidence.port import ByteRange
from storage.evidence.range_reader import whole_part
from storage.evidence.s3_settings import S3Settings

_SIGNED_FOR = timedelta(hours=12)  # a verification takes no longer
_TIMEOUT_S = 20.0
_MOST_HEAD_BYTES = 1 << 16
_PIECE = 1 << 16
_PARTIAL = b"206"


class S3RangeReader:
    """One connection for each thread that asks at the same time."""

    def __init__(
        self,
        settings: S3Settings,
        size_bytes: int,
        signed: Callable[[timedelta], str | None],
        slowly: Callable[[ByteRange], Iterator[bytes]],
    ) -> None:
        self._settings, self._sign, self._slowly = settings, signed, slowly
        self.size_bytes = size_bytes
        self._free: LifoQueue[HTTPConnection] = LifoQueue()
        self._target = ""

    def read(self, start: int, end: int) -> bytes:
        """See ``RangeReader``."""
        with suppress(OSError, HTTPException, ValueError, StoreError):
            return self._quickly(start, end)
        self._target = ""  # signed anew, should the signature have lapsed
        data = b"".join(self._slowly(ByteRange(start, end)))
        return whole_part(data, start, end, self._settings.url)

    def close(self) -> None:
        """See ``RangeReader``."""
        with suppress(Empty):
            while True:
                self._free.get_nowait().close()

    def _quickly(self, start: int, end: int) -> bytes:
        connection = self._connected()
        try:
            asked = f"GET {self._signed()} HTTP/1.1\r\nHost: {self._settings.endpoint}\r\n"
            connection.sock.sendall(f"{asked}Range: bytes={start}-{end - 1}\r\n\r\n".encode("ascii"))
            data = _answer(connection, f"bytes {start}-{end - 1}/{self.size_bytes}".encode(), end - start)
        except BaseException:
            connection.close()
            raise
        self._free.put(connection)
        return data

    def _connected(self) -> HTTPConnection:
        with suppress(Empty):
            return self._free.get_nowait()
        settings = self._settings
        if settings.secure:
            trust = ssl.create_default_context(cafile=settings.ca_file or certifi.where())
            fresh: HTTPConnection = HTTPSConnection(settings.endpoint, timeout=_TIMEOUT_S, context=trust)
        else:
            fresh = HTTPConnection(settings.endpoint, timeout=_TIMEOUT_S)
        fresh.connect()
        return fresh

    def _signed(self) -> str:
        if not self._target:
            parts = urlsplit(self._sign(_SIGNED_FOR) or "")
            self._target = f"{parts.path}?{parts.query}"
        return self._target


def _answer(connection: HTTPConnection, expected: bytes, count: int) -> bytes:
    """The body of an answer that is exactly the part asked for; anything else is refused before it is read."""
    got = bytearray()
    while (head := got.find(b"\r\n\r\n")) < 0:
        got += _received(connection, len(got) > _MOST_HEAD_BYTES)
    lines = bytes(got[:head]).split(b"\r\n")
    told = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    whole = lines[0].split(b" ", 2)[1:2] == [_PARTIAL] and told.get(b"content-range") == expected
    if not whole or told.get(b"content-length") != str(count).encode() or b"transfer-encoding" in told:
        raise ValueError(lines[0])
    body = bytearray(got[head + 4 :])
    while len(body) < count:
        body += _received(connection, over=False)
    if len(body) != count:
        raise ValueError(lines[0])
    return bytes(body)


def _received(connection: HTTPConnection, over: bool) -> bytes:  # noqa: FBT001 - whether too much came already
    piece = b"" if over else connection.sock.recv(_PIECE)
    if not piece:
        raise ConnectionError
    return bytes(piece)
