import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00]+")
_EXCEL_MAX_DIGITS = 308  # beyond them no number of the file is finite
_LAST_DAY = 2_958_466  # the serial of the first day of the year 10000
_SHORT = 64
_MOST_KNOWN = 65_536
_PERSONAL_DIGITS = 15


class CellKind(StrEnum):
    """What a cell holds, as its file says it; a date is a number that its format shows as a date."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with the digits its file holds; for a date ``number`` counts days since 1899-12-30.

    Printing a cell shows no content, because any cell may hold a name or an ID number.
    """

    text: str = field(default="", repr=False)
    kind: CellKind = CellKind.EMPTY
    number: float | None = field(default=None, repr=False)
    formula: bool = False

    def __bool__(self) -> bool:
        return self.kind is not CellKind.EMPTY

    @property
    def plain(self) -> str:
        """The text with full-width signs made narrow, invisible marks gone and the ends trimmed."""
        return plain(self.text)


BLANK = Cell()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with its number as Excel shows it."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False

    def at(self, column: int) -> Cell:
        """The cell in this column, blank beyond the last one."""
        return self.cells[column] if 0 <= column < len(self.cells) else BLANK


@dataclass(frozen=True, slots=True)
class Merge:
    """A block of merged cells: rows as Excel numbers them, columns from zero, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of one file, rows without content left out."""

    file: str
    name: str
    rows: tuple[SheetRow, ...]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = field(default=(), repr=False)

    @property
    def where(self) -> str:
        """How faults name the sheet."""
        return f"{self.file}[{self.name}]" if self.name else self.file

    def place(self, row: int, column: int | None = None) -> str:
        """How faults name a row or a cell: the way Excel shows it."""
        return f"{self.where}!第{row}行" if column is None else f"{self.where}!{column_letters(column)}{row}"

    def __iter__(self) -> Iterator[SheetRow]:
        return iter(self.rows)


def plain(text: str) -> str:
    """Text as it is compared: NFKC, no invisible marks, single blanks inside and none at the ends."""
    if text.isalnum() and (text.isascii() or unicodedata.is_normalized("NFKC", text)):
        return text
    return _plain_short(text) if len(text) <= _SHORT else _plain(text)


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return " ".join(composed.split())


_plain_short = lru_cache(maxsize=16_384)(_plain)


def column_letters(column: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    letters = ""
    rest = column + 1
    while rest > 0:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def hardly_repeats(text: str) -> bool:
    """Whether the text is as long a number as those of people and their accounts."""
    return len(text) >= _PERSONAL_DIGITS and text[: _PERSONAL_DIGITS - 1].isdecimal()


class KnownCells(dict[str, Cell]):
    """Cells by the text of their field, made once: in a register most fields repeat from line to line."""

    def __init__(self, make: Callable[[str], Cell]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: str) -> Cell:
        """The cell of a new text; long texts, people's numbers and more than can repeat are made each time."""
        cell = self._make(value)
        if len(value) < _SHORT and len(self) < _MOST_KNOWN and not hardly_repeats(value):
            self[value] = cell
        return cell


def number_cell(raw: str, *, is_date: bool = False, formula: bool = False) -> Cell:
    """The cell for digits as the file writes them, exponents expanded so that long numbers stay readable."""
    try:
        exact = Decimal(raw.strip())
    except InvalidOperation:
        return Cell(raw, CellKind.TEXT, formula=formula)
    if not exact.is_finite() or abs(exact.adjusted()) > _EXCEL_MAX_DIGITS:
        return Cell(raw, CellKind.TEXT, formula=formula)
    text = f"{exact:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    is_day = is_date and 0 <= exact < _LAST_DAY
    return Cell(text, CellKind.DATE if is_day else CellKind.NUMBER, float(exact), formula)


def text_cell(raw: str, *, formula: bool = False) -> Cell:
    """The cell for text, blank where nothing is left of it."""
    return Cell(raw, CellKind.TEXT, formula=formula) if raw.isalnum() or plain(raw) else BLANK
