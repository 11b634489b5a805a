"""The timetable (课表) to class hours in Chinese time, each planned unit of its own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from facts.course import ClassHour
from facts.span import Span, local
from ingest.tables.cells import Cell, CellKind, Merge, SheetRow
from ingest.tables.day_gaps import free_days
from ingest.tables.day_words import several_days, tell_free_day, tell_several, tell_weekday
from ingest.tables.fault import Faults
from ingest.tables.half_day_rows import HalfDayRows
from ingest.tables.hour_kinds import hour_kind, says_kind
from ingest.tables.hour_times import confirmed
from ingest.tables.lesson_cells import tell_moved, tell_nothing
from ingest.tables.lesson_words import says_moved, shown_nothing
from ingest.tables.moments import DAY, Years, clocks_in, day_of, moment_of, on_day
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.summary_rows import entries, tell_hidden
from ingest.tables.units import units_of
from ingest.tables.week_rows import WeekRows

_CARRIED = ("date", "weekday", "weeks", "room", "teacher", "kind", "subject")
_TOLD = ("date", "weekday", "weeks", "hour", "hours", "count", "start", "end", "time", "room", "teacher", "subject")
_LONGEST_ROW = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class _Planned:
    """One row's stretch of time before it is split into hours."""

    row: SheetRow
    span: Span
    first: int | None
    count: int


def read_timetable(layout: SheetLayout, years: Years, faults: Faults) -> list[tuple[int | None, ClassHour]]:
    """Every planned class hour of the sheet with the number it states, and a fault for each row that plans none."""
    planned = entries(layout, faults, ("学时", "class hour")).rows
    numbers = {row.number for row in planned}
    lines = (" ".join(cell.plain for cell in row.cells) for row in layout.sheet if row.number not in numbers)
    reader = _Reader(layout, years, faults, free_days("\n".join(lines), years).days)
    hours = [hour for row in planned for hour in reader.hours(row)]
    if not hours:
        faults.fault(layout.sheet.where, "课表里没有可用的学时", "the timetable plans no usable class hour")
    elif "room" not in layout.columns:
        faults.fault(
            layout.sheet.where,
            "课表没有“教室”一列，学时对不上摄像机所在教室；请补一列",
            "the timetable has no room column, so hours cannot be joined to a camera's room; add one",
        )
    return hours


class _Reader:
    def __init__(self, layout: SheetLayout, years: Years, faults: Faults, free: frozenset[date]) -> None:
        self.layout, self.years, self.faults = layout, years, faults
        self.free = free if "date" in layout.columns else frozenset[date]()
        self.carried: dict[str, Cell] = {}
        self.told_carry = False
        self.last_day: date | None = None
        self.halves = HalfDayRows(layout)
        self.weekly = None if "date" in layout.columns else WeekRows(layout, years, faults)
        self.anchor = "date" if self.weekly is None else "weekday"

    def hours(self, row: SheetRow) -> list[tuple[int | None, ClassHour]]:
        if not self.has_time(row) and self.is_band(row):
            return []
        values = self.values(row)
        if not self.has_time(row):
            self.tell_timeless(row)
            return []
        if self.taken_back(row, values):
            return []
        planned = [found for cell in self.dates(row, values) if (found := self.planned(row, cell))]
        if planned:
            self.tell_row(row, values)
        return [hour for each in planned for hour in self.split(each, values)]

    def taken_back(self, row: SheetRow, values: dict[str, Cell]) -> bool:
        """Whether the row's subject or a remark beside it says that nothing is taught, or on another day."""
        known = {column for name in _TOLD for column in self.layout.columns.get(name, ())}
        beside = [cell.plain for column, cell in enumerate(row.cells) if cell and column not in known]
        subject = values["subject"].plain
        if words := shown_nothing(subject) or ("" if subject else next(filter(None, map(shown_nothing, beside)), "")):
            tell_nothing(words, self.layout.sheet.where, self.faults)
            return True
        for text in (subject, values["date"].plain, *beside):
            if says_moved(text) or shown_nothing(text):
                tell_moved(text, self.layout.sheet.place(row.number), self.faults)
                return True
        return False

    def dates(self, row: SheetRow, values: dict[str, Cell]) -> list[Cell]:
        """The row's date, or every day of its weekday where the list goes by weekdays."""
        if self.weekly is None:
            return [values["date"]]
        place = self.layout.place(row, "weekday")
        return list(self.weekly.days(values["weekday"], values["weeks"], values["subject"], place))

    def is_band(self, row: SheetRow) -> bool:
        """Whether the row stands over those below it: 下午, or a day whose rows name no date of their own."""
        texts = list({cell.plain: cell for cell in row.cells if cell}.values())
        if not texts:
            return False
        day = next((cell for cell in texts if day_of(cell, self.years)), None)
        word = self.halves.band(row)
        over = word or (len(texts) == 1 and self.next_lacks_date(row))
        if day and over:
            self.carried["date"] = day
            if not word:
                self.halves.end_band()
        return bool(over and (word or day))

    def next_lacks_date(self, row: SheetRow) -> bool:
        below = next((each for each in self.layout.sheet if each.number > row.number), None)
        return below is not None and self.has_time(below) and not self.layout.cell(below, "date")

    def values(self, row: SheetRow) -> dict[str, Cell]:
        own = {name: self.layout.cell(row, name) or self.merged(row, name) for name in _CARRIED}
        if not self.has_time(row):
            return own
        if not self.layout.cell(row, self.anchor):
            self.tell_carried(row, own)
            own |= {name: self.carried[name] for name in _CARRIED if not own[name] and name in self.carried}
        self.carried = {name: cell for name, cell in own.items() if cell}
        return own

    def tell_carried(self, row: SheetRow, own: dict[str, Cell]) -> None:
        if own[self.anchor] or self.told_carry or self.anchor not in self.carried:
            return
        self.told_carry = True
        self.faults.note(
            self.layout.place(row, self.anchor),
            "日期空白处按上一行的日期（及教室、教师）计，请核对",
            "blank dates take the date (and room, teacher) of the row above; please check",
        )

    def merged(self, row: SheetRow, name: str) -> Cell:
        for column in self.layout.columns.get(name, ()):
            block = next((merge for merge in self.layout.sheet.merges if _inside(merge, row.number, column)), None)
            if block and block.top >= self.layout.first_row:
                top = next((each for each in self.layout.sheet if each.number == block.top), None)
                return top.at(block.left) if top else Cell()
        return Cell()

    def has_time(self, row: SheetRow) -> bool:
        return any(self.layout.cell(row, name) for name in ("start", "time"))

    def tell_timeless(self, row: SheetRow) -> None:
        if self.layout.cell(row, "date").kind in {CellKind.DATE, CellKind.NUMBER} or day_of(
            self.layout.cell(row, "date"), self.years
        ):
            self.faults.fault(
                self.layout.place(row, "start" if "start" in self.layout.columns else "time"),
                "有日期但没有时间，此行没有学时；请补开始和结束时间",
                "a date without times: the row plans no class hour; add start and end",
            )

    def tell_row(self, row: SheetRow, values: dict[str, Cell]) -> None:
        tell_hidden(row, self.layout.sheet, ("学时", "class hours"), self.faults)
        if "room" in self.layout.columns and not values["room"]:
            self.faults.fault(
                self.layout.place(row, "room"),
                "没有教室，此学时对不上摄像机；请补教室",
                "no room, so the hour matches no camera; add the room",
            )
        kind = values["kind"].plain
        if kind and not says_kind(kind):
            self.faults.note(
                self.layout.place(row, "kind"),
                f"类型“{kind[:20]}”既非理论也非实操，按课程名称计，没有写明的按理论计",
                f"kind {kind[:20]!r} is neither theory nor practice: the subject's name decides, else it is theory",
            )

    def planned(self, row: SheetRow, date_cell: Cell) -> _Planned | None:
        day = self.day(row, date_cell)
        if day is None:
            return None
        ends = self.ends(row, day)
        if ends is None:
            return None
        start, end = self.by_half_day(row, day, *ends)
        if end <= start or end - start > _LONGEST_ROW:
            self.faults.fault(
                self.layout.place(row, "end" if "end" in self.layout.columns else "time"),
                f"开始 {_shown(start)}、结束 {_shown(end)}，不成学时，此行未用；请改正时间",
                f"start {_shown(start)} and end {_shown(end)} make no class hour: the row was not used; correct them",
            )
            return None
        span = Span(start, end)
        first, count = units_of(self.layout, row, span, self.faults)
        return _Planned(row, span, first, count)

    def day(self, row: SheetRow, cell: Cell) -> date | None:
        day = day_of(cell, self.years)
        place = self.layout.place(row, "date")
        if several_days(cell, self.years):
            tell_several(cell, place, self.faults)
            return None
        if day is None:
            self.faults.fault(
                place,
                f"日期“{cell.plain[:20]}”读不出年月日，此行未用；请写成如 2025-04-07",
                f"date {cell.plain[:20]!r} is no full date: the row was not used; write it like 2025-04-07",
            )
            return None
        if day in self.free:
            tell_free_day(day, place, self.faults)
            return None
        if self.weekly is None:
            tell_weekday(day, cell.plain, place, self.faults, self.layout.cell(row, "weekday").plain)
        if self.last_day and day < self.last_day - timedelta(days=180) and "年" not in cell.plain:
            self.faults.note(
                self.layout.place(row, "date"),
                f"日期 {day} 比上一行早半年以上，若已跨年请写明年份",
                f"date {day} lies over half a year before the row above; if the year has changed, write it",
            )
        self.last_day = day
        return day

    def ends(self, row: SheetRow, day: date) -> tuple[datetime, datetime] | None:
        cells = {name: self.layout.cell(row, name) for name in ("start", "end", "time")}
        for name in ("time", "start"):
            clocks = clocks_in(cells[name].plain[:200])
            if clocks:
                return on_day(day, clocks[0]), on_day(day, _after(*clocks))
        first = cells["start"] or cells["time"]
        start = moment_of(first, Years(), day)
        end = moment_of(cells["end"], Years(), day)
        if start is None or end is None:
            wrong = "start" if start is None else "end"
            self.faults.fault(
                self.layout.place(row, wrong if wrong in self.layout.columns else "time"),
                f"时间“{(first if start is None else cells['end']).plain[:20]}”读不出起止，此行未用；请写成如 08:30",
                f"time {(first if start is None else cells['end']).plain[:20]!r} tells no start and end: the row was "
                "not used; write it like 08:30",
            )
            return None
        return start, end

    def by_half_day(self, row: SheetRow, day: date, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """The ends as the row's half-day word governs them, with a fault where they must be confirmed."""
        half = self.halves.word(row, day)
        place = self.layout.place(row, "start" if "start" in self.layout.columns else "time")
        return confirmed(start, end, half, place, self.faults)

    def split(self, planned: _Planned, values: dict[str, Cell]) -> list[tuple[int | None, ClassHour]]:
        length = planned.span.length / planned.count
        kind = hour_kind(values["kind"].plain, values["subject"].plain)
        hours: list[tuple[int | None, ClassHour]] = []
        for index in range(planned.count):
            start = planned.span.start + length * index
            end = planned.span.end if index == planned.count - 1 else planned.span.start + length * (index + 1)
            number = planned.first + index if planned.first is not None else None
            label = " ".join(filter(None, (f"第{number}学时" if number else "", values["subject"].plain)))
            hour = ClassHour("", Span(start, end), kind, values["room"].plain, values["teacher"].plain, label)
            hours.append((number, hour))
        return hours


def _inside(merge: Merge, row: int, column: int) -> bool:
    return merge.top <= row <= merge.bottom and merge.left <= column <= merge.right


def _after(start: timedelta, end: timedelta) -> timedelta:
    """An end at 00:00 is the end of the day."""
    return DAY if end == timedelta() < start else end


def _shown(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
