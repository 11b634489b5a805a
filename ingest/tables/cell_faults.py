"""What a clerk should know about the cells that are used: errors, saved results of formulas, hidden columns."""

from facts.counting import counted
from ingest.tables.cells import CellKind
from ingest.tables.fault import Faults
from ingest.tables.sheet_layout import SheetLayout


def tell_cells(layout: SheetLayout, faults: Faults) -> None:
    """A fault for each cell in error, and a note for formulas and for hidden columns."""
    columns = sorted({column for found in layout.columns.values() for column in found})
    formulas = 0
    for row in layout.body():
        for column in columns:
            cell = row.at(column)
            formulas += int(cell.formula)
            if cell.kind is CellKind.ERROR:
                faults.fault(
                    layout.sheet.place(row.number, column),
                    f"单元格是错误值 {cell.plain[:12]}，当作空白；请改正公式",
                    f"the cell shows the error {cell.plain[:12]} and was taken as blank; mend the formula",
                )
    if formulas:
        faults.note(
            layout.sheet.where,
            f"{formulas} 个单元格是公式，用的是文件里保存的结果",
            f"{counted(formulas, 'cell is a formula', 'cells are formulas')}; the results saved in the file were used",
        )
    hidden = [layout.headers.get(column, "") for column in columns if column in layout.sheet.hidden_columns]
    if hidden:
        faults.note(
            layout.sheet.where,
            f"隐藏的列也已使用：{'、'.join(hidden)}",
            f"hidden columns were used too: {', '.join(hidden)}",
        )
