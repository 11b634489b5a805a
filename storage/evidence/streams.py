import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from storage.evidence.errors import SourceError
from storage.evidence.port import ByteRange, Ref, Source
from storage.evidence.refusals import altered

CHUNK_BYTES = 1 << 20


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


def hashed(pieces: Iterator[bytes], ref: Ref, part: ByteRange | None) -> Iterator[bytes]:
    """The pieces; of a whole object the digest is checked before its end is reported."""
    if part is not None:
        yield from pieces
        return
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != ref.digest.sha256:
        raise altered(ref, f"bytes with SHA-256 {digest.hexdigest()}")
