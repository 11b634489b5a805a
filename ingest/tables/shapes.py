"""Tables that are no plain list: weekly grids, half-day blocks and DingTalk's month sheet, each told by its shape."""

from collections.abc import Mapping
from dataclasses import dataclass

from facts.check_in import CheckIn
from ingest.tables.cells import Sheet
from ingest.tables.column_questions import ColumnQuestion
from ingest.tables.day_blocks import DayBlocks, find_day_blocks, read_day_blocks
from ingest.tables.fault import Faults
from ingest.tables.grid_hours import read_grid
from ingest.tables.headers import Columns
from ingest.tables.hour_numbers import Numbered
from ingest.tables.moments import Years
from ingest.tables.month_sheet import MonthSheet, find_month_sheet, read_month_sheet
from ingest.tables.periods import Times
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.synonyms import TableRole
from ingest.tables.week_grids import WeekGrid, find_week_grids


@dataclass(frozen=True, slots=True)
class ShapedSheet:
    """A sheet of one of the known shapes; a sheet may hold several weekly grids."""

    sheet: Sheet
    parts: tuple[WeekGrid | DayBlocks | MonthSheet, ...]

    @property
    def role(self) -> TableRole:
        """What the sheet is for."""
        return TableRole.CHECKINS if isinstance(self.parts[0], MonthSheet) else TableRole.TIMETABLE

    @property
    def title(self) -> str:
        """The words in which the sheet may name its year."""
        return " ".join([self.sheet.file, self.sheet.name, *self._above()])

    def _above(self) -> list[str]:
        first = self.parts[0]
        if isinstance(first, WeekGrid):
            return [first.around]
        return [first.title if isinstance(first, DayBlocks) else first.layout.title]

    def hours(self, times: Mapping[int, Times], years: Years, faults: Faults) -> list[Numbered]:
        """The class hours that a timetable of this shape plans."""
        made: list[Numbered] = []
        for part in self.parts:
            if isinstance(part, WeekGrid):
                made += read_grid(part, times, years, faults)
            elif isinstance(part, DayBlocks):
                made += read_day_blocks(part, years, faults)
        return made

    def check_ins(self, years: Years, faults: Faults) -> tuple[CheckIn, ...]:
        """The sign-ins that a month sheet lists."""
        months = [part for part in self.parts if isinstance(part, MonthSheet)]
        return tuple(each for part in months for each in read_month_sheet(part, years, faults))


def shape_of(sheet: Sheet, listed: SheetLayout | ColumnQuestion | None, learned: Columns) -> ShapedSheet | None:
    """The sheet by its shape; a plain list with all its columns is left a list."""
    month = find_month_sheet(sheet, learned)
    if month:
        return ShapedSheet(sheet, (month,))
    blocks = find_day_blocks(sheet, learned)
    if blocks:
        return ShapedSheet(sheet, (blocks,))
    if isinstance(listed, SheetLayout) and (listed.role is not TableRole.TIMETABLE or "date" in listed.columns):
        return None
    grids = find_week_grids(sheet)
    return ShapedSheet(sheet, grids) if grids else None
