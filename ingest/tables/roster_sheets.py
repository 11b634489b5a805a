"""Which of several sheets that look like rosters make up the class's roster: parts are joined, copies are not."""

from collections.abc import Sequence

from facts.id_number import IdNumber
from facts.names import normal_name
from ingest.tables.fault import Faults
from ingest.tables.ids import id_number
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.summary_rows import entries
from ingest.tables.synonyms import TableRole

Option = tuple[SheetLayout, Faults]


def roster_parts(options: Sequence[Option]) -> list[Option]:
    """The sheets to read as one roster, in their order; every other one is told, with what to do about it."""
    if not options:
        return []
    chosen = max(options, key=lambda option: _weight(option[0]))
    parts = [chosen]
    known = _people(chosen[0])
    for option in options:
        if option is not chosen and _is_part(option, chosen[0], known):
            parts.append(option)
            known |= _people(option[0])
    return [option for option in options if option in parts]


def _is_part(option: Option, chosen: SheetLayout, known: set[str]) -> bool:
    """Whether the sheet adds people under the same head; one that mostly repeats them is a copy or another version."""
    layout, faults = option
    own = _people(layout)
    new = own - known
    where, base = layout.sheet.where, chosen.sheet.where
    if not new:
        faults.note(
            where,
            f"也像花名册，其中的人都已在 {base}，未再使用",
            f"also looks like a roster; everybody in it is in {base} already, so it was not used",
        )
        return False
    if set(layout.columns) != set(chosen.columns):
        faults.fault(
            where,
            f"也像花名册，另有 {len(new)} 人，但表头与 {base} 不同，没有合并：是本班学员就请改成同样的表头，"
            "不是就请删去这张表（已核验过的请点“不再采用”）",
            f"also looks like a roster with {len(new)} more people, but its head differs from that of {base}, so they "
            "were not joined: give it the same head if they are of this class, else delete it (or set it aside)",
        )
        return False
    if len(new) * 2 < len(own):
        faults.fault(
            where,
            f"与 {base} 有 {len(own) - len(new)} 人相同、{len(new)} 人不同，像是同一名册的另一版，未使用；请只留一版"
            "（已核验过的旧版请点“不再采用”）",
            f"shares {len(own) - len(new)} people with {base} and has {len(new)} others: it looks like another version "
            "of the same roster and was not used; keep one of them (or set the old one aside)",
        )
        return False
    faults.note(
        where,
        f"与 {base} 表头相同，合并为一份花名册（多 {len(new)} 人）",
        f"has the same head as {base}: joined to one roster ({len(new)} more people)",
    )
    return True


def _people(layout: SheetLayout) -> set[str]:
    found: set[str] = set()
    for row in entries(layout, Faults(), ("学员", "trainee")).rows:
        number = id_number(layout.cell(row, "id"))
        key = number.digits if isinstance(number, IdNumber) else normal_name(layout.cell(row, "name").plain)
        if key:
            found.add(key)
    return found


def _weight(layout: SheetLayout) -> tuple[bool, bool, int, int]:
    return (layout.titled(TableRole.ROSTER), "id" in layout.columns, len(layout.columns), len(layout.body()))
