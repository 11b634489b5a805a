"""Which of several sheets that plan class hours make up the timetable: parts are joined, versions and others are asked about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from facts.counting import counted
from facts.span import Span
from ingest.tables.fault import Faults
from ingest.tables.hour_numbers import Numbered
from ingest.tables.shapes import ShapedSheet
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.synonyms import TITLE_WORDS, TableRole


@dataclass(frozen=True, slots=True)
class TimetableSheet:
    """One list or shaped sheet with the hours that it plans, and what was found in reading it."""

    source: SheetLayout | ShapedSheet
    hours: Sequence[Numbered]
    faults: Faults
    found: Faults = field(default_factory=Faults)

    @property
    def where(self) -> str:
        """How faults name the sheet."""
        return self.source.sheet.where

    @property
    def head(self) -> frozenset[str]:
        """What sheets of one timetable have in common: the fields of their heads, or their shape."""
        if isinstance(self.source, SheetLayout):
            return frozenset(self.source.columns)
        return frozenset({type(part).__name__ for part in self.source.parts})

    @property
    def planned(self) -> set[tuple[Span, str]]:
        """When and where each hour is."""
        return {(hour.span, hour.room) for _, hour in self.hours}

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """By which the sheet that the others are held against is chosen."""
        titled = any(word in self.source.title.lower() for word in TITLE_WORDS[TableRole.TIMETABLE])
        return (titled, isinstance(self.source, SheetLayout), len(self.hours))


def timetable_parts(sheets: Sequence[TimetableSheet]) -> list[TimetableSheet]:
    """The sheets whose hours count, in their order; every other one is told, with what to do about it."""
    planning = [sheet for sheet in sheets if sheet.hours]
    if not planning:
        return list(sheets)
    base = max(planning, key=lambda sheet: sheet.weight)
    known = set(base.planned)
    kept = []
    for sheet in sheets:
        if sheet is base or not sheet.hours or _is_part(sheet, base, known):
            kept.append(sheet)
            known |= sheet.planned
    return kept


def _is_part(sheet: TimetableSheet, base: TimetableSheet, known: set[tuple[Span, str]]) -> bool:
    own = sheet.planned
    new = own - known
    if not new or sheet.where == base.where:
        return True
    if sheet.head != base.head:
        sheet.faults.fault(
            sheet.where,
            f"也像课表，另有 {len(new)} 个学时，但表头与 {base.where} 不同，没有合并：是本班的课就请改成同样的表头，"
            "不是就请删去这张表（已核验过的请点“不再采用”）",
            f"also looks like a timetable with {counted(len(new), 'more class hour')}, but its head differs from that of {base.where}, "
            "so they were not joined: give it the same head if they are of this class, else delete it (or set it aside)",
        )
        return False
    if len(new) * 2 < len(own):
        sheet.faults.fault(
            sheet.where,
            f"与 {base.where} 有 {len(own) - len(new)} 个学时相同、{len(new)} 个不同，像是同一课表的另一版，未使用；请只留一版"
            "（已核验过的旧版请点“不再采用”）",
            f"shares {counted(len(own) - len(new), 'class hour')} with {base.where} and has {counted(len(new), 'other')}: it looks like another "
            "version of the same timetable and was not used; keep one of them (or set the old one aside)",
        )
        return False
    sheet.faults.note(
        sheet.where,
        f"与 {base.where} 表头相同，合并为一份课表（多 {len(new)} 个学时）",
        f"has the same head as {base.where}: joined to one timetable ({counted(len(new), 'more class hour')})",
    )
    return True
