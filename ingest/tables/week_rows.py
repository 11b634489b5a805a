"""A list of lessons by weekday (星期 | 时间 | 课程) without dates: the days that each row stands for."""

import re
from collections.abc import Iterator

from ingest.tables.cell_entries import entry_of, weeks_in
from ingest.tables.cells import Cell, CellKind, text_cell
from ingest.tables.fault import Faults
from ingest.tables.moments import Years
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.week_calendar import calendar_of
from ingest.tables.week_words import calendar_told

_WEEKDAY = re.compile(r"(?:星期|周|礼拜)?\s*([一二三四五六日天1-7])")
_ORDER = "一二三四五六日"


class WeekRows:
    """Turns the weekday of a row into its dates."""

    def __init__(self, layout: SheetLayout, years: Years, faults: Faults) -> None:
        self._layout, self._faults = layout, faults
        around = "\n".join(
            " ".join(cell.plain for cell in row.cells if cell.kind is CellKind.TEXT) for row in layout.sheet
        )
        weeks = frozenset(week for row in layout.body() for week in weeks_in(layout.cell(row, "weeks").plain)[0])
        found = calendar_of(layout.title, around, weeks, years)
        self._calendar = calendar_told(found, ("按星期排", "a timetable by weekdays"), layout.sheet.where, faults)

    def days(self, weekday: Cell, weeks: Cell, subject: Cell) -> Iterator[Cell]:
        """A date cell for each day that the row is taught on."""
        match = _WEEKDAY.fullmatch(weekday.plain)
        if self._calendar is None or match is None:
            return
        sign = match[1].replace("天", "日")
        number = int(sign) - 1 if sign.isdecimal() else _ORDER.index(sign)
        entry = entry_of(f"x {weeks.plain} {subject.plain}")
        for week, day in self._calendar.days(number):
            if entry.in_week(week):
                yield text_cell(day.isoformat())
