"""A weekly grid's lessons to class hours, each on its day; what is missing is said with the line that would give it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ingest.tables.block_cells import BlockCells
from ingest.tables.cell_entries import CellEntry, entry_of
from ingest.tables.cells import SheetRow, plain
from ingest.tables.day_gaps import free_days
from ingest.tables.day_words import tell_free_day, tell_weekday
from ingest.tables.fault import Faults
from ingest.tables.half_days import half_day
from ingest.tables.hour_numbers import Numbered
from ingest.tables.lesson_cells import lessons_of
from ingest.tables.lessons import Lesson, lesson_hours
from ingest.tables.moments import Years
from ingest.tables.periods import Period, Times, period_of
from ingest.tables.summary_rows import tell_hidden
from ingest.tables.week_calendar import WeekCalendar, calendar_of
from ingest.tables.week_grids import GridDay, WeekGrid
from ingest.tables.week_words import calendar_told


@dataclass(frozen=True, slots=True)
class _GridCell:
    """One cell of the grid with the row's period."""

    row: SheetRow
    column: int
    period: Period
    entry: CellEntry


def read_grid(grid: WeekGrid, times: Mapping[int, Times], years: Years, faults: Faults) -> list[Numbered]:
    """Every class hour that the grid plans, with the number of its period; faults name cells as Excel does."""
    return _GridReader(grid, times, years, faults).hours()


class _GridReader:
    def __init__(self, grid: WeekGrid, times: Mapping[int, Times], years: Years, faults: Faults) -> None:
        self.grid, self.times, self.years, self.faults = grid, times, years, faults
        self.where = grid.sheet.where
        self.cells = BlockCells(grid.sheet)
        self.timeless: set[str] = set()
        self.rows = list(self.periods())
        self.free = free_days(grid.around, years).days
        self.room = entry_of(f"x {room_words(grid.around)}").room

    def hours(self) -> list[Numbered]:
        for row, _ in self.rows:
            tell_hidden(row, self.grid.sheet, ("学时", "class hours"), self.faults)
        for row in self.grid.unlabelled:
            self.tell_unlabelled(row)
        lessons = {day: list(self.lessons(day)) for day in self.grid.days}
        weeks = frozenset(week for own in lessons.values() for each in own for week in each.entry.weeks)
        calendar = None if self.grid.dated else self.calendar(weeks)
        if not self.grid.dated and calendar is None:
            return []
        made = [hour for day, own in lessons.items() for each in own for hour in self.on_days(day, each, calendar)]
        if self.timeless:
            self.tell_timeless()
        if not made and not self.timeless:
            self.faults.fault(self.where, "课表里没有可用的学时", "the timetable plans no usable class hour")
        return made

    def calendar(self, weeks: frozenset[int]) -> WeekCalendar | None:
        found = calendar_of(self.grid.above, self.grid.around, weeks, self.years)
        return calendar_told(found, ("“星期 × 节次”", "a weekly grid (星期 × 节次)"), self.where, self.faults)

    def periods(self) -> Iterator[tuple[SheetRow, Period]]:
        """Each row with its period; a half-day written once, above or beside the first row, governs those below."""
        half, column = "", -1
        for row in self.grid.rows:
            labels = self.cells.row(row, 0, self.grid.first_column)
            texts = {cell.plain for cell in row.cells if cell}
            if len(texts) == 1 and (word := half_day(next(iter(texts)))):
                half, column = word, -1
                continue
            own = next((place for place, cell in enumerate(labels) if half_day(cell.plain)), None)
            if own is not None:
                half, column = half_day(labels[own].plain), own
            elif column >= 0 and labels[column]:
                half = ""
            yield row, period_of(labels, half)

    def lessons(self, day: GridDay) -> Iterator[_GridCell]:
        for row, period in self.rows:
            place = self.grid.sheet.place(row.number, day.columns[0])
            texts = dict.fromkeys(self.cells.at(row.number, column).text for column in day.columns)
            words = "\n".join(text for text in texts if text)
            for entry in lessons_of(words, self.where, place, self.faults):
                yield _GridCell(row, day.columns[0], period, entry)

    def on_days(self, day: GridDay, lesson: _GridCell, calendar: WeekCalendar | None) -> Iterator[Numbered]:
        place = self.grid.sheet.place(lesson.row.number, lesson.column)
        if day.dated:
            own = day.day(self.years)
            if own is None:
                self.tell_date(day, place)
                return
            tell_weekday(own, day.head.plain, self.grid.sheet.place(day.row, day.columns[0]), self.faults)
            if own in self.free:
                tell_free_day(own, place, self.faults)
                return
            week = _week_of(own, calendar or self._quiet_calendar())
            if week is None and lesson.entry.weekly:
                self.faults.fault(
                    place,
                    "格内写了周次，但不知道这一天是第几周；请在表的上方写“第1周：2025-03-03”",
                    "the cell names weeks, but not which week this day lies in; write 第1周：2025-03-03 above the grid",
                )
                return
            dates = [(week, own)] if lesson.entry.in_week(week) else []
        else:
            found = calendar.days(day.weekday or 0) if calendar else []
            dates = [(week, each) for week, each in found if lesson.entry.in_week(week)]
        for _, each in dates:
            for number, times, count in self.parts(lesson):
                planned = Lesson(lesson.entry, times, place, number, count, lesson.period.half)
                yield from lesson_hours(each, planned, self.room, self.faults)

    def _quiet_calendar(self) -> WeekCalendar | None:
        return calendar_of(self.grid.above, self.grid.around, frozenset({1}), self.years).calendar

    def parts(self, lesson: _GridCell) -> Iterator[tuple[int | None, Times, int]]:
        """The stretches of the lesson: one for each numbered period with a time of its own, else the row's own time."""
        period, entry = lesson.period, lesson.entry
        numbers = range(period.first, period.first + period.count) if period.first else range(0)
        whole = entry.times or period.times
        known = bool(numbers) and all(number in self.times for number in numbers)
        if known and not entry.times and (whole is None or period.count > 1):
            yield from ((number, self.times[number], 1) for number in numbers)
            return
        if whole is None:
            self.timeless.add(f"第{period.first}节" if period.first else period.half)
            return
        yield period.first, whole, max(entry.count or 1, period.count)

    def tell_timeless(self) -> None:
        shown = "、".join(sorted(self.timeless))
        self.faults.fault(
            self.where,
            f"认出是“星期 × 节次”的课表，但没有写{shown}的起止时间，这些学时未用；请在节次旁写明，如“第1节 08:30-09:15”，"
            "或在表旁另列一张“节次、时间”的小表",
            f"a weekly grid (星期 × 节次) that does not say when {shown} is, so those hours were not used; write the times "
            "beside the period, such as 第1节 08:30-09:15, or add a small table of 节次 and 时间",
        )

    def tell_unlabelled(self, row: SheetRow) -> None:
        self.faults.fault(
            self.grid.sheet.place(row.number),
            "此行左侧看不出是第几节、几点，行内的课未计学时；请在左侧写明，如“第9节 19:00-19:45”",
            "nothing on the left says which period, or when, this row is, so its lessons were not counted; write it there, "
            "such as 第9节 19:00-19:45",
        )

    def tell_date(self, day: GridDay, place: str) -> None:
        self.faults.fault(
            place,
            f"日期“{day.dated.plain[:20]}”读不出年月日，此列未用；请写成如 2025-04-07",
            f"date {day.dated.plain[:20]!r} is no full date: the column was not used; write it like 2025-04-07",
        )


def room_words(around: str) -> str:
    """The one line that names the room of the whole grid, such as 上课地点：201教室."""
    lines = [
        word for word in around.split() if word.startswith(("教室", "地点", "上课地点", "授课地点", "培训地点", "场地"))
    ]
    return next(
        (line.replace("授课地点", "地点").replace("培训地点", "地点") for line in map(plain, lines) if ":" in line), ""
    )


def _week_of(day: date, calendar: WeekCalendar | None) -> int | None:
    return (day - calendar.first_monday).days // 7 + 1 if calendar else None
