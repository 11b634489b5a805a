"""Check-ins (打卡) from the plain form, DingTalk's 原始记录 and WeCom's 打卡明细; absent rows are no check-ins."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from facts.check_in import CheckIn, Place
from facts.counting import counted, noun
from facts.id_number import IdNumber
from facts.text import Text
from ingest.tables.cells import Cell, CellKind, SheetRow
from ingest.tables.fault import Faults, TableFault
from ingest.tables.half_day_rows import HalfDayRows
from ingest.tables.headers import header_key
from ingest.tables.ids import id_number
from ingest.tables.moments import Years, day_of, is_bare_day, moment_of
from ingest.tables.places import datum_of, place_of
from ingest.tables.row_words import bare_name
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.summary_rows import entries, tell_hidden

# 旷工迟到 and 休息 carry a real time in DingTalk, hence only plain absence is listed here.
_ABSENT = re.compile(r"未打卡|缺卡|未签到|未签退|无需打卡|notsigned|absent", re.IGNORECASE)
_REFUSED = re.compile(r"请假|休假|[事病年公婚产丧]假|调休|(?:未|不)(?:予|被)?(?:通过|批准|同意)|驳回|拒绝|撤销|作废")
_BESIDE_TIME = re.compile(rf"{_REFUSED.pattern}|补卡|补签|出差|外出|公出|旷工|缺")
_NORMAL = frozenset({"正常", "normal", "已打卡", "已签到", "成功", "签到成功", "打卡成功", "出勤", ""})
_DASHES = frozenset({"-", "--", "—", "——", "/", "无", "null", "none"})


@dataclass(frozen=True, slots=True)
class ListOrigin:
    """Which product wrote the list, by the columns that only it has."""

    name: str = ""

    @classmethod
    def of(cls, layout: SheetLayout) -> "ListOrigin":
        """DingTalk and WeCom are recognised by their own headers and titles, anything else is plain."""
        keys = {header_key(header) for header in layout.headers.values()}
        if {"考勤日期", "考勤时间", "打卡时间"} <= keys or "管理员修改备注" in keys:
            return cls("dingtalk")
        if "企业微信" in layout.title or {"账号", "打卡类型"} <= keys or {"所属规则", "打卡时间"} <= keys:
            return cls("wecom")
        return cls()


def read_checkins(layout: SheetLayout, years: Years, faults: Faults) -> tuple[CheckIn, ...]:
    """Every sign-in of the sheet in its order, with a fault for each row whose person or time is unclear."""
    reader = _Reader(layout, years, faults)
    listed = entries(layout, faults, ("打卡", "check-in"))
    found = tuple(checkin for row in listed.rows for checkin in reader.checkins(row))
    if reader.absent:
        faults.note(
            layout.sheet.where,
            f"{reader.absent} 行是未打卡、请假等，不算打卡",
            f"{counted(reader.absent, 'row says', 'rows say')} not signed in, on leave or the like and {noun(reader.absent, 'is no check-in', 'are no check-ins')}",
        )
    if not found:
        faults.fault(layout.sheet.where, "没有可用的打卡", "no usable check-in")
    return found


class _Reader:
    def __init__(self, layout: SheetLayout, years: Years, faults: Faults) -> None:
        self.layout, self.years, self.faults = layout, years, faults
        self.datum = datum_of(layout, ListOrigin.of(layout).name)
        self.absent = 0
        self.halves = HalfDayRows(layout)

    def checkins(self, row: SheetRow) -> list[CheckIn]:
        tell_hidden(row, self.layout.sheet, ("打卡", "a check-in"), self.faults)
        name = bare_name(self.layout.cell(row, "name").plain)
        number = id_number(self.layout.cell(row, "id"))
        cells = self.time_cells(row)
        if not cells or _ABSENT.search(self.layout.cell(row, "result").plain):
            self.absent += int(bool(name))
            return []
        if not name and not isinstance(number, IdNumber):
            self.tell_nobody(row)
            return []
        if isinstance(number, Text):
            self.faults.add(TableFault(self.layout.place(row, "id"), number))
        result = self.layout.cell(row, "result").plain
        unclear = result if _REFUSED.search(result) else next(filter(None, map(_words_beside, cells)), "")
        if unclear:
            self.tell_unclear(row, unclear)
            return []
        digits = number.digits if isinstance(number, IdNumber) else ""
        return [self.checkin(row, at, name, digits) for at in self.times(row, cells)]

    def time_cells(self, row: SheetRow) -> list[Cell]:
        """The cells that give a time; words such as 未打卡, dashes, and days beside a time column stand for none."""
        several = len(self.layout.columns.get("time", ())) > 1
        return [
            cell
            for cell in self.layout.cells(row, "time")
            if cell
            and (cell.kind is not CellKind.TEXT or re.search(r"\d", cell.plain))
            and not (several and is_bare_day(cell, self.years))
        ]

    def times(self, row: SheetRow, cells: list[Cell]) -> list[datetime]:
        day = self.day(row)
        found: list[datetime] = []
        for cell in cells:
            at = None if is_bare_day(cell, self.years) else moment_of(cell, self.years, day)
            at = at and self.halves.check_in(row, at)
            if at is None:
                self.tell_time(row, cell.plain, dated=day is not None)
            else:
                found.append(at)
        return found

    def day(self, row: SheetRow) -> date | None:
        """The day that the row states apart from its times of day."""
        stated = day_of(self.layout.cell(row, "date"), self.years)
        bare = (cell for cell in self.layout.cells(row, "time") if is_bare_day(cell, self.years))
        return stated or next((day_of(cell, self.years) for cell in bare), None)

    def tell_time(self, row: SheetRow, shown: str, *, dated: bool) -> None:
        self.faults.fault(
            self.layout.place(row, "time"),
            f"打卡时间“{shown[:24]}”读不出{'时间' if dated else '日期和时间'}，此行未用；请写成如 2025-04-07 08:25",
            f"check-in time {shown[:24]!r} tells no {'time' if dated else 'date and time'}: the row was not used; "
            "write it like 2025-04-07 08:25",
        )

    def tell_unclear(self, row: SheetRow, words: str) -> None:
        self.faults.fault(
            self.layout.place(row, "time"),
            f"“{words[:24]}”看不出是不是当时的打卡，此行未用；是打卡就只写时间，请假请写进请假表，补卡请由教师见证",
            f"{words[:24]!r} does not say whether somebody signed in then: the row was not used; for a sign-in write the "
            "time alone, leave belongs into a leave list, a late entry needs a witness",
        )

    def tell_nobody(self, row: SheetRow) -> None:
        self.faults.fault(
            self.layout.place(row, "name"),
            "有打卡时间但没有姓名和身份证号，此行未用；请补姓名",
            "a check-in time but neither name nor ID number: the row was not used; add the name",
        )

    def checkin(self, row: SheetRow, at: datetime, name: str, digits: str) -> CheckIn:
        return CheckIn(
            at=at,
            name=name,
            id_number=digits,
            place=self.place(row),
            device=self.text(row, "device"),
            witness=self.text(row, "witness"),
            note=self.note(row),
            where=self.layout.sheet.place(row.number),
        )

    def place(self, row: SheetRow) -> Place:
        return place_of(self.layout, row, self.datum, self.faults)

    def text(self, row: SheetRow, name: str) -> str:
        text = self.layout.cell(row, name).plain
        return "" if text.lower() in _DASHES else text

    def note(self, row: SheetRow) -> str:
        """What somebody added to the record: listed for the reader, never scored."""
        result = self.text(row, "result")
        parts = [
            f"打卡结果：{result}" if result.lower() not in _NORMAL else "",
            self.text(row, "note"),
            _named("异常打卡原因", self.text(row, "oddity")),
            _named("管理员修改备注", self.text(row, "amended")),
        ]
        return "；".join(part for part in parts if part)


def _words_beside(cell: Cell) -> str:
    """The cell's text where a word beside its time says that nobody signed in then."""
    return cell.plain if cell.kind is CellKind.TEXT and _BESIDE_TIME.search(cell.plain) else ""


def _named(name: str, text: str) -> str:
    return f"{name}：{text}" if text else ""
