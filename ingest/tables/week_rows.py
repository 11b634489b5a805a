"""A list of lessons by weekday (星期 | 时间 | 课程) without dates: the days that each row stands for."""

from collections.abc import Iterator

from ingest.tables.cell_entries import entry_of, weeks_in
from ingest.tables.cells import Cell, CellKind, text_cell
from ingest.tables.day_words import weekdays_of
from ingest.tables.fault import Faults
from ingest.tables.moments import Years
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.week_calendar import calendar_of
from ingest.tables.week_words import calendar_told


class WeekRows:
    """Turns the weekday of a row into its dates."""

    def __init__(self, layout: SheetLayout, years: Years, faults: Faults) -> None:
        self._layout, self._faults = layout, faults
        around = "\n".join(
            " ".join(cell.plain for cell in row.cells if cell.kind is CellKind.TEXT)
            for row in layout.sheet
            if row.number < layout.first_row or not any(layout.cell(row, name) for name in ("start", "time"))
        )
        weeks = frozenset(week for row in layout.body() for week in weeks_in(layout.cell(row, "weeks").plain)[0])
        found = calendar_of(layout.title, around, weeks, years)
        self._calendar = calendar_told(found, ("按星期排", "a timetable by weekdays"), layout.sheet.where, faults)

    def days(self, weekday: Cell, weeks: Cell, subject: Cell, place: str) -> Iterator[Cell]:
        """A date cell for each day that the row is taught on."""
        numbers = weekdays_of(weekday.plain)
        if self._calendar is None:
            return
        if not numbers:
            self._faults.fault(
                place,
                f"星期“{weekday.plain[:20]}”看不出是星期几，此行未用；请写成如“周一”“周一至周五”",
                f"weekday {weekday.plain[:20]!r} is none: the row was not used; write it like 周一 or 周一至周五",
            )
        entry = entry_of(f"x {weeks.plain} {subject.plain}")
        for number in numbers:
            for week, day in self._calendar.days(number):
                if entry.in_week(week):
                    yield text_cell(day.isoformat())
