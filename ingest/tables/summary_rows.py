"""Rows below a header that are no entries: sums, signatures, remarks, and the head printed again on the next page."""

import re
from dataclasses import dataclass
from enum import StrEnum

from ingest.tables.cells import CellKind, SheetRow
from ingest.tables.fault import Faults
from ingest.tables.headers import header_key
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.synonyms import TableRole

_SUMS = re.compile(
    r"(?:本页|本班|全班|全部|各项)?(?:合计|总计|共计|小计|累计|总数|平均|均值|汇总)(?:人数|人次|学时|课时|年龄|分|值|数|次数|出勤率|天数)?"
    r"[\d.,%/人名次天学课时元:]*"
    r"|(?:参训|报名|培训|学员|班级|实到|应到)?总?人数[\d.,人名:]*|共[\d.,]+[人名次天条](?:次|员)?"
)
_SIGNATURES = re.compile(
    r"(?:制表|填表|填报|审核|复核|审批|经办|负责|经手|统计|编制|批准|班主任|教务主任|主管|领导|校长|单位|机构|培训机构|主管部门)"
    r"(?:单位|机构)?(?:负责|主管)?(?:人员?|者)?(?:意见)?"
    r"(?:\((?:签字|签章|盖章|签名|公章|章)\)|签字|签章|盖章|签名|\((?:签字|签名)(?:、|或)?盖章\))?(?::.*|日期.*|时间.*|)"
    r"|(?:制表|填表|审核|填报)(?:日期|时间):?.*|(?:日期|时间|年月日|地址|电话|联系电话|联系人):.*|\(?(?:签字|签章|盖章|公章|签名)\)?:?.*|.*\((?:签字|签章|盖章|公章|签名)\):?.*"
)
_REMARKS = re.compile(r"(?:备注|说明|填表说明|填写说明|注意事项|要求|备 ?注)(?::.*|\d.*|)|注(?::|\d|[一二三]).*|[*※].*")
_LISTED = re.compile(r"\(?[\d一二三四五六七八九十]{1,2}[.、)].*")
_ID_LIKE = re.compile(r"\d{14,17}[\dXx]")
_CLOCK = re.compile(r"\d\s*[:时点.]\s*\d|\d[时点]")
_PHONE = re.compile(r"1\d{10}")
_HEADCOUNT = re.compile(r"(\d{1,4})\s*[人名]")
_WHOLE = re.compile(r"合\s*计|总\s*计|共\s*计|总人数|共\d")
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
    for kind in (RowKind.SUM, RowKind.HEAD):
        if numbers := left.get(kind):
            shown = "、".join(map(str, numbers[:10])) + ("…" if len(numbers) > 10 else "")  # noqa: PLR2004 - enough to look at
            faults.note(
                layout.sheet.where,
                f"第 {shown} 行是{KIND_ZH[kind]}，不是{noun[0]}，未计入",
                f"row {shown}: {_KIND_EN[kind]}, no {noun[1]}; not counted",
            )
    return Entries(tuple(kept), stated)


_KIND_EN = {RowKind.HEAD: "the head repeated", RowKind.SUM: "a sum"}


def row_kind(layout: SheetLayout, row: SheetRow, before: RowKind = RowKind.ENTRY) -> RowKind:
    """What the row is; one with an ID number is always an entry, so that nobody is lost for an odd name."""
    texts = [(column, cell.plain) for column, cell in enumerate(row.cells) if cell and cell.kind is not CellKind.ERROR]
    if not texts or any(_ID_LIKE.fullmatch(text) for _, text in texts):
        return RowKind.ENTRY
    if _is_head(layout, texts):
        return RowKind.HEAD
    if any(_PHONE.fullmatch(text) for _, text in texts) or _states_time(layout, row):
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


def _signs(layout: SheetLayout, texts: list[tuple[int, str]]) -> bool:
    """Whether the row begins, before its name's column, with 制表人 or the like: the name beside it signs."""
    column, text = texts[0]
    return column not in layout.columns["name"] and bool(_SIGNATURES.fullmatch("".join(text.split())))


def _unnamed(texts: list[tuple[int, str]], before: RowKind, *, named: bool) -> RowKind:
    first = next((text for _, text in texts if not (named and _is_number(text))), "")
    bare = "".join(first.split())
    for kind, pattern in ((RowKind.SUM, _SUMS), (RowKind.SIGNATURE, _SIGNATURES), (RowKind.REMARK, _REMARKS)):
        if bare and pattern.fullmatch(bare):
            return kind
    alone = len({text for _, text in texts}) <= _MOST_CELLS
    after = before in {RowKind.REMARK, RowKind.SIGNATURE}
    if alone and after and (_LISTED.fullmatch(bare) or len(bare) > _LONGEST_COUNT):
        return RowKind.REMARK
    return RowKind.ENTRY


def _names_somebody(layout: SheetLayout, row: SheetRow) -> bool:
    """Whether the name's cell holds a word that is none of a sum's, a signature's or a remark's."""
    name = "".join(layout.cell(row, "name").plain.split())
    if not name or _is_number(name):
        return False
    if any(pattern.fullmatch(name) for pattern in (_SUMS, _SIGNATURES, _REMARKS, _LISTED)):
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
