"""The old XLS through calamine, behind a guard that refuses what would make it allocate without bound."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from ingest.tables.biff import SheetShape, sheet_shapes
from ingest.tables.cells import BLANK, Cell, CellKind, Merge, Sheet, SheetRow, number_cell, text_cell
from ingest.tables.fault import Faults, TableFault, UnreadableTableError
from ingest.tables.workbook import MAX_CELLS
from ingest.tables.xlsx import MAX_COLUMNS, MAX_ROWS, too_many
from ingest.tables.xlsx_archive import unreadable_workbook

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's day zero has no zone
Value = int | float | str | bool | time | date | datetime | timedelta


def read_xls(content: bytes, file: str, faults: Faults) -> list[Sheet]:
    """Every sheet of an old workbook that can be read within bounds; each other one leaves a fault."""
    shapes = sheet_shapes(content)
    try:
        return _sheets(content, file, shapes, faults)
    except BaseException as error:
        # A panic inside calamine arrives as a BaseException of a class that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable_workbook(ValueError("BIFF")) from error


def _sheets(content: bytes, file: str, shapes: list[SheetShape], faults: Faults) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
    except PasswordError as error:
        raise password() from error
    except (CalamineError, OSError, ValueError) as error:
        raise unreadable_workbook(error) from error
    sheets: list[Sheet] = []
    for index, about in enumerate(book.sheets_metadata):
        try:
            shape = shapes[index] if index < len(shapes) else SheetShape()
            sheets.append(_sheet(book, index, file, shape, hidden=about.visible != SheetVisibleEnum.Visible))
        except UnreadableTableError as error:
            faults.add(TableFault(f"{file}[{about.name}]", error.text))
    return sheets


def password() -> UnreadableTableError:
    """The fault of a workbook that opens only with a password."""
    return UnreadableTableError("文件有密码，请去掉密码后重新保存", "the file has a password; remove it and save again")


def _sheet(book: CalamineWorkbook, index: int, file: str, shape: SheetShape, *, hidden: bool) -> Sheet:
    try:
        sheet = book.get_sheet_by_index(index)
        top, left = sheet.start or (0, 0)
        width = sheet.width
        merges = tuple(
            Merge(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in sheet.merged_cell_ranges or ()
        )
        if left + width > MAX_COLUMNS:
            raise too_many(f"超过 {MAX_COLUMNS} 列", f"more than {MAX_COLUMNS} columns")
        rows = _rows(sheet.to_python(skip_empty_area=True), top, left, shape.hidden_rows)
    except (CalamineError, OSError, ValueError) as error:
        raise unreadable_workbook(error) from error
    return Sheet(file, sheet.name, rows, hidden, frozenset(shape.hidden_columns), merges)


def _rows(values: list[list[Value]], top: int, left: int, hidden: set[int]) -> tuple[SheetRow, ...]:
    rows: list[SheetRow] = []
    filled = 0
    for offset, line in enumerate(values):
        cells = tuple(_cell(value) for value in line)
        if not any(cells):
            continue
        filled += len(cells)
        if len(rows) >= MAX_ROWS or filled > MAX_CELLS * 2:
            raise too_many("单元格过多", "too many cells")
        number = top + offset + 1
        rows.append(SheetRow(number, (BLANK,) * left + cells, number in hidden))
    return tuple(rows)


def _cell(value: Value) -> Cell:
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, bool):
        return Cell(str(value).upper(), CellKind.TRUTH)
    if isinstance(value, int | float):
        return number_cell(f"{value:.15g}")
    return number_cell(repr(_serial(value)), is_date=True)


def _serial(value: date | time | timedelta) -> float:
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, time):
        return timedelta(hours=value.hour, minutes=value.minute, seconds=value.second) / timedelta(days=1)
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - as Excel
    return (moment - _EPOCH) / timedelta(days=1)
