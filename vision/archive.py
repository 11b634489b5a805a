"""One member read out of an archive, bounded, with nothing else unpacked."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Self, cast

from facts.errors import SetupError

_CHUNK = 1 << 16
_ROOM_FOR_OTHERS = 4  # what stands before the member in a tar has to be unpacked to be passed over
_LARGEST_HEADER = 1 << 20
_HEADERS = frozenset(
    {
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    }
)
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ"
_DAMAGED = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the readers of archives raise on files that are cut, scrambled, locked, or packed in a way they do not know."""


def extract_member(archive: Path, member: str, into: Path, most_bytes: int) -> None:
    """Writes the member of this name out of a zip or tar (packed or not) to ``into``."""
    size, found = 0, False
    with into.open("wb") as file:
        for piece in _member(archive, member, most_bytes):
            found = True
            size += len(piece)
            if size > most_bytes:
                raise SetupError(f"{member}: got more than {most_bytes} bytes, expected weights; check the card")
            file.write(piece)
    if not found:
        raise SetupError(f"{archive.name}: got no member {member!r}, expected it; check member on the card")


def _member(archive: Path, member: str, most_bytes: int) -> Iterator[bytes]:
    """The member's bytes; nothing where the archive has none of this name. Whatever goes wrong is one line."""
    try:
        yield from _in_zip(archive, member) if zipfile.is_zipfile(archive) else _in_tar(archive, member, most_bytes)
    except KeyError:
        return
    except _DAMAGED as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise SetupError(f"{archive.name}: cannot be unpacked ({why}), expected a zip or tar archive") from error


def _in_zip(archive: Path, member: str) -> Iterator[bytes]:
    with zipfile.ZipFile(archive) as packed, packed.open(member) as content:
        yield from _pieces(content)


def _in_tar(archive: Path, member: str, most_bytes: int) -> Iterator[bytes]:
    """Read in one go from the front, as a stream: the rest is never unpacked."""
    with _unpacked(archive) as content:
        bounded = _BoundedStream(content, most_bytes * _ROOM_FOR_OTHERS)
        with tarfile.open(fileobj=bounded, mode="r|", tarinfo=_BoundedEntry) as tape:  # type: ignore[call-overload] # a stream need only read
            for entry in tape:
                content_of = tape.extractfile(entry) if entry.name == member and entry.isfile() else None
                if content_of:
                    yield from _pieces(content_of)
                    return


def _unpacked(archive: Path) -> IO[bytes]:
    with archive.open("rb") as packed:
        start = packed.read(len(_XZ))
    if start.startswith(_GZIP):
        return cast("IO[bytes]", gzip.open(archive, "rb"))
    if start.startswith(_BZIP2):
        return bz2.open(archive, "rb")
    return lzma.open(archive, "rb") if start == _XZ else archive.open("rb")


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    yield b""  # an empty member is there all the same
    while chunk := content.read(_CHUNK):
        yield chunk


class _BoundedEntry(tarfile.TarInfo):
    """An entry whose description is read whole into memory only where it is no longer than any honest one."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        entry = super().frombuf(buf, encoding, errors)
        if entry.type in _HEADERS and entry.size > _LARGEST_HEADER:
            raise tarfile.ReadError(f"a header of {entry.size} bytes, expected {_LARGEST_HEADER} at most")
        return entry


class _BoundedStream:
    """Reads no further than so many bytes, however much more the packed file would give."""

    def __init__(self, content: IO[bytes] | BinaryIO, most_bytes: int) -> None:
        self._content, self._left, self._most = content, most_bytes, most_bytes

    def read(self, size: int) -> bytes:
        """The next bytes."""
        chunk = self._content.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise tarfile.ReadError(f"more than {self._most} bytes before the member's end")
        return chunk
