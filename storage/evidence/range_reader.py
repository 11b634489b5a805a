"""Parts of one stored object, read again and again: it is looked up once, and every part comes whole or not at all."""

from functools import partial
from typing import Protocol

from storage.evidence.errors import StoreLostError
from storage.evidence.port import ByteRange, EvidenceStore, Ref


class RangeReader(Protocol):
    """Reads parts of one version of one object; several threads may ask at once."""

    @property
    def size_bytes(self) -> int:
        """How long the store says that the object is."""

    def read(self, start: int, end: int) -> bytes:
        """The bytes ``[start, end)``, every one of them."""

    def close(self) -> None:
        """Give back what is open; a second call is harmless."""


class PlainRangeReader:
    """By ``get``, for every store."""

    def __init__(self, store: EvidenceStore, ref: Ref) -> None:
        self._store, self._ref = store, ref
        self.size_bytes = store.stat(ref).size_bytes

    def read(self, start: int, end: int) -> bytes:
        """See ``RangeReader``."""
        data = b"".join(self._store.get(self._ref, ByteRange(start, end)))
        return whole_part(data, start, end, self._store.url)

    def close(self) -> None:
        """Nothing is open."""


def range_reader(store: EvidenceStore, ref: Ref) -> RangeReader:
    """The reader that suits the store; ``NotStoredError`` where it has no such version."""
    if not ref.version_id:
        return PlainRangeReader(store, ref)
    from storage.evidence.s3 import S3Store  # noqa: PLC0415 - as in address
    from storage.evidence.s3_range_reader import S3RangeReader  # noqa: PLC0415 - as in address

    if not isinstance(store, S3Store):
        return PlainRangeReader(store, ref)
    size_bytes = store.stat(ref).size_bytes
    return S3RangeReader(store.settings, size_bytes, partial(store.link, ref), partial(store.get, ref))


def whole_part(data: bytes, start: int, end: int, url: str) -> bytes:
    """The bytes, if there are as many as were asked for."""
    if len(data) != end - start:
        raise StoreLostError(
            f"{url}: got {len(data)} bytes of [{start}, {end}), expected {end - start}; the line broke off or the object is"
            " shorter than it was: try again, then run xueshi store audit"
        )
    return data
