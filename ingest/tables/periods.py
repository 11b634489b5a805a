"""节次: the numbered lessons of a day, and the times that a small table or a grid's own labels give them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from ingest.tables.cells import Cell, CellKind, Sheet, SheetRow
from ingest.tables.half_days import contradicts, governed, half_day, half_day_in
from ingest.tables.moments import clock_of, clocks_in

Times = tuple[timedelta, timedelta]
_DIGITS = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)}
_NUMBER = r"\d{1,2}|十[一二]?|[一二三四五六七八九]"
_PERIOD = re.compile(
    rf"第?\s*({_NUMBER})(?:\s*(?:-+|~|—+|至|到|、|,|\s)\s*第?\s*({_NUMBER}))?\s*(大节|小节|节课?|学时|课时|课)?(?=$|\s|[(\[:：\d上下晚])"
)
_MOST = 16
_SEARCHED_ROWS = 200


@dataclass(frozen=True, slots=True)
class Period:
    """Which numbered lessons of the day a row stands for, and when they are where it says so."""

    first: int | None = None
    count: int = 1
    times: Times | None = None
    half: str = ""

    def __bool__(self) -> bool:
        return self.first is not None or self.times is not None or bool(self.half)


def period_number(text: str) -> int:
    """The number that digits or Chinese numerals up to twelve write."""
    if text.isdecimal():
        return int(text)
    return _DIGITS.get(text, 0) if len(text) == 1 else 10 + _DIGITS.get(text[1], 0)


def period_of(cells: Iterable[Cell], half: str = "") -> Period:
    """The period that the label cells of a row name together: 上午 | 第1节 | 08:30-09:15, in one cell or in several."""
    first, count, times = None, 1, None
    clocks: list[timedelta] = []
    for cell in cells:
        text = cell.plain
        half = half_day(text) or half_day_in(text) or half
        found = clocks_in(text) if cell.kind is CellKind.TEXT else None
        times = times or found
        clock = None if found else _single_clock(cell)
        if clock is not None:
            clocks.append(clock)
            continue
        match = _PERIOD.match(text) if first is None else None
        if match and (match[3] or "第" in match[0] or match[0].strip() == text or cell.kind is CellKind.NUMBER):
            one, two = period_number(match[1]), period_number(match[2] or match[1])
            if 1 <= one <= two <= _MOST:
                first, count = one, two - one + 1
    if times is None and len(clocks) == 2:  # noqa: PLR2004 - a start and an end
        times = (clocks[0], clocks[1])
    return Period(first, count, _by_half(times, half), half)


def _by_half(times: Times | None, half: str) -> Times | None:
    if times is None or not half or contradicts(times[0], half):
        return times
    start, end = governed(times[0], half), times[1]
    return (start, governed(end, half) if end <= start else end)


def _single_clock(cell: Cell) -> timedelta | None:
    if cell.kind in {CellKind.DATE, CellKind.NUMBER}:
        return clock_of(cell) if cell.number is not None and 0 < cell.number < 1 else None
    return clock_of(cell) if re.fullmatch(r"\d{1,2}\s*[:时点]\s*\d{0,2}分?", cell.plain) else None


def period_times(*sheets: Sheet) -> Mapping[int, Times]:
    """When each single period is, by every small table of the sheets; a number with two different times is left out."""
    found: dict[int, set[Times]] = {}
    for sheet in sheets:
        half = ""
        rows = sheet.rows[:_SEARCHED_ROWS]
        for row, below in zip(rows, (*rows[1:], None), strict=True):
            half = next(filter(None, (half_day(cell.plain) for cell in row.cells if cell)), half)
            for number, times in (*_down(row, half), *_across(row, below, half)):
                found.setdefault(number, set()).add(times)
    return {number: times.pop() for number, times in found.items() if len(times) == 1}


def _down(row: SheetRow, half: str) -> list[tuple[int, Times]]:
    """第1节 | 08:30-09:15, or 第1节 | 08:30 | 09:15, at any place of the row."""
    made: list[tuple[int, Times]] = []
    filled = [cell for cell in row.cells if cell]
    for index, cell in enumerate(filled):
        label = period_of([cell], half)
        if label.first is None or label.count != 1:
            continue
        whole = period_of(filled[index : index + 2], half)
        three = period_of(filled[index : index + 3], half)
        times = label.times or whole.times or three.times
        if times:
            made.append((label.first, times))
    return made


def _across(row: SheetRow, below: SheetRow | None, half: str) -> list[tuple[int, Times]]:
    """第1节 | 第2节 over 08:30-09:15 | 09:25-10:10."""
    if below is None:
        return []
    labels = [(column, period_of([cell])) for column, cell in enumerate(row.cells) if cell]
    pairs = [
        (each.first, clocks_in(below.at(column).plain)) for column, each in labels if each.first and each.count == 1
    ]
    made = [(first, times) for first, times in pairs if first and times]
    return [(first, _by_half(times, half) or times) for first, times in made] if len(made) > 1 else []
