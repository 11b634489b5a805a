"""概况 as a workbook: one sheet each for the whole, institutions, programmes, months and doubts."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

from report.cells import safe_cell

SheetRows = Sequence[Sequence[str | int | float | None]]


def overview_workbook(sheets: Sequence[tuple[str, SheetRows]]) -> bytes:
    """The first row of each sheet is its head; what comes from people cannot become a formula."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    for title, rows in sheets:
        made = book.create_sheet(title)
        for row in rows:
            made.append([safe_cell(value) if isinstance(value, str) else value for value in row])
        for cell in made[1]:
            cell.font = Font(bold=True)
        made.freeze_panes = "A2"
        made.column_dimensions["A"].width = 32
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
