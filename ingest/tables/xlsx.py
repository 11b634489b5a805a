"""XLSX sheets row by row: memory is bounded, and hidden rows, formulas and whole digits stay known.

Neither openpyxl nor calamine tells all three of these while streaming, and calamine lays a sheet out densely: two
cells at opposite corners would take gigabytes.
"""

import re

from facts.counting import counted
from ingest.tables.bounds import OF_A_CLASS, Bounds
from ingest.tables.cells import (
    BLANK,
    Cell,
    CellKind,
    Merge,
    Sheet,
    SheetRow,
    column_letters,
    number_cell,
    text_cell,
)
from ingest.tables.fault import Faults, TableFault, UnreadableTableError
from ingest.tables.workbook import MAX_STRING, SheetPart, TextRuns, Workbook, cell_text, read_workbook
from ingest.tables.xlsx_archive import XlsxArchive, feed, local_name, plain_parser
from ingest.tables.xlsx_rows import CellText, NotPlainError, PlainRows, row_pieces

MAX_ROWS = OF_A_CLASS.rows
MAX_COLUMNS = 256
_MAX_MERGES = 5_000
_DAYS_FROM_1900_TO_1904 = 1462
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


def read_xlsx(package: XlsxArchive, file: str, faults: Faults, bounds: Bounds = OF_A_CLASS) -> list[Sheet]:
    """Every sheet of the workbook that can be read; each other one leaves a fault."""
    book = read_workbook(package)
    book.cells_left = bounds.cells
    sheets: list[Sheet] = []
    for part in book.sheets:
        try:
            sheets.append(_SheetReader(book, part, file, faults, bounds).read(package))
        except UnreadableTableError as error:
            faults.add(TableFault(f"{file}[{part.name}]", error.text))
    return sheets


def too_many(what_zh: str, what_en: str) -> UnreadableTableError:
    """The fault of a sheet that is larger than any roster or check-in list; none of it is used."""
    return UnreadableTableError(
        f"{what_zh}，超出上限，整张表未使用；请只保留本班期的行后再保存",
        f"{what_en}, over the limit, so nothing of the sheet was used; keep only this class's rows and save again",
    )


class _SheetReader:
    def __init__(self, book: Workbook, part: SheetPart, file: str, faults: Faults, bounds: Bounds) -> None:
        self.book, self.part, self.file, self.faults, self.bounds = book, part, file, faults, bounds
        self.rows: list[SheetRow] = []
        self.merges: list[Merge] = []
        self.hidden_columns: set[int] = set()
        self.row_number = 0
        self.row_hidden = False
        self.column = -1
        self.cells: dict[int, Cell] = {}
        self.attributes: dict[str, str] = {}
        self.value: list[str] = []
        self.in_value = False
        self.has_formula = False
        self.runs = TextRuns()
        self.plain = PlainRows(self.plain_cell, MAX_COLUMNS)

    def read(self, package: XlsxArchive) -> Sheet:
        parser = plain_parser()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data
        for piece, whole_rows in row_pieces(package.chunks(self.part.part)):
            if not (whole_rows and self.take_rows(piece)):
                feed(parser, piece)
        if self.part.part in package:
            feed(parser, b"", final=True)
        else:
            raise UnreadableTableError("工作表内容缺失", "the sheet's content is missing from the file")
        return Sheet(
            self.file,
            self.part.name,
            tuple(self.rows),
            self.part.hidden,
            frozenset(self.hidden_columns),
            tuple(self.merges),
        )

    def take_rows(self, piece: bytes) -> bool:
        """Whether all rows of the piece were read; if not, nothing of it was."""
        found = self.plain.rows(piece)
        if found is None:
            return False
        for row in found:
            self.row_number = row.number
            filled = len([cell for cell in row.cells if cell is not BLANK])
            if filled:
                self.count_cells(filled)
                self.rows.append(row)
        return True

    def plain_cell(self, written: CellText) -> Cell:
        """The cell of a plain spelling; what would leave a fault is left to the parser, which knows its place."""
        if written.kind == "inlineStr":
            return text_cell(cell_text(written.text), formula=written.formula)
        if not written.text:
            if written.formula:
                raise NotPlainError
            return BLANK
        if written.kind == "s":
            digits = written.text.strip()
            if not (digits.isdecimal() and len(digits) < 8 and int(digits) < len(self.book.strings)):  # noqa: PLR2004 - a bounded index
                raise NotPlainError
            return text_cell(self.book.strings[int(digits)], formula=written.formula)
        self.attributes, self.has_formula = {"t": written.kind, "s": written.style}, written.formula
        return self.direct(written.kind, written.text[:MAX_STRING])

    def count_cells(self, filled: int) -> None:
        """Refuse a sheet with more rows or cells than a list has."""
        if len(self.rows) >= self.bounds.rows:
            raise too_many(f"超过 {self.bounds.rows} 行", f"more than {counted(self.bounds.rows, 'row')}")
        self.book.cells_left -= filled
        if self.book.cells_left < 0:
            raise too_many(f"超过 {self.bounds.cells} 个单元格", f"more than {counted(self.bounds.cells, 'cell')}")

    @property
    def place(self) -> str:
        return f"{self.file}[{self.part.name}]!{column_letters(self.column)}{self.row_number}"

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "c":
            self.open_cell(attributes)
        elif name == "v":
            self.in_value = True
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            self.open_row(attributes)
        elif name == "col":
            self.hide_columns(attributes)
        elif name == "mergeCell":
            self.merge(attributes.get("ref", ""))
        else:
            self.runs.start(name)

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "v":
            self.in_value = False
        elif name == "c":
            self.close_cell()
        elif name == "row":
            self.close_row()
        else:
            self.runs.end(name)

    def data(self, text: str) -> None:
        if self.in_value:
            self.value.append(text)
        else:
            self.runs.data(text)

    def open_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.row_number = int(number) if number.isdecimal() and len(number) < 8 else self.row_number + 1  # noqa: PLR2004 - Excel ends at 1048576
        self.row_hidden = attributes.get("hidden") in {"1", "true"}
        self.column = -1
        self.cells = {}

    def close_row(self) -> None:
        if not self.cells:
            return
        if len(self.rows) >= self.bounds.rows:
            raise too_many(f"超过 {self.bounds.rows} 行", f"more than {counted(self.bounds.rows, 'row')}")
        width = max(self.cells) + 1
        cells = tuple(self.cells.get(column, BLANK) for column in range(width))
        self.rows.append(SheetRow(self.row_number, cells, self.row_hidden))
        self.cells = {}

    def open_cell(self, attributes: dict[str, str]) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        self.column = _column(match.group(1)) if match else self.column + 1
        self.attributes = attributes
        self.value = []
        self.has_formula = False
        self.runs.take()

    def close_cell(self) -> None:
        cell = self.make_cell("".join(self.value)[:MAX_STRING])
        if not cell:
            return
        if self.column >= MAX_COLUMNS:
            raise too_many(f"超过 {MAX_COLUMNS} 列", f"more than {MAX_COLUMNS} columns")
        self.book.cells_left -= 1
        if self.book.cells_left < 0:
            raise too_many(f"超过 {self.bounds.cells} 个单元格", f"more than {counted(self.bounds.cells, 'cell')}")
        self.cells[self.column] = cell

    def make_cell(self, value: str) -> Cell:
        kind = self.attributes.get("t", "n")
        if kind == "inlineStr":
            return text_cell(self.runs.take(), formula=self.has_formula)
        if not value:
            return self.unsaved_formula() if self.has_formula else BLANK
        return self.shared(value) if kind == "s" else self.direct(kind, value)

    def direct(self, kind: str, value: str) -> Cell:
        if kind == "b":
            return Cell("TRUE" if value.strip() == "1" else "FALSE", CellKind.TRUTH, formula=self.has_formula)
        if kind == "e":
            return Cell(value.strip(), CellKind.ERROR, formula=self.has_formula)
        if kind in {"str", "d"}:
            return text_cell(value, formula=self.has_formula)
        return self.number(value)

    def number(self, value: str) -> Cell:
        style = self.attributes.get("s", "0")
        is_date = style.isdecimal() and len(style) < 8 and int(style) in self.book.date_styles  # noqa: PLR2004 - no such style
        cell = number_cell(value, is_date=is_date, formula=self.has_formula)
        if cell.kind is CellKind.DATE and cell.number is not None and self.book.from_1904 and cell.number >= 1:
            return Cell(cell.text, cell.kind, cell.number + _DAYS_FROM_1900_TO_1904, cell.formula)
        return cell

    def shared(self, value: str) -> Cell:
        digits = value.strip()
        if digits.isdecimal() and len(digits) < 8 and int(digits) < len(self.book.strings):  # noqa: PLR2004 - a bounded index
            return text_cell(self.book.strings[int(digits)], formula=self.has_formula)
        self.faults.fault(
            self.place,
            "单元格指向不存在的文字，已当作空白；请用 Excel/WPS 打开后另存为 .xlsx",
            "the cell points to a text that the file lacks and was taken as blank; save the file again",
        )
        return BLANK

    def unsaved_formula(self) -> Cell:
        self.faults.fault(
            self.place,
            "公式没有保存计算结果，已当作空白；请用 Excel/WPS 打开、保存一次，或粘贴为数值",
            "the formula has no saved result and was taken as blank; open and save the file in Excel or WPS, "
            "or paste it as values",
        )
        return BLANK

    def hide_columns(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in {"1", "true"} and first.isdecimal() and last.isdecimal():
            self.hidden_columns.update(range(int(first[:6]) - 1, min(int(last[:6]), MAX_COLUMNS)))

    def merge(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
        if len(corners) != 2 or not corners[0] or not corners[1]:  # noqa: PLR2004 - two corners
            return
        if len(self.merges) < _MAX_MERGES:
            left, top = corners[0].groups()
            right, bottom = corners[1].groups()
            self.merges.append(Merge(int(top), _column(left), int(bottom), _column(right)))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
