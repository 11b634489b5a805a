"""Rows below a header that are no entries: sums, signatures, remarks, and the head printed again on the next page."""

import re
from dataclasses import dataclass
from enum import StrEnum

from ingest.tables.cells import CellKind, Sheet, SheetRow
from ingest.tables.fault import Faults
from ingest.tables.headers import header_key
from ingest.tables.row_words import DATES, LISTED, REMARKS, SIGNATURES, SUMS, unmarked
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.synonyms import TableRole

_ID_LIKE = re.compile(r"\d{14,17}[\dXx]")
_CLOCK = re.compile(r"\d\s*[:时点.]\s*\d|\d[时点]")
_PHONE = re.compile(r"1\d{10}")
_HEADCOUNT = re.compile(r"(\d{1,4})\s*[人名]")
_WHOLE = re.compile(r"合\s*计|总\s*计|共\s*计|总人数|应到|共\d")
_LONGEST_COUNT = 12
_MOST_CELLS = 2


class RowKind(StrEnum):
    """What a row below the header is."""

    ENTRY = "entry"
    HEAD = "head"
    SUM = "sum"
    SIGNATURE = "signature"
    REMARK = "remark"


KIND_ZH = {RowKind.HEAD: "重复的表头", RowKind.SUM: "合计行", RowKind.SIGNATURE: "签字行", RowKind.REMARK: "备注"}


@dataclass(frozen=True, slots=True)
class Entries:
    """The rows that state something of a person or an hour, and the number of people that a sum row states."""

    rows: tuple[SheetRow, ...]
    stated: int | None = None


def entries(layout: SheetLayout, faults: Faults, noun: tuple[str, str]) -> Entries:
    """The layout's rows without those that are no entries; which were left out is told, sums above all."""
    kept: list[SheetRow] = []
    left: dict[RowKind, list[int]] = {}
    stated: int | None = None
    before = RowKind.ENTRY
    for row in layout.body():
        before = row_kind(layout, row, before)
        if before is RowKind.ENTRY:
            kept.append(row)
            continue
        left.setdefault(before, []).append(row.number)
        if before is RowKind.SUM:
            stated = _headcount(row) or stated
    for kind, kind_zh in KIND_ZH.items():
        if numbers := left.get(kind):
            shown = "、".join(map(str, numbers[:10])) + ("…" if len(numbers) > 10 else "")  # noqa: PLR2004 - enough to look at
            faults.note(
                layout.sheet.where,
                f"第 {shown} 行是{kind_zh}，不是{noun[0]}，未计入",
                f"row {shown}: {_KIND_EN[kind]}, no {noun[1]}; not counted",
            )
    return Entries(tuple(kept), stated)


_KIND_EN = {
    RowKind.HEAD: "the head repeated",
    RowKind.SUM: "a sum",
    RowKind.SIGNATURE: "a signature",
    RowKind.REMARK: "a remark",
}


def tell_hidden(row: SheetRow, sheet: Sheet, noun: tuple[str, str], faults: Faults) -> None:
    """The note that a row which nobody sees in Excel was used like any other."""
    if row.hidden:
        faults.note(
            sheet.place(row.number),
            f"此行被隐藏或筛选，仍计为{noun[0]}；不该计的请删除该行",
            f"this row is hidden or filtered and still counts as {noun[1]}; delete it if it should not",
        )


def row_kind(layout: SheetLayout, row: SheetRow, before: RowKind = RowKind.ENTRY) -> RowKind:
    """What the row is; one with an ID number is always an entry, so that nobody is lost for an odd name."""
    texts = [(column, cell.plain) for column, cell in enumerate(row.cells) if cell and cell.kind is not CellKind.ERROR]
    if not texts or any(_ID_LIKE.fullmatch(text) for _, text in texts):
        return RowKind.ENTRY
    if _is_head(layout, texts):
        return RowKind.HEAD
    if any(_PHONE.fullmatch(text) for _, text in texts) or _states_time(layout, row):
        return RowKind.ENTRY
    if _is_somebody(layout, row):
        return RowKind.ENTRY
    if layout.columns.get("name") and not _signs(layout, texts) and _names_somebody(layout, row):
        return RowKind.ENTRY
    return _unnamed(texts, before, named="name" in layout.columns)


def _states_time(layout: SheetLayout, row: SheetRow) -> bool:
    """A row of a timetable with a time in it is an hour, however its subject reads."""
    if layout.role is not TableRole.TIMETABLE:
        return False
    cells = [cell for name in ("start", "time") for cell in layout.cells(row, name)]
    return any(cell.kind is CellKind.DATE or _CLOCK.search(cell.plain) for cell in cells)


def _is_somebody(layout: SheetLayout, row: SheetRow) -> bool:
    """Whether a name with a star before it stands in the name's column, or one sex beside whatever stands there."""
    name = "".join(layout.cell(row, "name").plain.split())
    return bool(unmarked(name) or (name and layout.cell(row, "sex").plain in {"男", "女"}))


def _signs(layout: SheetLayout, texts: list[tuple[int, str]]) -> bool:
    """Whether the row begins, before its name's column, with 制表人 or the like: the name beside it signs."""
    column, text = texts[0]
    return column not in layout.columns["name"] and bool(SIGNATURES.fullmatch("".join(text.split())))


def _unnamed(texts: list[tuple[int, str]], before: RowKind, *, named: bool) -> RowKind:
    first = next((text for _, text in texts if not (named and _is_number(text))), "")
    bare = "".join(first.split())
    for kind, pattern in ((RowKind.SUM, SUMS), (RowKind.SIGNATURE, SIGNATURES), (RowKind.REMARK, REMARKS)):
        if bare and pattern.fullmatch(bare):
            return kind
    if named and len(texts) == 1 and DATES.fullmatch(bare):
        return RowKind.SIGNATURE
    alone = len({text for _, text in texts}) <= _MOST_CELLS
    after = before in {RowKind.REMARK, RowKind.SIGNATURE}
    if alone and after and (LISTED.fullmatch(bare) or len(bare) > _LONGEST_COUNT):
        return RowKind.REMARK
    return RowKind.ENTRY


def _names_somebody(layout: SheetLayout, row: SheetRow) -> bool:
    """Whether the name's cell holds a word that is none of a sum's, a signature's or a remark's."""
    name = "".join(layout.cell(row, "name").plain.split())
    if not name or _is_number(name):
        return False
    if any(pattern.fullmatch(name) for pattern in (SUMS, SIGNATURES, REMARKS, LISTED, DATES)):
        return False
    return len(name) <= _LONGEST_COUNT


def _is_head(layout: SheetLayout, texts: list[tuple[int, str]]) -> bool:
    """A head printed again says in most of its columns what the head says."""
    same = sum(1 for column, text in texts if header_key(text) == header_key(layout.headers.get(column, "")))
    return same >= _MOST_CELLS and same * 2 >= len(texts)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"共?[\d.,%]+[人名次天分]?", text))


def _headcount(row: SheetRow) -> int | None:
    words = "".join(cell.plain for cell in row.cells if cell)
    if not _WHOLE.search(words) or "小计" in words or "本页" in words:
        return None
    found = [match for cell in row.cells if cell for match in _HEADCOUNT.findall(cell.plain)]
    return int(found[0]) if len(found) == 1 else None
