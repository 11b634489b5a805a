"""What an XLS would make calamine allocate, found out before it is opened, and the hidden rows calamine cannot tell.

calamine lays sheets out densely and copies shared strings: two cells at opposite corners took 1.2 GB in a test.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.tables.compound_file import MalformedError, u16, u32, workbook_stream
from ingest.tables.fault import UnreadableTableError

MAX_AREA = 2_000_000
_MAX_COPIED_CHARS = 256 * 1024 * 1024
_MOST_SHEETS = 256
_CELLS = frozenset({0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x027E, 0x00FD})
_MULTIPLE, _SHARED = 0x00BD, 0x00FD
_BOUND_SHEET, _SST, _CONTINUE, _FILE_PASS, _EOF, _ROW, _COLUMNS = 0x85, 0xFC, 0x3C, 0x2F, 0x0A, 0x0208, 0x7D
_BOF = 0x0809
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 0x01
_ROW_SIZE, _COLUMN_SIZE = 16, 10


@dataclass(slots=True)
class SheetShape:
    """How far one sheet of an XLS reaches, and which of its rows and columns Excel hides."""

    rows: set[int] = field(default_factory=set)
    last_column: int = -1
    shared: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    @property
    def area(self) -> int:
        """How many cells a dense layout of the sheet takes."""
        return (max(self.rows) - min(self.rows) + 1) * (self.last_column + 1) if self.rows else 0


def sheet_shapes(content: bytes) -> list[SheetShape]:
    """The shape of every sheet; raises where reading the workbook would take unbounded memory or a password."""
    try:
        stream = workbook_stream(content)
        records = list(_records(stream, 0))
        shapes = [_shape(stream, offset) for offset in _offsets(records)]
        longest = _longest_shared(records)
    except (MalformedError, struct.error, IndexError) as error:
        raise UnreadableTableError(
            "旧版 .xls 已损坏或不完整，请用 Excel/WPS 打开后另存为 .xlsx",
            "the old .xls is damaged or incomplete; open it in Excel or WPS and save it as .xlsx",
        ) from error
    _check(shapes, longest)
    return shapes


def _offsets(records: list[tuple[int, bytes]]) -> list[int]:
    if any(kind == _FILE_PASS for kind, _ in records):
        raise UnreadableTableError(
            "文件有密码，请去掉密码后重新保存", "the file has a password; remove it and save again"
        )
    offsets = [u32(body, 0) for kind, body in records if kind == _BOUND_SHEET]
    if len(offsets) > _MOST_SHEETS:
        raise MalformedError
    return offsets


def _check(shapes: list[SheetShape], longest: int) -> None:
    area = max((shape.area for shape in shapes), default=0)
    copied = max((shape.shared for shape in shapes), default=0) * longest
    if area > MAX_AREA or copied > _MAX_COPIED_CHARS:
        raise UnreadableTableError(
            "旧版 .xls 的单元格铺得过开，未打开；请把表格另存为 .xlsx，只保留本班期的行",
            "the cells of this old .xls lie too far apart to open; save it as .xlsx with this class's rows only",
        )


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        if offset + 4 + length > len(stream):
            raise MalformedError
        yield kind, stream[offset + 4 : offset + 4 + length]
        if kind == _EOF:
            return
        offset += 4 + length
    raise MalformedError


def _shape(stream: bytes, offset: int) -> SheetShape:
    shape = SheetShape()
    if u16(stream, offset) != _BOF:
        raise MalformedError
    for kind, body in _records(stream, offset):
        if (kind in _CELLS or kind == _MULTIPLE) and len(body) >= 6:  # noqa: PLR2004 - row, column, format
            last = u16(body, len(body) - 2) if kind == _MULTIPLE else u16(body, 2)
            shape.rows.add(u16(body, 0))
            shape.last_column = max(shape.last_column, last, u16(body, 2))
            shape.shared += int(kind == _SHARED)
        elif kind == _ROW and len(body) >= _ROW_SIZE and body[12] & _ROW_HIDDEN:
            shape.hidden_rows.add(u16(body, 0) + 1)
        elif kind == _COLUMNS and len(body) >= _COLUMN_SIZE and body[8] & _COLUMN_HIDDEN:
            shape.hidden_columns.update(range(u16(body, 0), min(u16(body, 2), 255) + 1))
    return shape


def _longest_shared(records: list[tuple[int, bytes]]) -> int:
    """The longest shared string in characters, or the whole table's bytes where it cannot be walked."""
    blocks: list[bytes] = []
    for kind, body in records:
        if kind == _SST and len(body) >= 8:  # noqa: PLR2004 - two counts
            blocks = [body]
        elif kind == _CONTINUE and blocks:
            blocks.append(body)
        elif blocks:
            break
    try:
        return max(_Strings(blocks).lengths(), default=0) if blocks else 0
    except (struct.error, IndexError):
        return sum(len(block) for block in blocks)


class _Strings:
    """Walks the shared strings, which may break off anywhere and go on in the next record."""

    def __init__(self, blocks: list[bytes]) -> None:
        self._blocks = iter(blocks)
        self._block = next(self._blocks)
        self._count = u32(self._block, 4)
        self._at = 8

    def lengths(self) -> Iterator[int]:
        for _ in range(self._count):
            if self._at >= len(self._block):
                self._turn(0)
            length, flags = struct.unpack_from("<HB", self._block, self._at)
            self._at += 3
            runs = self._number("<H", 2) if flags & 8 else 0
            extra = self._number("<I", 4) if flags & 4 else 0
            self._characters(length, flags & 1)
            self._skip(runs * 4 + extra)
            yield length

    def _number(self, shape: str, size: int) -> int:
        value: int = struct.unpack_from(shape, self._block, self._at)[0]
        self._at += size
        return value

    def _characters(self, left: int, wide: int) -> None:
        while left:
            step = min((len(self._block) - self._at) >> wide, left)
            self._at += step << wide
            left -= step
            if left:
                self._turn(1)
                wide = self._block[0] & 1

    def _skip(self, left: int) -> None:
        while left > len(self._block) - self._at:
            left -= len(self._block) - self._at
            self._turn(0)
        self._at += left

    def _turn(self, at: int) -> None:
        block = next(self._blocks, None)
        if block is None:
            raise IndexError
        self._block, self._at = block, at
