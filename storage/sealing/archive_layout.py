"""How the bytes of a stranger's ZIP lie: a directory of bounded length, and entries one behind the other, nothing else."""

import os
import struct
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from facts.errors import InputError

_LOCAL = struct.Struct("<4s5H3I2H")
_MOST_DIRECTORY_BYTES = 64 << 20  # of which Python makes an object each, all of them at once
_END, _END_64 = struct.Struct("<4s4H2IH"), struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64_BYTES, _LONGEST_COMMENT = 20, 0xFFFF
_NOTHING, _DESCRIBED, _DESCRIPTORS = (
    frozenset({0}),
    0x08,
    frozenset({12, 16, 20, 24}),
)  # what follows a body whose size was not known when it was begun


def refuse_long_directory(archive: Path) -> None:
    """What the end says of the directory before it, which ``ZipFile`` would read whole."""
    with archive.open("rb") as file:
        file.seek(max(0, archive.stat().st_size - _LONGEST_COMMENT - _END.size - _END_64.size - _LOCATOR_64_BYTES))
        tail = file.read()
    long = max(map(partial(_told_bytes, tail), _ends(tail)), default=0)
    if long > _MOST_DIRECTORY_BYTES:
        raise InputError(
            f"{archive}: got a directory of {long:,} bytes, expected at most {_MOST_DIRECTORY_BYTES:,}; nothing was"
            " unpacked"
        )


def _ends(tail: bytes) -> Iterator[int]:
    """Wherever an end may stand; which of them a reader takes for the true one is not ours to guess."""
    at = tail.find(b"PK\5\6")
    while 0 <= at <= len(tail) - _END.size:
        yield at
        at = tail.find(b"PK\5\6", at + 1)


def _told_bytes(tail: bytes, at: int) -> int:
    told, at_64 = _END.unpack_from(tail, at)[5], at - _LOCATOR_64_BYTES - _END_64.size
    is_64 = at_64 >= 0 and tail.startswith(b"PK\6\6", at_64)
    return int(_END_64.unpack_from(tail, at_64)[8] if is_64 else told)


def refuse_overlap(archive: Path, entries: list[zipfile.ZipInfo], end: int) -> None:
    """Entries that share their bytes become many times what the archive holds."""
    starts = [*sorted(entry.header_offset for entry in entries), end]
    following = dict(pairwise(starts))
    for entry in entries:
        after = entry.header_offset + _LOCAL.size + entry.compress_size
        if after > following[entry.header_offset] or starts.count(entry.header_offset) > 1:
            raise InputError(
                f"{archive}: got an entry {entry.filename[:80]!r} that shares its bytes with another, expected no ZIP"
                " bomb; nothing was unpacked"
            )


def refuse_loose(archive: Path, entries: Sequence[zipfile.ZipInfo], directory_at: int) -> None:
    """Bytes before, between or behind the entries, in which another reader may find another package."""
    with archive.open("rb") as file:
        at, gaps = 0, _NOTHING
        for entry in sorted(entries, key=lambda one: one.header_offset):
            if entry.header_offset - at not in gaps:
                raise _loose(archive, at)
            at = _end_of(file, entry)
            gaps = _DESCRIPTORS if entry.flag_bits & _DESCRIBED else _NOTHING
        if directory_at - at not in gaps:
            raise _loose(archive, at)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END.size - _LOCATOR_64_BYTES - _END_64.size))
        tail = file.read()
    end = len(tail) - _END.size
    told = _told_bytes(tail, end) if tail.startswith(b"PK\5\6", end) else -1
    after = directory_at + told
    if told < 0 or size - after not in {_END.size, _END.size + _LOCATOR_64_BYTES + _END_64.size}:
        raise _loose(archive, directory_at)


def _end_of(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    file.seek(entry.header_offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        raise zipfile.BadZipFile("it ends within an entry")
    *_, name_bytes, extra_bytes = _LOCAL.unpack(header)
    return entry.header_offset + _LOCAL.size + int(name_bytes) + int(extra_bytes) + entry.compress_size


def _loose(archive: Path, at: int) -> InputError:
    return InputError(
        f"{archive}: got bytes near {at:,} that belong to no entry, expected one ZIP of one package with nothing before,"
        " between or behind its entries; zip the package's folder again"
    )
