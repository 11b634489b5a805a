"""Timetables with a row for each day and a block of columns for each half of it: 日期 | 上午 … | 下午 …."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from facts.counting import counted
from ingest.tables.block_cells import BlockCells
from ingest.tables.cell_entries import CellEntry, entry_of
from ingest.tables.cells import CellKind, Sheet, SheetRow
from ingest.tables.day_gaps import free_days
from ingest.tables.day_words import several_days, tell_free_day, tell_several, tell_unread_day, tell_weekday
from ingest.tables.fault import Faults
from ingest.tables.grid_hours import room_words
from ingest.tables.half_days import half_day, half_day_in
from ingest.tables.headers import Columns, fields_of
from ingest.tables.hour_numbers import Numbered
from ingest.tables.lesson_cells import lessons_of
from ingest.tables.lessons import Lesson, lesson_hours
from ingest.tables.moments import Years, clocks_in, day_of
from ingest.tables.periods import Times
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.summary_rows import entries, tell_hidden
from ingest.tables.synonyms import TableRole
from ingest.tables.timetable import read_timetable
from ingest.tables.week_grids import names_people

_SEARCHED_ROWS = 40
_COUNT = re.compile(r"(\d{1,2})\s*(?:学时|课时|节)")
_MOST_COLUMNS = 80
_LONGEST_HEAD = 40


@dataclass(frozen=True, slots=True)
class DayBlock:
    """One half of the day: its word, its columns, its fields where a second head names them, its times if the head says."""

    half: str
    head: str
    columns: tuple[int, ...]
    fields: dict[str, tuple[int, ...]]
    times: Times | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class DayBlocks:
    """The table: which columns hold day and room for every block, and where its rows begin."""

    sheet: Sheet
    shared: dict[str, tuple[int, ...]]
    blocks: tuple[DayBlock, ...]
    first_row: int
    title: str


def find_day_blocks(sheet: Sheet, learned: Columns) -> DayBlocks | None:
    """The table where the sheet is one; nothing where it is something else."""
    cells = BlockCells(sheet)
    for index, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        blocks = _blocks(row, cells)
        if len(blocks) < 2 or names_people(row):  # noqa: PLR2004 - a morning and an afternoon
            continue
        below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else None
        first = min(blocks[0].columns)
        outside = {
            column: cells.at(row.number, column).plain
            for column in (*range(first), *range(max(blocks[-1].columns) + 1, len(row.cells)))
        }
        shared = dict(fields_of(TableRole.TIMETABLE, {key: text for key, text in outside.items() if text}, learned))
        if "date" not in shared or "time" in shared or "start" in shared:
            continue
        named = [_with_fields(block, below, learned) for block in blocks]
        double = below is not None and any(block.fields for block in named)
        first_row = (below.number if double and below else row.number) + 1
        title = " ".join(cell.plain for each in sheet.rows[:index] for cell in each.cells if cell.kind is CellKind.TEXT)
        return DayBlocks(sheet, shared, tuple(named), first_row, f"{sheet.file} {sheet.name} {title}")
    return None


def _blocks(row: SheetRow, cells: BlockCells) -> list[DayBlock]:
    found: dict[tuple[int, int], list[int]] = {}
    for column in range(min(len(row.cells) + _MOST_COLUMNS // 8, _MOST_COLUMNS)):
        text = cells.at(row.number, column).plain
        if text and len(text) <= _LONGEST_HEAD and _head_word(text):
            found.setdefault(cells.origin(row.number, column), []).append(column)
    blocks = []
    for place, columns in found.items():
        text = cells.at(*place).plain
        count = _COUNT.search(text)
        blocks.append(
            DayBlock(_head_word(text), text, tuple(columns), {}, clocks_in(text), int(count[1]) if count else None)
        )
    words = [block.half for block in blocks]
    return blocks if len(set(words)) == len(words) else []


def _head_word(text: str) -> str:
    word = half_day(text) or (half_day_in(text[:4]) if len(text) > 2 and clocks_in(text) else "")  # noqa: PLR2004 - the word alone
    return word or (half_day_in(text) if _COUNT.search(text) else "")


def _with_fields(block: DayBlock, below: SheetRow | None, learned: Columns) -> DayBlock:
    if below is None:
        return block
    heads = {column: below.at(column).plain for column in block.columns if below.at(column).kind is CellKind.TEXT}
    fields = dict(fields_of(TableRole.TIMETABLE, heads, learned))
    fields.pop("date", None)
    return replace(block, fields=fields)


def read_day_blocks(table: DayBlocks, years: Years, faults: Faults) -> list[Numbered]:
    """Every class hour of the table, block by block."""
    made: list[Numbered] = []
    for block in table.blocks:
        if {"time", "start"} & set(block.fields):
            columns = table.shared | block.fields
            layout = SheetLayout(
                TableRole.TIMETABLE, table.sheet, columns, {}, table.first_row, table.title, block.half
            )
            made += read_timetable(layout, years, faults)
        else:
            made += _BlockReader(table, block, years, faults).hours()
    return made


class _BlockReader:
    def __init__(self, table: DayBlocks, block: DayBlock, years: Years, faults: Faults) -> None:
        self.table, self.block, self.years, self.faults = table, block, years, faults
        self.cells = BlockCells(table.sheet)
        around = "\n".join(cell.plain for row in table.sheet for cell in row.cells if cell.kind is CellKind.TEXT)
        self.room = entry_of(f"x {room_words(around)}").room
        self.layout = SheetLayout(TableRole.TIMETABLE, table.sheet, table.shared, {}, table.first_row, table.title)
        self.rows = entries(self.layout, faults, ("学时", "class hour")).rows
        planned = {row.number for row in self.rows}
        others = (" ".join(cell.plain for cell in row.cells) for row in table.sheet if row.number not in planned)
        self.free = free_days("\n".join(others), years).days
        self.day: date | None = None

    def hours(self) -> list[Numbered]:
        made: list[Numbered] = []
        timeless = 0
        for row in self.rows:
            lessons = list(self.lessons(row))
            if not self.take_day(row, taught=bool(lessons)):
                continue
            tell_hidden(row, self.table.sheet, ("学时", "class hours"), self.faults)
            for lesson in lessons:
                times = lesson.times or self.block.times
                if self.day is None or times is None:
                    timeless += 1
                    continue
                place = self.table.sheet.place(row.number, self.block.columns[0])
                count = lesson.count or self.block.count or 1
                planned = Lesson(lesson, times, place, None, count, self.block.half)
                made += lesson_hours(self.day, planned, self.shared_room(row), self.faults)
        if timeless:
            self.tell_timeless(timeless)
        return made

    def take_day(self, row: SheetRow, *, taught: bool) -> bool:
        """Whether the row's lessons have a day: its own, or that of the row above where it names none."""
        column = self.table.shared["date"][0]
        cell, place = self.cells.at(row.number, column), self.table.sheet.place(row.number, column)
        if not cell:
            if taught and self.day is None:
                tell_unread_day(cell, place, self.faults)
                return False
            if taught:
                self.faults.note(
                    place,
                    "日期空白处按上一行的日期计，请核对",
                    "blank dates take the date of the row above; please check",
                )
            return taught
        self.day = day_of(cell, self.years)
        if not taught:
            return False
        if several_days(cell, self.years):
            tell_several(cell, place, self.faults)
            self.day = None
        elif self.day is None:
            tell_unread_day(cell, place, self.faults)
        elif self.day in self.free:
            tell_free_day(self.day, place, self.faults)
        else:
            tell_weekday(self.day, cell.plain, place, self.faults)
            return True
        return False

    def shared_room(self, row: SheetRow) -> str:
        columns = self.table.shared.get("room", ())
        return next((text for each in columns if (text := self.cells.at(row.number, each).plain)), self.room)

    def lessons(self, row: SheetRow) -> Iterator[CellEntry]:
        place = self.table.sheet.place(row.number, self.block.columns[0])
        if self.block.fields:
            words = {
                name: next((text for each in columns if (text := self.cells.at(row.number, each).plain)), "")
                for name, columns in self.block.fields.items()
            }
            for entry in lessons_of(words.get("subject", ""), self.table.sheet.where, place, self.faults):
                yield replace(
                    entry, teacher=words.get("teacher") or entry.teacher, room=words.get("room") or entry.room
                )
            return
        texts = dict.fromkeys(self.cells.at(row.number, column).text for column in self.block.columns)
        said = "\n".join(text for text in texts if text)
        yield from lessons_of(said, self.table.sheet.where, place, self.faults)

    def tell_timeless(self, count: int) -> None:
        half = self.block.half
        self.faults.fault(
            self.table.sheet.where,
            f"认出是“日期 × 上午/下午”的课表，但没有写{half}的起止时间，{count} 格未用；请写在表头，如“{half} 08:30-11:45（4学时）”，"
            "或写在格内",
            f"a timetable of days × half-days that does not say when {half} is, so {counted(count, 'cell was', 'cells were')} not used; write it "
            f"in the head, such as {half} 08:30-11:45（4学时）, or in the cells",
        )
