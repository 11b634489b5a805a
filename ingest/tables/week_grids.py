"""The weekly grid 星期 × 节次, and its sibling with dates for columns: where it lies on a sheet."""

import re
from dataclasses import dataclass, replace
from datetime import date

from ingest.tables.block_cells import BlockCells
from ingest.tables.cells import Cell, CellKind, Sheet, SheetRow
from ingest.tables.half_days import half_day_in
from ingest.tables.headers import header_key
from ingest.tables.lesson_words import says_nothing
from ingest.tables.moments import Years, day_of
from ingest.tables.periods import period_of
from ingest.tables.row_words import LISTED, REMARKS, SIGNATURES, SUMS
from ingest.tables.synonyms import COLUMNS, TableRole

_WEEKDAY = re.compile(r"(?:星期|周|礼拜)\s*([一二三四五六日天])")
_DATED = re.compile(
    r"(?:20\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]|\d{1,2}\s*[月./])\s*\d{1,2}\s*[日号]?\s*[(]?(?:(?:星期|周|礼拜)?[一二三四五六日天])?[)]?"
)
_BARE = "一二三四五六日"
_LEAST_DAYS = 2
_NAMES = frozenset(header_key(word) for word in COLUMNS[TableRole.ROSTER]["name"].split())
_OTHER_HEADS = frozenset({"节次", "时间", "开始", "开始时间", "起止时间", "作息时间", "上课时间"})
_SEARCHED_ROWS = 400
_LONGEST_LABEL = 8
_MOST_COLUMNS = 80


@dataclass(frozen=True, slots=True)
class GridDay:
    """The columns of one day: a weekday (Monday is 0), a date, or both."""

    columns: tuple[int, ...]
    weekday: int | None
    head: Cell
    dated: Cell
    row: int

    def day(self, years: Years) -> date | None:
        """The date that the head or the row below it states."""
        return day_of(self.dated, years) if self.dated else None


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """One grid: its days, the rows of its lessons, the words above it, and those anywhere outside lessons."""

    sheet: Sheet
    days: tuple[GridDay, ...]
    rows: tuple[SheetRow, ...]
    above: str
    around: str
    unlabelled: tuple[SheetRow, ...] = ()

    @property
    def first_column(self) -> int:
        """Where the days begin; the labels of the rows stand before it."""
        return min(self.days[0].columns)

    @property
    def dated(self) -> bool:
        """Whether every day states its date."""
        return all(each.dated for each in self.days)


def find_week_grids(sheet: Sheet) -> tuple[WeekGrid, ...]:
    """Every grid of the sheet, one below the other; none where the sheet is something else."""
    cells = BlockCells(sheet)
    heads = [(index, days) for index, row in enumerate(sheet.rows[:_SEARCHED_ROWS]) if (days := _days(row, cells))]
    found: list[WeekGrid] = []
    end_before = 0
    for place, (index, days) in enumerate(heads):
        limit = heads[place + 1][0] if place + 1 < len(heads) else len(sheet.rows)
        below = sheet.rows[index + 1 : limit]
        dated, body = _with_dates(days, below, cells)
        first = min(dated[0].columns)
        own = _own_rows(body)
        lessons = tuple(row for row in own if _has_label(row, first, cells))
        if not lessons or not _sure(dated, lessons, first, cells):
            continue
        above = "\n".join(_line(row) for row in sheet.rows[end_before:index])
        strange = tuple(row for row in own if row not in lessons and _plans(row, dated, first, lessons[-1].number))
        found.append(WeekGrid(sheet, dated, lessons, above, "", strange))
        end_before = sheet.rows.index(lessons[-1], index) + 1
    planned = {row.number for grid in found for row in grid.rows}
    lines = [_line(row) for row in sheet.rows if row.number not in planned]
    around = "\n".join([sheet.file, sheet.name, *lines])
    return tuple(replace(grid, around=around) for grid in found)


def names_people(row: SheetRow) -> bool:
    """Whether the row is the head of a list of people, such as a sign-in form with a column for each day."""
    return any(header_key(cell.plain) in _NAMES for cell in row.cells if cell.kind is CellKind.TEXT)


def _own_rows(body: tuple[SheetRow, ...]) -> tuple[SheetRow, ...]:
    """The rows below the head as far as the head of another table."""
    end = next((place for place, row in enumerate(body) if _is_other_head(row)), len(body))
    return body[:end]


def _is_other_head(row: SheetRow) -> bool:
    return any(header_key(cell.plain) in _OTHER_HEADS for cell in row.cells if cell)


def _has_label(row: SheetRow, first: int, cells: BlockCells) -> bool:
    """Whether a label names the row as a lesson or a half of the day."""
    return bool(period_of(cells.row(row, 0, first))) and any(row.cells)


def _plans(row: SheetRow, days: tuple[GridDay, ...], first: int, last: int) -> bool:
    """Whether a row without such a label seems to plan lessons all the same: 自习 | 家政礼仪."""
    label = "".join(cell.plain for cell in row.cells[:first]).replace(" ", "")
    taught = any(not says_nothing(row.at(column).text) for day in days for column in day.columns)
    remark = any(pattern.fullmatch(label) for pattern in (SUMS, SIGNATURES, REMARKS, LISTED))
    return taught and not remark and (row.number < last or bool(label and len(label) <= _LONGEST_LABEL))


def lies_across(sheet: Sheet) -> bool:
    """Whether the sheet is a weekly grid with its weekdays down and its periods across."""
    width = min(max((len(row.cells) for row in sheet.rows[:_MOST_COLUMNS]), default=0), _MOST_COLUMNS)
    columns = tuple(
        SheetRow(column + 1, tuple(row.at(column) for row in sheet.rows[:_MOST_COLUMNS])) for column in range(width)
    )
    grids = find_week_grids(Sheet(sheet.file, sheet.name, columns))
    return any(all(day.weekday is not None for day in grid.days) for grid in grids)


def _sure(days: tuple[GridDay, ...], lessons: tuple[SheetRow, ...], first: int, cells: BlockCells) -> bool:
    """Two dates side by side may be any list's row; only labels such as 上午 or 第1节 make them a grid."""
    if all(each.weekday is not None for each in days):
        return True
    labels = [cell.plain for row in lessons for cell in cells.row(row, 0, first)]
    return any(half_day_in(text) or "节" in text or "学时" in text for text in labels)


def _days(row: SheetRow, cells: BlockCells) -> tuple[GridDay, ...]:
    width = min(len(row.cells), _MOST_COLUMNS)
    if names_people(row):
        return ()
    bare = sum(1 for cell in row.cells[:width] if cell.plain in _BARE and cell) >= len("一二三四五")
    groups: dict[tuple[int, int], list[int]] = {}
    for column in range(1, width + _trailing(row, cells, width)):
        if _is_day(cells.at(row.number, column), bare=bare):
            groups.setdefault(cells.origin(row.number, column), []).append(column)
    days = [_grid_day(cells.at(*place), tuple(columns), place[0]) for place, columns in groups.items()]
    weekdays = [each.weekday for each in days if each.weekday is not None]
    dates = [each.dated.plain for each in days if each.dated]
    same = len(days) in {len(weekdays), len(dates)} and len(days) >= _LEAST_DAYS
    different = len(set(dates)) == len(dates) if len(dates) == len(days) else len(set(weekdays)) == len(days)
    return tuple(days) if same and different else ()


def _trailing(row: SheetRow, cells: BlockCells, width: int) -> int:
    """A last merged head reaches beyond the row's last filled cell."""
    last = cells.origin(row.number, width - 1)
    more = 0
    while more < _MOST_COLUMNS and cells.origin(row.number, width + more) == last:
        more += 1
    return more


def _is_day(cell: Cell, *, bare: bool) -> bool:
    if cell.kind is CellKind.DATE:
        return day_of(cell, Years()) is not None and float(cell.number or 0).is_integer()
    if cell.kind is not CellKind.TEXT:
        return False
    text = cell.plain
    if _WEEKDAY.match(text) or (bare and text in _BARE):
        return True
    return bool(_DATED.fullmatch(text))


def _grid_day(head: Cell, columns: tuple[int, ...], row: int) -> GridDay:
    text = head.plain
    match = _WEEKDAY.search(text)
    sign = match[1] if match else text if text in _BARE else ""
    weekday = _BARE.find(sign.replace("天", "日")) if sign else None
    dated = head if head.kind is CellKind.DATE or re.search(r"\d\s*[月./-]\s*\d", text) else Cell()
    return GridDay(columns, weekday, head, dated, row)


def _with_dates(
    days: tuple[GridDay, ...], below: tuple[SheetRow, ...], cells: BlockCells
) -> tuple[tuple[GridDay, ...], tuple[SheetRow, ...]]:
    """The days with the dates that a row directly below the head gives them."""
    if not below or all(each.dated for each in days):
        return days, below
    found = [cells.at(below[0].number, each.columns[0]) for each in days]
    dates = [cell for cell in found if cell.kind is CellKind.DATE or re.search(r"\d\s*[月./-]\s*\d", cell.plain)]
    if len(dates) < len(days) - 1 or len(dates) < _LEAST_DAYS:
        return days, below
    kept = [replace(each, dated=cell) for each, cell in zip(days, found, strict=True) if cell]
    return tuple(kept), below[1:]


def _line(row: SheetRow) -> str:
    return " ".join(dict.fromkeys(cell.plain for cell in row.cells if cell.kind is CellKind.TEXT))
