import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from stat import S_ISREG
from threading import Thread
from types import TracebackType
from typing import BinaryIO, Self

from facts.digest import Digest
from storage.evidence.errors import SourceError
from storage.evidence.port import Part, Ref, Source
from storage.evidence.words import altered

CHUNK_BYTES = 1 << 20
_WAITING_PIECES = 8


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """The source as a binary stream; a path must name a regular file, a stream stays the caller's to close."""
    if not isinstance(source, Path):
        yield source
        return
    try:
        if not S_ISREG(source.stat().st_mode):  # a pipe or a device would hang or never end
            raise SourceError(f"{source}: got something that is no regular file, expected one")
        file = source.open("rb")
    except OSError as error:
        raise SourceError(
            f"{source}: got no readable file ({error.strerror}); check the path and its rights"
        ) from error
    with file:
        yield file


def incoming(stream: BinaryIO) -> Iterator[bytes]:
    """What is to be stored, in pieces; a fault of the source is told apart from a fault of the store."""
    while True:
        try:
            piece = stream.read(CHUNK_BYTES)
        except (OSError, ValueError) as error:
            raise SourceError(f"put: the source cannot be read further ({error}); nothing was stored") from error
        if not piece:
            return
        yield piece


def chunks(stream: BinaryIO, limit_bytes: int | None = None) -> Iterator[bytes]:
    """A stored stream in pieces, up to the limit."""
    left = limit_bytes
    while left is None or left > 0:
        piece = stream.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left))
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece


def hashed(pieces: Iterator[bytes], ref: Ref, part: Part | None) -> Iterator[bytes]:
    """The pieces; of a whole object the digest is checked before its end is reported."""
    if part is not None:
        yield from pieces
        return
    with Hasher() as hasher:
        for piece in pieces:
            hasher.take(piece)
            yield piece
    if hasher.digest != ref.digest:
        raise altered(ref, f"bytes with SHA-256 {hasher.digest.sha256}")


class Hasher:
    """SHA-256 on a thread of its own, so that the disk or the line need not wait for it."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._pieces: Queue[bytes | None] = Queue(_WAITING_PIECES)
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._pieces.put(None)
        self._thread.join()

    def take(self, piece: bytes) -> None:
        """The next piece; waits only where hashing has fallen far behind."""
        self._pieces.put(piece)

    @property
    def digest(self) -> Digest:
        """The digest of everything taken, once the block has been left."""
        return Digest(self._hash.hexdigest())

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            self._hash.update(piece)
