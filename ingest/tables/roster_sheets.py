"""Which of several sheets that look like rosters make up the class's roster: parts are joined, copies are not."""

import re
from collections.abc import Sequence

from facts.counting import counted
from facts.id_number import IdNumber
from ingest.tables.fault import Faults
from ingest.tables.ids import id_number
from ingest.tables.row_words import bare_name
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.summary_rows import entries
from ingest.tables.synonyms import TableRole

Option = tuple[SheetLayout, Faults]
_LEFT = r"退学|退班|退训|退出|退训|流失|开除|除名|未报到|未到|候补|备选|作废|旧版?|往期|上期"
_STAFF = r"教师|师资|讲师|老师|教员|工作人员|管理人员|班主任"
_SAMPLES = r"示例|样例|样表|样张|模板|范例|例子|例表|填写说明|填表说明|填报说明"
_OTHERS = re.compile(rf"{_LEFT}|{_SAMPLES}|(?:{_STAFF})(?!.*(?:学员|学生|班))")
_LIST = r"(?:花名册|名册|名单|一览表?|信息表?|登记表?|情况表?|统计表?)"
_TITLED = re.compile(
    rf"\S*(?:{_LEFT})(?:人员|学员|学生)(?:{_LIST})?|\S*(?:{_LEFT}|{_STAFF})(?:人员|学员|学生)?{_LIST}|\S*(?:{_SAMPLES})"
)


def roster_parts(options: Sequence[Option]) -> list[Option]:
    """The sheets to read as one roster, in their order; every other one is told, with what to do about it."""
    options = [option for option in options if not _lists_others(option)]
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


def _lists_others(option: Option) -> bool:
    """Whether the sheet calls itself one of people who left, of staff, or an example: asked about, and nobody counted."""
    layout, faults = option
    above = [cell.plain for row in layout.sheet if row.number < layout.first_row for cell in row.cells if cell]
    words = " ".join([layout.sheet.file.rpartition("/")[2].rpartition(".")[0], *above]).split()
    said = _OTHERS.search(layout.sheet.name) or next(filter(None, map(_TITLED.fullmatch, words)), None)
    if said is None:
        return False
    faults.fault(
        layout.sheet.where,
        f"写的是“{said[0]}”，像是退学人员、教师或填写示例的名单，其中 {len(_people(layout))} 人未计入花名册；是本班学员就请改名，"
        "已退学而仍在花名册里的请在花名册中删除",
        f"says {said[0]!r}: a list of people who left, of staff, or an example, so its {counted(len(_people(layout)), 'person was', 'people were')} "
        "not counted; rename it if they are trainees of this class, and take those who left out of the roster",
    )
    return True


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
            f"also looks like a roster with {counted(len(new), 'more person')}, but its head differs from that of {base}, so they "
            "were not joined: give it the same head if they are of this class, else delete it (or set it aside)",
        )
        return False
    if len(new) * 2 < len(own):
        faults.fault(
            where,
            f"与 {base} 有 {len(own) - len(new)} 人相同、{len(new)} 人不同，像是同一名册的另一版，未使用；请只留一版"
            "（已核验过的旧版请点“不再采用”）",
            f"shares {counted(len(own) - len(new), 'person')} with {base} and has {counted(len(new), 'other')}: it looks like another version "
            "of the same roster and was not used; keep one of them (or set the old one aside)",
        )
        return False
    faults.note(
        where,
        f"与 {base} 表头相同，合并为一份花名册（多 {len(new)} 人）",
        f"has the same head as {base}: joined to one roster ({counted(len(new), 'more person')})",
    )
    return True


def _people(layout: SheetLayout) -> set[str]:
    found: set[str] = set()
    for row in entries(layout, Faults(), ("学员", "trainee")).rows:
        number = id_number(layout.cell(row, "id"))
        key = number.digits if isinstance(number, IdNumber) else bare_name(layout.cell(row, "name").plain)
        if key:
            found.add(key)
    return found


def _weight(layout: SheetLayout) -> tuple[bool, bool, int, int]:
    return (layout.titled(TableRole.ROSTER), "id" in layout.columns, len(layout.columns), len(layout.body()))
