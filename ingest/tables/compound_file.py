"""The compound file around an old XLS: a small file system of sectors, in which the workbook is one stream."""

import struct

_SECTOR_SHIFTS = frozenset({9, 12})
_LAST_SECTOR = 0xFFFFFFFA
_HEADER_DIFAT = 109
_ENTRY = 128
_STREAM_NAMES = frozenset({"workbook", "book"})


class MalformedError(Exception):
    """The bytes are no compound file with a workbook in it."""


def workbook_stream(content: bytes) -> bytes:
    """The one stream of the compound file that holds the workbook."""
    shift = u16(content, 30)
    if shift not in _SECTOR_SHIFTS:
        raise MalformedError
    size = 1 << shift
    fat = _fat(content, size)
    directory = _chained(content, size, fat, u32(content, 48))
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
    found = [entry for entry in entries if _name(entry) in _STREAM_NAMES and entry[66] == 2]  # noqa: PLR2004 - a stream
    if len(found) != 1:
        raise MalformedError
    start, length = u32(found[0], 116), u32(found[0], 120)
    if length >= u32(content, 56):
        return _whole(_chained(content, size, fat, start), length)
    small = _chained(content, size, fat, u32(entries[0], 116))
    small_fat = _numbers(_chained(content, size, fat, u32(content, 60)))
    return _whole(_pieces(small, 64, small_fat, start, 0), length)


def _whole(stream: bytes, length: int) -> bytes:
    if len(stream) < length:
        raise MalformedError
    return stream[:length]


def _fat(content: bytes, size: int) -> list[int]:
    sectors = list(struct.unpack_from(f"<{_HEADER_DIFAT}I", content, 76))
    following, seen = u32(content, 68), set[int]()
    while following < _LAST_SECTOR and following not in seen:
        seen.add(following)
        numbers = _numbers(content[(following + 1) * size : (following + 2) * size])
        sectors += numbers[:-1]
        following = numbers[-1]
    used = [sector for sector in sectors if sector < _LAST_SECTOR]
    if len(used) * size > len(content):
        raise MalformedError
    return [number for sector in used for number in _numbers(content[(sector + 1) * size : (sector + 2) * size])]


def _chained(content: bytes, size: int, fat: list[int], start: int) -> bytes:
    return _pieces(content, size, fat, start, 1)


def _pieces(content: bytes, size: int, fat: list[int], start: int, skipped: int) -> bytes:
    pieces: list[bytes] = []
    seen: set[int] = set()
    sector = start
    while sector < _LAST_SECTOR:
        if sector in seen or sector >= len(fat):
            raise MalformedError
        seen.add(sector)
        piece = content[(sector + skipped) * size : (sector + skipped + 1) * size]
        if not piece or (len(piece) < size and fat[sector] < _LAST_SECTOR):
            raise MalformedError
        pieces.append(piece)
        sector = fat[sector]
    return b"".join(pieces)


def _name(entry: bytes) -> str:
    return entry[: max(u16(entry, 64) - 2, 0)].decode("utf-16-le", "replace").lower()


def _numbers(sector: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))


def u16(content: bytes, at: int) -> int:
    """Two bytes as a whole number, the lowest first."""
    value: int = struct.unpack_from("<H", content, at)[0]
    return value


def u32(content: bytes, at: int) -> int:
    """Four bytes as a whole number, the lowest first."""
    value: int = struct.unpack_from("<I", content, at)[0]
    return value
