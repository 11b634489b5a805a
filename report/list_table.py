"""A list handed out as XLSX or CSV: one head, the rows, and nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from report.cells import safe_cell

ListRow = Sequence[str | int | float | None]
_WIDEST, _NARROWEST = 48, 10


def list_workbook(title: str, heads: Sequence[str], rows: Iterable[ListRow]) -> bytes:
    """The list as a workbook, its head bold and fixed, with a filter on every column."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    widths = [_NARROWEST] * len(heads)
    for row in (heads, *rows):
        cells = _safe(row)
        sheet.append(cells)
        widths = [max(width, min(_WIDEST, 2 * len(str(cell or "")))) for width, cell in zip(widths, cells, strict=True)]
    for place, cell in enumerate(sheet[1]):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place + 1)].width = widths[place]
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def list_csv(heads: Sequence[str], rows: Iterable[ListRow]) -> bytes:
    """The same as CSV, with the mark by which Excel and WPS know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (heads, *rows):
        writer.writerow(_safe(row))
    return out.getvalue().encode("utf-8-sig")


def _safe(row: ListRow) -> list[str | int | float | None]:
    return [safe_cell(value) if isinstance(value, str) else value for value in row]
