"""DingTalk's month sheet 打卡时间: a row for each person, a column for each day, several times in a cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from facts.check_in import CheckIn, Datum, Place
from facts.id_number import IdNumber
from ingest.tables.cells import Cell, CellKind, Sheet, SheetRow
from ingest.tables.fault import Faults
from ingest.tables.headers import Columns, fields_of
from ingest.tables.ids import id_number
from ingest.tables.moments import Years, find_day, on_day
from ingest.tables.month_cells import month_cell
from ingest.tables.row_words import bare_name
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.summary_rows import entries, tell_hidden
from ingest.tables.synonyms import TableRole

_SEARCHED_ROWS = 20
_LEAST_DAYS = 3
_DAY_HEAD = re.compile(r"(?P<day>\d{1,2})(?:\s*[日号])?(?:\s*[(]?\s*(?:星期|周)?[一二三四五六日天]\s*[)]?)?")
_DATE_HEAD = re.compile(r"(?:20\d\d\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}.{0,8}")
_WEEKEND = frozenset("六日天")
_PERIOD = re.compile(r"(20\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})")
_YEAR_MONTH = re.compile(r"(20\d\d)\s*[-年./]\s*(\d{1,2})\s*月?(?!\s*[-./]?\d)")
_MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """The sheet: its columns of people, and which day each of the others is."""

    layout: SheetLayout
    days: dict[int, str]

    @property
    def sheet(self) -> Sheet:
        """The sheet itself."""
        return self.layout.sheet


def find_month_sheet(sheet: Sheet, learned: Columns) -> MonthSheet | None:
    """The month sheet where the sheet is one and its cells hold times; nothing where it is something else."""
    for index, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        heads = {column: _head(cell) for column, cell in enumerate(row.cells) if cell}
        days = _days(heads)
        names = fields_of(TableRole.CHECKINS, heads, learned)
        if len(days) < _LEAST_DAYS or not {"name", "id"} & set(names):
            continue
        title = " ".join(cell.plain for each in sheet.rows[:index] for cell in each.cells if cell.kind is CellKind.TEXT)
        columns = {name: found for name, found in names.items() if name in {"name", "id", "device", "place"}}
        layout = SheetLayout(
            TableRole.CHECKINS, sheet, columns, heads, row.number + 1, f"{sheet.file} {sheet.name} {title}"
        )
        body = layout.body()[:_SEARCHED_ROWS]
        if any(_tells_time(each.at(column)) for each in body for column in days):
            return MonthSheet(layout, days)
    return None


def _tells_time(cell: Cell) -> bool:
    return bool(month_cell(cell).times or re.search(r"\d:\d\d", cell.plain))


def _head(cell: Cell) -> str:
    if cell.kind is CellKind.DATE and cell.number:
        return (date(1899, 12, 30) + timedelta(days=int(cell.number))).isoformat()
    return cell.plain


def _days(heads: dict[int, str]) -> dict[int, str]:
    """The longest run of neighbouring columns whose heads count days up; 六 and 日 stand in for a weekend's numbers."""
    best: dict[int, str] = {}
    run: dict[int, str] = {}
    for column in sorted(heads):
        text, before = heads[column], heads.get(column - 1, "")
        if column - 1 not in run:
            run = {}
        number = _number(text)
        if _DATE_HEAD.fullmatch(text) and not _DAY_HEAD.fullmatch(text):
            run = {**run, column: text}
        elif number and (not run or number == _last(run) + 1):
            run = {**run, column: str(number)}
        elif run and text in _WEEKEND and before and _last(run) and _last(run) < _MOST_DAYS:
            run = {**run, column: str(_last(run) + 1)}
        elif number == 1:
            run = {column: "1"}
        else:
            run = _weekend_start(column, text, heads)
        best = max(best, run, key=len)
    return best


def _weekend_start(column: int, text: str, heads: dict[int, str]) -> dict[int, str]:
    """A month may begin on a weekend: 六 日 3 4 …."""
    if text not in _WEEKEND:
        return {}
    after = next((number for step in (1, 2) if (number := _number(heads.get(column + step, "")))), 0)
    distance = next((step for step in (1, 2) if _number(heads.get(column + step, ""))), 0)
    return {column: str(after - distance)} if after > distance else {}


def _number(text: str) -> int:
    match = _DAY_HEAD.fullmatch(text)
    return int(match["day"]) if match and 1 <= int(match["day"]) <= _MOST_DAYS else 0


def _last(run: dict[int, str]) -> int:
    text = run[max(run)] if run else ""
    return int(text) if text.isdecimal() else 0


def read_month_sheet(found: MonthSheet, years: Years, faults: Faults) -> tuple[CheckIn, ...]:
    """Every time of every cell as a sign-in of that person on that day."""
    days = _dates(found, years)
    where = found.sheet.where
    if not days:
        faults.fault(
            where,
            "认出是按月的打卡表（一天一列），但没有写是哪年哪月，整张表未用；请在表的上方写“统计日期：2025-03-01 至 2025-03-31”，"
            "或把工作表改名为“2025年3月”",
            "a month's sign-in sheet (a column for each day) that does not say which month, so nothing of it was used; "
            "write 统计日期：2025-03-01 至 2025-03-31 above it, or call the sheet 2025年3月",
        )
        return ()
    made = tuple(
        check_in
        for row in entries(found.layout, faults, ("打卡", "check-in")).rows
        for check_in in _check_ins(found, row, days, faults)
    )
    if not made:
        faults.fault(where, "没有可用的打卡", "no usable check-in")
    return made


def _check_ins(found: MonthSheet, row: SheetRow, days: dict[int, date], faults: Faults) -> Iterator[CheckIn]:
    tell_hidden(row, found.sheet, ("打卡", "check-ins"), faults)
    name = bare_name(found.layout.cell(row, "name").plain)
    number = id_number(found.layout.cell(row, "id"))
    for column, day in days.items():
        said = month_cell(row.at(column))
        place = found.sheet.place(row.number, column)
        if said.unclear:
            faults.fault(
                place,
                f"“{said.unclear[:20]}”看不出是不是当时的打卡，此格未用；是打卡就只写时间，如 08:25 或 14:25，"
                "请假请写进请假表，补卡请由教师见证",
                f"{said.unclear[:20]!r} does not say whether somebody signed in then: the cell was not used; for a sign-in "
                "write the time alone, such as 08:25 or 14:25, leave belongs into a leave list, a late entry needs a witness",
            )
        if said.times and not name and not isinstance(number, IdNumber):
            faults.fault(
                place,
                "有打卡时间但没有姓名和身份证号，此格未用；请补姓名",
                "a check-in time but neither name nor ID number: the cell was not used; add the name",
            )
            continue
        digits = number.digits if isinstance(number, IdNumber) else ""
        note = f"打卡结果：{said.note}" if said.note else ""
        for clock in said.times:
            at = on_day(day, clock)
            yield CheckIn(at=at, name=name, id_number=digits, place=Place(datum=Datum.UNKNOWN), note=note, where=place)


def _dates(found: MonthSheet, years: Years) -> dict[int, date]:
    month = _month(found.layout.title, years)
    made: dict[int, date] = {}
    for column, text in found.days.items():
        if text.isdecimal():
            day = Years(month[0], month=month[1]).day_of_month(int(text)) if month else None
        else:
            own = find_day(text, years)
            day = own[0] if own else None
        if day:
            made[column] = day
    return made


def _month(title: str, years: Years) -> tuple[int, int] | None:
    """The one month that the title states: by its first and last day, or by name."""
    days = {(int(year), int(month)) for year, month, _ in _PERIOD.findall(title)}
    printed = {found for found in days if "生成时间" not in title} or _first_period(title)
    named = {(int(year), int(month)) for year, month in _YEAR_MONTH.findall(title)}
    for options in (printed, named):
        if len(options) == 1:
            return options.pop()
    return (years.stated, years.month) if years.stated and years.month else None


def _first_period(title: str) -> set[tuple[int, int]]:
    """DingTalk prints when the report was made behind the days that it covers: only the latter count."""
    covered = re.split(r"(?:报表)?生成时间", title)[0]
    return {(int(year), int(month)) for year, month, _ in _PERIOD.findall(covered)}
