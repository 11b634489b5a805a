import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from demo.identity import SampleIdentity
from facts.check_in import CheckIn
from facts.course import ClassHour, HourKind
from facts.errors import InputError
from facts.span import local

Row = list[str | int | float | None]
_KINDS = {HourKind.THEORY: "理论", HourKind.PRACTICE: "实操"}
_WEEK = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"]


class CheckInForm(StrEnum):
    """Whose export the check-ins look like."""

    PLAIN = "plain"
    DINGTALK = "dingtalk"
    WECOM = "wecom"


@dataclass(frozen=True, slots=True)
class TableFlaws:
    """What goes wrong in tables that people fill in: each may be set by itself."""

    title_rows: int = 0
    merged_head: bool = False
    hidden_rows: tuple[int, ...] = ()
    rounded_ids: bool = False
    spaced_names: bool = False


def write_roster(
    path: Path, people: Sequence[SampleIdentity], traps: TableFlaws = TableFlaws(), group: str = "重点群体"
) -> None:
    """花名册: one line per trainee; ``.csv`` is written as GB18030, as old office programs do."""
    head: Row = ["序号", "姓名", "性别", "身份证号码", "手机号", "人员类别", "工种", "等级", "请假", "备注"]
    rows = [_roster_row(number, person, traps, group) for number, person in enumerate(people, start=1)]
    _save(path, "花名册", "职业技能培训学员花名册", head, rows, traps)


def _roster_row(number: int, person: SampleIdentity, traps: TableFlaws, group: str) -> Row:
    name = f"{person.name[0]}　{person.name[1:]}" if traps.spaced_names else person.name
    digits = person.id_number.digits
    rounded = traps.rounded_ids and digits.isdigit()
    # Excel keeps fifteen digits of a number: the last three become zeros.
    shown: str | int = int(digits[:15]) * 1000 if rounded else digits
    return [number, name, person.sex_zh, shown, person.phone, group, "家政服务员", "初级工", "", ""]


def write_timetable(path: Path, hours: Sequence[ClassHour], traps: TableFlaws = TableFlaws()) -> None:
    """课表: one line per class hour."""
    head: Row = ["日期", "星期", "学时", "开始时间", "结束时间", "教室", "类型", "教师", "内容"]
    rows: list[Row] = []
    for number, hour in enumerate(hours, start=1):
        start, end = local(hour.span.start), local(hour.span.end)
        rows.append([f"{start:%Y-%m-%d}", _WEEK[start.weekday()], f"第{number}学时", f"{start:%H:%M}", f"{end:%H:%M}",
                     hour.room, _KINDS[hour.kind], hour.teacher, hour.label])  # fmt: skip
    _save(path, "课表", "培训课程表", head, rows, traps)


def write_checkins(path: Path, checkins: Sequence[CheckIn], form: CheckInForm = CheckInForm.PLAIN) -> None:
    """打卡: plain with ID numbers, or with the columns of DingTalk's 原始记录 or WeCom's 打卡明细."""
    head, row = {
        CheckInForm.PLAIN: (_PLAIN_HEAD, _plain_row),
        CheckInForm.DINGTALK: (_DINGTALK_HEAD, _dingtalk_row),
        CheckInForm.WECOM: (_WECOM_HEAD, _wecom_row),
    }[form]
    titles = {CheckInForm.PLAIN: "签到记录", CheckInForm.DINGTALK: "原始记录", CheckInForm.WECOM: "打卡明细"}
    traps = TableFlaws() if form is CheckInForm.PLAIN else TableFlaws(title_rows=1)
    _save(path, titles[form], titles[form], list(head), [row(entry) for entry in checkins], traps)


_PLAIN_HEAD = ("姓名", "身份证号", "打卡时间", "打卡地点", "经度", "纬度", "设备", "见证教师", "备注")
_DINGTALK_HEAD = (
    "姓名", "考勤组", "部门", "工号", "职位", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果", "打卡地址",
    "打卡备注",
    "异常打卡原因", "打卡图片1", "打卡图片2", "打卡设备", "管理员修改备注", "管理员修改备注图片1",
    "管理员修改备注图片2",
    "管理员修改备注图片3",
)  # fmt: skip
_WECOM_HEAD = ("日期", "姓名", "账号", "部门", "打卡类型", "打卡时间", "打卡状态", "打卡地点", "打卡设备", "备注")


def _plain_row(entry: CheckIn) -> Row:
    place = entry.place
    return [entry.name, entry.id_number, f"{local(entry.at):%Y-%m-%d %H:%M:%S}", place.address, place.longitude,
            place.latitude, entry.device, entry.witness, entry.note]  # fmt: skip


def _dingtalk_row(entry: CheckIn) -> Row:
    at = local(entry.at)
    blanks: Row = ["", "", ""]
    return [entry.name, "培训班考勤", "培训学员", "", "", _account("u", entry),
            f"{at:%y-%m-%d} {_WEEK[at.weekday()]}",
            f"{at:%H:00}", f"{at:%Y-%m-%d %H:%M}", "正常", entry.place.address, entry.note, *blanks, entry.device, "",
            *blanks]  # fmt: skip


def _wecom_row(entry: CheckIn) -> Row:
    at = local(entry.at)
    return [f"{at:%Y/%m/%d}", entry.name, _account("x", entry), "培训学员", "上班打卡", f"{at:%H:%M:%S}", "正常",
            entry.place.address, entry.device, entry.note]  # fmt: skip


def _account(kind: str, entry: CheckIn) -> str:
    return f"{kind}{sum(map(ord, entry.name)):06}"


def _save(path: Path, sheet_name: str, title: str, head: Row, rows: list[Row], traps: TableFlaws) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines: list[Row] = [[title], ["填表单位（盖章）："], ["填表日期："]]
    titles = lines[: traps.title_rows]
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([*titles, head, *rows])
        return
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise InputError(f"{path.name}: got a new workbook without a sheet, expected one")
    sheet.title = sheet_name
    for row in [*titles, *_heads(head, traps), *rows]:
        sheet.append(row)
    _lay_out(sheet, len(head), len(titles), traps)
    book.save(path)


def _heads(head: Row, traps: TableFlaws) -> list[Row]:
    """One head row, or two where the upper one spans several columns."""
    if not traps.merged_head:
        return [head]
    blank: Row = [None] * (len(head) - 1)
    return [["基本信息", *blank], head]


def _lay_out(sheet: Worksheet, columns: int, titles: int, traps: TableFlaws) -> None:
    for number in range(1, titles + 1):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=columns)
    if traps.merged_head:
        sheet.merge_cells(start_row=titles + 1, start_column=1, end_row=titles + 1, end_column=5)
    for number in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 20
    for row in traps.hidden_rows:
        sheet.row_dimensions[titles + (2 if traps.merged_head else 1) + row].hidden = True
