"""A workbook of claims to entries: each value read once, each fault with its sheet, row and column."""

from collections.abc import Iterable, Sequence

from facts.counting import counted
from ingest.claims.documents import labelled
from ingest.claims.entries import Filled, FormEntry, Value
from ingest.claims.fault import FaultCollector
from ingest.claims.fields import EXAMPLE, Field, FieldKind
from ingest.claims.form import TABLES
from ingest.claims.header_form import HEADER
from ingest.claims.layout import Grid, Label, closest, grid_of, is_lists, labels_of
from ingest.claims.values import Reader
from ingest.tables.cells import Cell, CellKind, Sheet, SheetRow

MOST_PEOPLE = 10_000
_CLOSING = ("合计", "总计", "共计", "小计", "备注", "说明", "制表", "填表", "审核人", "负责人", "经办人")
_FEWEST_LABELS = 3


def read_sheets_of_claim(sheets: Sequence[Sheet], reader: Reader) -> Filled:
    """Every table that the sheets hold; what is missing or doubled is a fault."""
    faults = reader.faults
    visible = [sheet for sheet in sheets if not _hidden(sheet, faults)]
    grids = _grids(visible, faults)
    filled = {name: _entries(grid, reader) for name, grid in grids.items()}
    filled[HEADER.name] = _header(visible, grids, reader)
    _tell_missing(filled, grids, faults)
    _tell_ignored(visible, grids, faults)
    return filled


def _hidden(sheet: Sheet, faults: FaultCollector) -> bool:
    if sheet.hidden and sheet.rows and not is_lists(sheet):
        faults.note(
            sheet.where, "此工作表被隐藏，未读取；如属于申领，请取消隐藏", "the sheet is hidden and was not read"
        )
    return sheet.hidden


def _grids(sheets: Iterable[Sheet], faults: FaultCollector) -> dict[str, Grid]:
    found: dict[str, Grid] = {}
    for sheet in sheets:
        grid = grid_of(sheet)
        if grid is None:
            continue
        if other := found.get(grid.table.name):
            zh = f"又一张“{grid.table.zh}”表（另一张是 {other.sheet.where}）；一次申领只能有一张，请合并"
            faults.fault(sheet.where, zh, f"a second sheet of {grid.table.en}", "one")
            continue
        found[grid.table.name] = grid
    return found


def _entries(grid: Grid, reader: Reader) -> tuple[FormEntry, ...]:
    faults, sheet = reader.faults, grid.sheet
    for item in grid.missing:
        zh = f"缺“{item.zh}”列"
        faults.fault(sheet.place(grid.header_row), zh, f"no column {item.zh}", f"the column {item.zh} ({item.en})")
    for column, header in grid.unknown.items():
        close = closest(grid.table, header)
        hint = (f"；是否为“{close}”？", f"; did you mean {close}?") if close else ("", "")
        where = sheet.place(grid.header_row, column)
        faults.note(
            where, f"“{header[:30]}”列不认识，未使用{hint[0]}", f"the column {header[:30]!r} is not used{hint[1]}"
        )
    for name, column in grid.columns.items():
        if column in sheet.hidden_columns:
            zh = f"“{grid.table.field(name).zh}”列被隐藏，仍计入申领"
            faults.note(sheet.place(grid.header_row, column), zh, "the column is hidden and still counts")
    _tell_merged(grid, faults)
    rows = [row for row in grid.body() if _holds_a_record(grid, row)]
    if len(rows) > MOST_PEOPLE:
        zh = f"有 {len(rows)} 行，超过一次申领的上限 {MOST_PEOPLE} 行；请按班期分开申领"
        faults.fault(
            sheet.where, zh, counted(len(rows), "row"), f"at most {MOST_PEOPLE}", "file one claim for each class"
        )
        return ()
    return tuple(_entry(grid, row, reader) for row in rows)


def _tell_merged(grid: Grid, faults: FaultCollector) -> None:
    for merge in grid.sheet.merges:
        inside = merge.bottom > grid.header_row and any(merge.left <= at <= merge.right for at in grid.columns.values())
        if inside:
            where = grid.sheet.place(merge.top, merge.left)
            zh = f"合并单元格（至 {grid.sheet.place(merge.bottom, merge.right).rpartition('!')[2]}），看不出值属于哪一行；请取消合并并逐行填写"
            faults.fault(where, zh, "merged cells", "one cell for each value", "unmerge and fill in every row")


def _holds_a_record(grid: Grid, row: SheetRow) -> bool:
    """Whether the row is neither blank, nor the example, nor a closing line."""
    if not any(row.at(column) for column in grid.columns.values()):
        return False
    first = next((cell.plain for cell in row.cells if cell), "")
    if first.startswith(EXAMPLE) or first.lower().startswith("example"):
        return False
    if grid.table.name != "people":
        return True
    return not (first.startswith(_CLOSING) and not row.at(grid.columns.get("id_number", -1)))


def _entry(grid: Grid, row: SheetRow, reader: Reader) -> FormEntry:
    sheet, where = grid.sheet, grid.sheet.place(row.number)
    if row.hidden:
        reader.faults.note(where, "此行被隐藏或筛选，仍计入申领", "this row is hidden and still counts")
    values: dict[str, Value] = {}
    places: dict[str, str] = {}
    for item in grid.table.fields:
        column = grid.columns.get(item.name)
        if column is None:
            continue
        places[item.name] = sheet.place(row.number, column)
        value = _value(item, _cell(grid, row, item), places[item.name], reader)
        if value is not None:
            values[item.name] = value
    return FormEntry(where, values, places)


def _cell(grid: Grid, row: SheetRow, item: Field) -> Cell:
    """The cell; an ID number that another column calls a passport's says so itself."""
    cell, named = row.at(grid.columns[item.name]), grid.columns.get("document")
    if item.kind is not FieldKind.ID or named is None:
        return cell
    text = labelled(row.at(named).plain, cell.plain)
    return cell if text == cell.plain else Cell(text, CellKind.TEXT, formula=cell.formula)


def _value(item: Field, cell: Cell, where: str, reader: Reader) -> Value | None:
    """The value; a required cell that is blank is a fault."""
    if item.required and not cell.plain:
        reader.faults.fault(where, f"没有填“{item.zh}”", "nothing", item.en)
        return None
    return reader.value(item, cell, where)


def _header(sheets: Sequence[Sheet], grids: dict[str, Grid], reader: Reader) -> tuple[FormEntry, ...]:
    """The form of the sheet that holds most of its items, which may stand above the list of people."""
    ends = {grid.sheet.name: grid.header_row for grid in grids.values()}
    found = [labels_of(sheet, ends.get(sheet.name)) for sheet in sheets]
    best = max(found, key=len, default=())
    if len(best) < _FEWEST_LABELS:
        return ()
    values: dict[str, Value] = {}
    places: dict[str, str] = {}
    for label in best:
        places[label.item.name] = label.sheet.place(label.row.number, label.column)
        value = _read_label(label, places[label.item.name], reader)
        if value is not None:
            values[label.item.name] = value
    for item in HEADER.fields:
        if item.required and item.name not in places:
            reader.faults.fault(best[0].sheet.where, f"没有“{item.zh}”一项", f"no item {item.zh}", item.en)
    return (FormEntry(best[0].sheet.where, values, places),)


def _read_label(label: Label, where: str, reader: Reader) -> Value | None:
    return _value(label.item, label.row.at(label.column), where, reader)


def _tell_missing(filled: Filled, grids: dict[str, Grid], faults: FaultCollector) -> None:
    for table in TABLES:
        if table.needed and not filled.get(table.name):
            seen = table.name in grids
            zh = f"“{table.zh}”里没有记录" if seen else f"没有“{table.zh}”表；请用 xueshi claim template 生成的模板填写"
            faults.fault(table.zh, zh, "no record" if seen else "no such sheet", f"the sheet {table.zh} ({table.en})")


def _tell_ignored(sheets: Iterable[Sheet], grids: dict[str, Grid], faults: FaultCollector) -> None:
    used = {grid.sheet.name for grid in grids.values()}
    for sheet in sheets:
        if sheet.rows and sheet.name not in used and not is_lists(sheet) and len(labels_of(sheet)) < _FEWEST_LABELS:
            faults.note(sheet.where, "看不出是哪张表，未使用", "not recognised and not used")
