"""Which sheet is which part of the form, and which column which field, by how people call them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache

from ingest.claims.fields import EXPLAINED, FILLED_IN, LISTS, Field, Table
from ingest.claims.form import TABLES
from ingest.claims.header_form import HEADER
from ingest.tables.cells import CellKind, Sheet, SheetRow
from ingest.tables.headers import header_key

_SEARCHED_ROWS = 40
_FORM_ROWS = 200
_FORM_COLUMNS = 40
_FEWEST = 2
_HEADS_IN_A_ROW = 4
# Columns that a form has for people, not for us.
_NUMBERS = frozenset(
    header_key(word) for word in ("序号", "序号no.", "no.", "编号no", "项目", "项目item", EXPLAINED, FILLED_IN)
)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet that holds one table: where its header is and which column is which field."""

    table: Table
    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]
    unknown: Mapping[int, str] = field(default_factory=dict)

    def body(self) -> Iterator[SheetRow]:
        """The rows below the header."""
        return (row for row in self.sheet.rows if row.number > self.header_row)

    @property
    def missing(self) -> tuple[Field, ...]:
        """The fields that must be there and have no column."""
        return tuple(item for item in self.table.fields if item.required and item.name not in self.columns)


@cache
def keys_of(table: Table) -> Mapping[str, Field]:
    """Every way in which a field of the table may be called."""
    found: dict[str, Field] = {}
    for item in table.fields:
        own = (item.zh, item.zh + item.en, f"{item.zh}*{item.en}", item.en, item.name, *item.words.split())
        for word in own:
            found.setdefault(header_key(word), item)
    return found


def grid_of(sheet: Sheet) -> Grid | None:
    """The table that the sheet holds, or nothing where it looks like none."""
    if is_lists(sheet):
        return None
    named = _named(sheet)
    tables = [table for table in TABLES if table is not HEADER and (named is None or table is named)]
    if named is HEADER:
        tables = [table for table in TABLES if table.name == "people"]
    found = [_grid(table, sheet, row) for row in sheet.rows[:_SEARCHED_ROWS] for table in tables]
    enough = [
        grid for grid in found if len(grid.columns) >= _FEWEST and (named not in {None, HEADER} or not grid.missing)
    ]
    return max(enough, key=lambda grid: (len(grid.columns), -grid.header_row), default=None)


def is_lists(sheet: Sheet) -> bool:
    """Whether it is the sheet of drop-down words."""
    return sheet.name.strip() == LISTS


def _named(sheet: Sheet) -> Table | None:
    key = header_key(sheet.name)
    return next((table for table in TABLES if key in {header_key(word) for word in table.titles.split()}), None)


def _grid(table: Table, sheet: Sheet, row: SheetRow) -> Grid:
    keys = keys_of(table)
    columns: dict[str, int] = {}
    unknown: dict[int, str] = {}
    for column, cell in enumerate(row.cells):
        text = cell.plain if cell.kind is CellKind.TEXT else ""
        item = keys.get(header_key(text)) if text else None
        if item and item.name not in columns:
            columns[item.name] = column
        elif text and header_key(text) not in _NUMBERS:
            unknown[column] = text
    return Grid(table, sheet, row.number, columns, unknown)


def closest(table: Table, header: str) -> str:
    """The field that an unknown header may have meant."""
    words = {
        header_key(word): item.zh
        for item in table.fields
        for word in (item.zh, item.en, item.name, *item.words.split())
    }
    found = get_close_matches(header_key(header), words, 1, 0.5)
    return words[found[0]] if found else ""


@dataclass(frozen=True, slots=True)
class Label:
    """One item of a printed form: its field, and the row and column where its value stands."""

    item: Field
    row: SheetRow
    column: int
    sheet: Sheet


def labels_of(sheet: Sheet, before_row: int | None = None) -> tuple[Label, ...]:
    """The items of the form on the sheet, each with the cell beside it, or below it where items stand in one row."""
    if is_lists(sheet):
        return ()
    rows = [row for row in sheet.rows[:_FORM_ROWS] if before_row is None or row.number < before_row]
    found: dict[str, Label] = {}
    for index, row in enumerate(rows):
        for label in _labels_in(sheet, row, rows[index + 1 :]):
            found.setdefault(label.item.name, label)
    return tuple(found.values())


def _labels_in(sheet: Sheet, row: SheetRow, below: Sequence[SheetRow]) -> Iterator[Label]:
    keys = keys_of(HEADER)
    at = {
        column: keys[header_key(cell.plain)]
        for column, cell in enumerate(row.cells[:_FORM_COLUMNS])
        if cell.kind is CellKind.TEXT and header_key(cell.plain) in keys
    }
    in_a_row = len(at) >= _HEADS_IN_A_ROW and all(_beside(sheet, row, column) in at for column in list(at)[:-1])
    if in_a_row and below:
        yield from (Label(item, below[0], column, sheet) for column, item in at.items())
        return
    taken = -1
    for column, item in at.items():
        # What stands beside a label is its value, even where it is a word that labels are called by.
        if column > taken:
            taken = _beside(sheet, row, column)
            yield Label(item, row, taken, sheet)


def _beside(sheet: Sheet, row: SheetRow, column: int) -> int:
    """The next cell to the right, behind the merged cells of the label."""
    merged = [m.right for m in sheet.merges if m.top <= row.number <= m.bottom and m.left <= column <= m.right]
    return max(merged, default=column) + 1
