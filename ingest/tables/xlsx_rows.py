"""Rows of an XLSX sheet as Excel, WPS and openpyxl spell them, read without an XML parser's call for every tag.

Only whole ``<row>`` elements of the plain spelling are taken; the parser gets everything else, so that nothing is read
differently for being read faster.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.tables.cells import BLANK, Cell, CellKind, SheetRow, column_letters, hardly_repeats

_OPEN, _CLOSE, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
_ATTRIBUTES = r'((?: [A-Za-z0-9:]+="[^"<>&\x00-\x1f]*")*) ?'
_ROW = re.compile(rf"\s*(?:<row{_ATTRIBUTES}/>\s*)*<row{_ATTRIBUTES}>")
_NUMBER = re.compile(r' r="([1-9][0-9]{0,6})"')
_HIDDEN = re.compile(r' hidden="(?:1|true)"')
_CELL, _REFERENCE = '<c r="', re.compile(r'([A-Z]{1,3})[1-9][0-9]{0,6}"')
_REST = re.compile(
    r'(?: s="([0-9]{1,7})")?(?: t="([a-zA-Z]{1,9})")? ?(?:/>|>(<f(?: [^<>]*)?(?:/>|>[^<]*</f>))?'
    r'(?:<v>([^<&]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_LONGEST_KNOWN, _MOST_KNOWN = 200, 65_536
# What a parser would refuse, normalise or look up in a cell: its piece is left to it.
_NOT_PLAIN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|]]>|&(?!lt;|gt;|amp;|quot;|apos;)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell as it is written, without where it stands."""

    style: str
    kind: str
    formula: bool
    text: str


class NotPlainError(Exception):
    """Something is spelt otherwise than Excel, WPS and openpyxl spell it; an XML parser is to read it."""


class _PlainCells(dict[str, Cell]):
    """Cells by everything that is written of them behind their reference, each made once: most repeat from row to row."""

    def __init__(self, make: Callable[[CellText], Cell]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, rest: str) -> Cell:
        """The cell, kept unless it is long or one of very many."""
        match = _REST.fullmatch(rest)
        if match is None or _NOT_PLAIN.search(rest):
            raise NotPlainError
        style, kind, formula, value, inline = match.groups(default="")
        cell = self._make(CellText(style or "0", kind or "n", bool(formula), unescaped(inline) or value))
        if len(rest) < _LONGEST_KNOWN and len(self) < _MOST_KNOWN and not hardly_repeats(inline or value):
            self[rest] = cell
        return cell


def row_pieces(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The document in order, cut so that pieces marked true hold whole rows of the sheet's data and nothing else."""
    buffer, inside = b"", False
    for chunk in chunks:
        buffer += chunk
        if not inside and _OPEN in buffer:
            head, _, buffer = buffer.partition(_OPEN)
            yield head + _OPEN, False
            inside = b"<!" not in head and head.count(b"<?") <= int(head.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml"))
            if not inside:
                break
        if inside and _CLOSE not in buffer:
            rows, end, buffer = buffer.rpartition(_ROW_END)
            if end:
                yield rows + end, True
        elif inside:
            rows, end, rest = buffer.partition(_CLOSE)
            yield rows, True
            buffer = end + rest
            break
    yield buffer, False
    yield from ((chunk, False) for chunk in chunks)


class PlainRows:
    """Reads pieces of whole rows; ``make`` makes a cell of its text or raises ``NotPlainError``."""

    def __init__(self, make: Callable[[CellText], Cell], columns: int) -> None:
        self._cells = _PlainCells(make)
        self._letters = [column_letters(column) for column in range(columns)]
        self._columns = {letters: column for column, letters in enumerate(self._letters)}

    def rows(self, piece: bytes) -> list[SheetRow] | None:
        """The rows of the piece; nothing where a single sign of it is spelt otherwise than expected."""
        try:
            *rows, rest = piece.decode("utf-8").split("</row>")
            return None if rest.strip() else [self._row(row) for row in rows]
        except (UnicodeDecodeError, NotPlainError):
            return None

    def _row(self, text: str) -> SheetRow:
        match = _ROW.match(text)
        number = _NUMBER.search(match[2]) if match else None
        if match is None or number is None:
            raise NotPlainError
        before, *rests = text[match.end() :].split(_CELL)
        if before:
            raise NotPlainError
        end = number[1] + '"'
        heads = [letters + end for letters in self._letters[: len(rests)]]
        try:
            if len(rests) > len(heads):
                raise NotPlainError  # noqa: TRY301 - the same as any other row that is not filled from A on
            # A cell that is not in the next column keeps its reference and is then no known cell.
            cells = list(map(self._cells.__getitem__, map(str.removeprefix, rests, heads)))
        except NotPlainError:
            cells = self._scattered(rests)
        while cells and cells[-1].kind is CellKind.EMPTY:
            cells.pop()
        return SheetRow(int(number[1]), tuple(cells), bool(_HIDDEN.search(match[2])))

    def _scattered(self, rests: list[str]) -> list[Cell]:
        """The cells of a row that leaves columns out."""
        cells: list[Cell] = []
        for rest in rests:
            match = _REFERENCE.match(rest)
            column = self._columns.get(match[1], -1) if match else -1
            if match is None or column < len(cells):
                raise NotPlainError
            cells += [BLANK] * (column - len(cells))
            cells.append(self._cells[rest[match.end() :]])
        return cells


def unescaped(text: str) -> str:
    """The text with XML's five entities undone."""
    if "&" in text:
        for entity, sign in _ENTITIES:
            text = text.replace(entity, sign)
    return text
