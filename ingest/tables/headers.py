"""Where a sheet's header lies and what the sheet is for, by how its columns are called."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ingest.tables.cells import CellKind, Sheet, SheetRow, plain
from ingest.tables.column_questions import ColumnQuestion, asked_about, reads_like_head
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.synonyms import COLUMNS, REQUIRED, TITLE_WORDS, TableRole

SEARCHED_ROWS = 40
_LONGEST_HEADER = 40
_SAMPLE_ROWS = 3
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|<[^<>]*>")
_SIGNS = re.compile(r"[\s*:;,.。、/\\_\-'\"“”]+")
_RANGE = re.compile(r"\d\s*[:时点]\s*\d{0,2}分?\s*(?:-|~|—|–|至|到)")
_SUMMARY = re.compile(r"汇总|统计表|统计报表|月报|一览|台账汇总|summary")
_NUMBERED = re.compile(r"\d+$")

Columns = Mapping[TableRole, Mapping[str, tuple[str, ...]]]


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """A header as it is compared: no brackets, no signs, no blanks, small letters."""
    bare = plain(text)
    outside = _BRACKETS.sub("", bare)
    return _SIGNS.sub("", outside or bare).lower().removesuffix("必填").removesuffix("选填")


_KEYS: Mapping[TableRole, Mapping[str, str]] = {
    role: {header_key(word): name for name, words in fields.items() for word in words.split()}
    for role, fields in COLUMNS.items()
}


def classify(sheet: Sheet, learned: Columns) -> SheetLayout | ColumnQuestion | None:
    """How to read the sheet, or what to ask about it, or nothing where it is no table of ours."""
    rows = sheet.rows[:SEARCHED_ROWS]
    layouts = [
        layout
        for index in range(len(rows))
        for role in TableRole
        for layout in _layouts(sheet, rows, index, role, learned)
        if not _missing(role, layout.columns) and not (role is TableRole.LEAVE and not _grants_leave(layout))
    ]
    if layouts:
        return max(layouts, key=_weight)
    return _question(sheet, rows, learned)


def _layouts(
    sheet: Sheet, rows: tuple[SheetRow, ...], index: int, role: TableRole, learned: Columns
) -> list[SheetLayout]:
    title = _title(sheet, rows[:index])
    single = _headers(sheet, rows[index])
    found = [_layout(role, sheet, single, rows[index].number + 1, title, learned)]
    if index + 1 < len(rows) and rows[index + 1].number == rows[index].number + 1:
        double = _joined(single, _headers(sheet, rows[index + 1]), role, learned)
        found.append(_layout(role, sheet, double, rows[index + 1].number + 1, title, learned))
    return found


def _layout(
    role: TableRole, sheet: Sheet, headers: dict[int, str], first_row: int, title: str, learned: Columns
) -> SheetLayout:
    columns = fields_of(role, headers, learned)
    if role is TableRole.TIMETABLE and "hours" in columns and not {"start", "time"} & set(columns):
        columns = _with_times(sheet, columns, first_row)
    return SheetLayout(role, sheet, columns, headers, first_row, title)


def _with_times(sheet: Sheet, columns: Mapping[str, tuple[int, ...]], first_row: int) -> Mapping[str, tuple[int, ...]]:
    """时段 may count hours, name a half-day, or hold the times themselves: its cells tell."""
    body = [row for row in sheet.rows[: first_row + SEARCHED_ROWS] if row.number >= first_row][:_SAMPLE_ROWS]
    if not any(_RANGE.search(row.at(column).plain) for row in body for column in columns["hours"]):
        return columns
    return {("time" if name == "hours" else name): found for name, found in columns.items()}


def _answered(role: TableRole, headers: Iterable[str], learned: Columns) -> frozenset[str]:
    """The fields whose column was named by somebody and stands here: what is usually called so is then another one."""
    here = {header_key(header) for header in headers}
    own = learned.get(role, {})
    return frozenset(name for name, words in own.items() if any(header_key(word) in here for word in words))


def _field(role: TableRole, header: str, learned: Columns, answered: frozenset[str] = frozenset()) -> str | None:
    key = header_key(header)
    for name, own in learned.get(role, {}).items():
        if any(header_key(word) == key for word in own):
            return name
    known = _KEYS[role]
    found = known.get(key) or known.get(_NUMBERED.sub("", key))
    return None if found in answered else found


def fields_of(role: TableRole, headers: Mapping[int, str], learned: Columns) -> Mapping[str, tuple[int, ...]]:
    """Which columns hold which field of the role, by the headers over them."""
    found: dict[str, tuple[int, ...]] = {}
    answered = _answered(role, headers.values(), learned)
    for column, header in sorted(headers.items()):
        if name := _field(role, header, learned, answered):
            found[name] = (*found.get(name, ()), column)
    return found


def _headers(sheet: Sheet, row: SheetRow) -> dict[int, str]:
    texts = {
        column: cell.plain
        for column, cell in enumerate(row.cells)
        if cell.kind is CellKind.TEXT and len(cell.plain) <= _LONGEST_HEADER
    }
    for merge in sheet.merges:
        if merge.top <= row.number <= merge.bottom and merge.left in texts and merge.right - merge.left < SEARCHED_ROWS:
            texts.update(dict.fromkeys(range(merge.left + 1, merge.right + 1), texts[merge.left]))
    return texts


def _joined(upper: dict[int, str], lower: dict[int, str], role: TableRole, learned: Columns) -> dict[int, str]:
    joined: dict[int, str] = {}
    for column in sorted(upper.keys() | lower.keys()):
        above, below = upper.get(column, ""), lower.get(column, "")
        options = [below, above, above + below]
        joined[column] = next((text for text in options if text and _field(role, text, learned)), below or above)
    return joined


def _missing(role: TableRole, columns: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(options[0] for options in REQUIRED[role] if not any(name in columns for name in options))


def _grants_leave(layout: SheetLayout) -> bool:
    """Names beside days are a leave list only where somebody calls them 请假."""
    return layout.titled(TableRole.LEAVE) or any("请假" in header for header in layout.headers.values())


def _weight(layout: SheetLayout) -> tuple[int, int, int]:
    strong = {
        TableRole.LEAVE: True,
        TableRole.TIMETABLE: not any(
            _KEYS[TableRole.ROSTER].get(header_key(text)) == "name" for text in layout.headers.values()
        ),
        TableRole.CHECKINS: "time" in layout.columns,
        TableRole.ROSTER: "id" in layout.columns,
    }[layout.role]
    texts = sum(1 for header in layout.headers.values() if header)
    return (len(layout.columns) * 2 + int(strong), int(layout.titled(layout.role)), -texts)


def _title(sheet: Sheet, above: tuple[SheetRow, ...]) -> str:
    words = [sheet.file.rpartition("/")[2], sheet.name]
    words += [cell.plain for row in above for cell in row.cells if cell.kind is CellKind.TEXT]
    return " ".join(words)


def is_summary(sheet: Sheet) -> bool:
    """Whether the sheet calls itself a summary (汇总, 统计): it counts what other sheets list."""
    words = _title(sheet, tuple(row for row in sheet.rows[:3] if sum(map(bool, row.cells)) <= 2))  # noqa: PLR2004 - a title stands alone
    return bool(_SUMMARY.search(words) or "统计" in sheet.name)


def _question(sheet: Sheet, rows: tuple[SheetRow, ...], learned: Columns) -> ColumnQuestion | None:
    if not rows or is_summary(sheet):
        return None
    title = _title(sheet, rows[:3])
    role = next((role for role, words in TITLE_WORDS.items() if any(word in title.lower() for word in words)), None)
    candidates = [
        max(_layouts(sheet, rows, index, each, learned), key=lambda layout: len(layout.columns))
        for index in range(len(rows))
        for each in ([role] if role else TableRole)
    ]
    heads = [layout for layout in candidates if _is_head(layout, learned)]
    best = max(heads, key=lambda layout: (len(layout.columns), len(layout.headers)), default=None)
    if role is None and (best is None or len(best.columns) < 3):  # noqa: PLR2004 - two names alike are chance
        return None
    asked = best.role if best else role
    return asked_about(sheet, asked, _missing(asked, best.columns if best else {}), best) if asked else None


def _is_head(layout: SheetLayout, learned: Columns) -> bool:
    """Whether a row that may be asked about names columns, and lists nobody itself."""
    return reads_like_head(layout) and not _lies_across(layout, learned)


def _lies_across(layout: SheetLayout, learned: Columns) -> bool:
    """Whether the fields stand below each other, so that people stand beside each other in the row."""
    below = [row.at(column).plain for columns in layout.columns.values() for column in columns for row in layout.body()]
    return len(layout.columns) == 1 and any(_field(layout.role, text, learned) for text in below if text)
