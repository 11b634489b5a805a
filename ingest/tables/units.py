"""How many class hours one row of a timetable holds; 学时 may mean a number in a day or a quantity."""

import re
from datetime import timedelta

from facts.counting import counted
from facts.span import Span
from ingest.tables.cells import Cell, SheetRow
from ingest.tables.fault import Faults
from ingest.tables.lessons import tell_short
from ingest.tables.sheet_layout import SheetLayout

_ORDINALS = re.compile(
    r"第?\s*(\d{1,2})(?:\s*(?:-+|~|—+|至|到|、|,|及|和)\s*第?\s*(\d{1,2}))?\s*(?:学时|课时|节课?|课)?", re.ASCII
)
_LISTED = re.compile(r"第?\s*\d{1,2}(?:\s*[、,]\s*\d{1,2})+\s*(?:学时|课时|节课?|课)?", re.ASCII)
_LONGEST_UNIT = timedelta(minutes=60)
_UNIT = (timedelta(minutes=30), timedelta(minutes=65))
_MOST_HOURS = 24


def units_of(layout: SheetLayout, row: SheetRow, span: Span, faults: Faults) -> tuple[int | None, int]:
    """The number of the first class hour in the row, where the row states it, and how many hours it holds."""
    first, ordinals = _ordinals(layout.cell(row, "hour"))
    count = _count(layout.cell(row, "count"))
    loose = layout.cell(row, "hours")
    if first is None and count is None:
        first, ordinals = _ordinals(loose)
        if ordinals == 1 and first and first > 1 and "第" not in loose.plain and _fits(span, first):
            first, count = None, first
    units = max(ordinals, count or 1)
    if units == 1 and span.length > _LONGEST_UNIT:
        _tell_long(layout, row, span, faults)
    tell_short(span.length / units, layout.sheet.place(row.number), faults)
    if units > 1:
        faults.note(
            layout.sheet.place(row.number),
            f"此行含 {units} 个学时，已平均分开；若有课间休息，请一学时一行",
            f"this row holds {counted(units, 'class hour')} and was split equally; if there are breaks, give each its own row",
        )
    return first, units


def _tell_long(layout: SheetLayout, row: SheetRow, span: Span, faults: Faults) -> None:
    minutes = int(span.length_s // 60)
    faults.fault(
        layout.sheet.place(row.number),
        f"此行长 {minutes} 分钟但没有写明几个学时，只按 1 个学时计；请补“学时数”或一学时一行",
        f"this row lasts {minutes} min and does not say how many class hours it holds: it was counted as one; add "
        "the number (学时数) or give each hour its own row",
    )


def _ordinals(cell: Cell) -> tuple[int | None, int]:
    text = cell.plain
    if _LISTED.fullmatch(text):
        numbers = [int(digits) for digits in re.findall(r"\d+", text)]
        return numbers[0], len(numbers)
    match = _ORDINALS.fullmatch(text)
    if not match:
        return None, 1
    first = int(match[1])
    last = int(match[2] or first)
    return (first, last - first + 1) if first <= last < first + _MOST_HOURS else (None, 1)


def _count(cell: Cell) -> int | None:
    digits = re.match(r"\d{1,2}(?![\d.])", cell.plain, re.ASCII)
    return int(digits.group()) if digits and 1 <= int(digits.group()) <= _MOST_HOURS else None


def _fits(span: Span, count: int) -> bool:
    return count <= _MOST_HOURS and _UNIT[0] <= span.length / count <= _UNIT[1]
