"""How a sheet that is a list is laid out: its role, and which of its columns hold which field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.tables.cells import BLANK, Cell, CellKind, Sheet, SheetRow
from ingest.tables.synonyms import TITLE_WORDS, TableRole


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """How a sheet is to be read: its role, the columns of each field, and the row below the header."""

    role: TableRole
    sheet: Sheet
    columns: Mapping[str, tuple[int, ...]]
    headers: Mapping[int, str]
    first_row: int
    title: str = field(default="", repr=False)
    half: str = ""  # the half-day word over all of it, such as 下午 over a block of columns

    def body(self) -> tuple[SheetRow, ...]:
        """The rows below the header."""
        return tuple(row for row in self.sheet if row.number >= self.first_row)

    def cell(self, row: SheetRow, name: str) -> Cell:
        """The first filled cell of this field in the row; what shows #REF! or the like counts as blank."""
        return next((cell for cell in self.cells(row, name) if cell), BLANK)

    def cells(self, row: SheetRow, name: str) -> tuple[Cell, ...]:
        """The cells of every column of this field, those in error as blanks."""
        found = (row.at(column) for column in self.columns.get(name, ()))
        return tuple(BLANK if cell.kind is CellKind.ERROR else cell for cell in found)

    def place(self, row: SheetRow, name: str) -> str:
        """How faults name this field's cell in the row."""
        column = next(iter(self.columns.get(name, ())), None)
        return self.sheet.place(row.number, column)

    def titled(self, role: TableRole) -> bool:
        """Whether the file's, sheet's or title row's words name the role."""
        return any(word in self.title.lower() for word in TITLE_WORDS[role])
