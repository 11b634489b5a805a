"""A whole folder of tables as clerks send them, through real files."""

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from facts.check_in import Datum
from facts.course import HourKind
from facts.id_number import check_digit
from facts.span import SHANGHAI
from ingest.manifest import parse_manifest
from ingest.tables.search import Tables, read_tables

ROOM = "201教室"


def number(sequence: int) -> str:
    """A synthetic ID number of a region that does not exist."""
    stem = f"99010119900303{sequence:03}"
    return stem + check_digit(stem)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 4, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def save(path: Path, *sheets: tuple[str, list[list[object]]]) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def said(tables: Tables, lang: str = "zh") -> str:
    return "\n".join(each.line.say(lang) for each in tables.faults)


ROSTER: list[list[object]] = [
    ["2025年家政服务员1班花名册"],
    ["序号", "姓名（必填）", "身份证号码", "手机号", "人员类别", "请假", "工种"],
    [1, "甲 一", number(1), "00000000001", "重点群体", "4月7日 第2学时", "家政服务员"],
    [2, "乙二", number(2).lower(), "00000000002", "重点群体", "无", "家政服务员"],
    [3, "丙三", number(3), "", "重点群体", "4月8日", "家政服务员"],
]
TIMETABLE: list[list[object]] = [
    ["家政服务员1班课表"],
    ["日期", "节次", "开始时间", "结束时间", "教室", "类型", "教师"],
    ["4月7日", 1, time(8, 30), time(9, 15), ROOM, "理论", "李老师"],
    ["4月7日", 2, "9：25", "10:10", ROOM, "实操", "李老师"],
    ["4月8日", "第1学时", "下午2:30", "下午3:15", ROOM, "理论", "李老师"],
]
DINGTALK: list[list[object]] = [
    ["原始记录表 统计日期：2025-04-07 至 2025-04-08"],
    [
        *("姓名", "考勤组", "部门", "工号", "职位", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果"),
        *("打卡地址", "打卡备注", "异常打卡原因", "打卡图片1", "打卡图片2", "打卡设备", "管理员修改备注"),
    ],
    [
        *("甲一", "家政1班", "", "", "", "u1", "25-04-07 星期一", "25-04-07 08:30", "25-04-07 08:21", "正常"),
        *("某街道", "", "", "", "", "phone-1", ""),
    ],
    [
        *("乙二", "家政1班", "", "", "", "u2", "25-04-07 星期一", "25-04-07 08:30", "25-04-07 08:40", "迟到"),
        *("某街道", "堵车", "", "", "", "phone-2", "本人来电说明"),
    ],
    ["丙三", "家政1班", "", "", "", "u3", "25-04-07 星期一", "25-04-07 08:30", "", "未打卡"],
]


def test_a_usual_folder_becomes_facts(tmp_path: Path) -> None:
    save(tmp_path / "花名册.xlsx", ("Sheet1", ROSTER))
    save(tmp_path / "课表.xlsx", ("Sheet1", TIMETABLE))
    (tmp_path / "考勤").mkdir()
    save(tmp_path / "考勤" / "钉钉.xlsx", ("原始记录", DINGTALK))

    tables = read_tables(tmp_path, year=2025)

    assert [trainee.name for trainee in tables.roster] == ["甲一", "乙二", "丙三"]
    assert [trainee.id_number and trainee.id_number.digits for trainee in tables.roster] == [
        number(1),
        number(2).upper(),
        number(3),
    ]
    assert tables.roster[0].leave == (tables.hours[1].span,)
    assert tables.roster[1].leave == ()
    assert tables.roster[2].leave[0].length == timedelta(days=1)
    assert tables.extras["t001"]["工种"] == "家政服务员"
    assert [(hour.id, hour.span.start, hour.kind, hour.room, hour.teacher) for hour in tables.hours] == [
        ("2025-04-07#1", at(7, 8, 30), HourKind.THEORY, ROOM, "李老师"),
        ("2025-04-07#2", at(7, 9, 25), HourKind.PRACTICE, ROOM, "李老师"),
        ("2025-04-08#1", at(8, 14, 30), HourKind.THEORY, ROOM, "李老师"),
    ]
    assert [(each.at, each.name, each.device) for each in tables.checkins] == [
        (at(7, 8, 21), "甲一", "phone-1"),
        (at(7, 8, 40), "乙二", "phone-2"),
    ]
    assert tables.checkins[1].note == "打卡结果：迟到；堵车；管理员修改备注：本人来电说明"
    assert tables.checkins[0].where == "考勤/钉钉.xlsx[原始记录]!第3行"
    assert {(file.path, file.role) for file in tables.files} == {
        ("花名册.xlsx", "roster"),
        ("课表.xlsx", "timetable"),
        ("考勤/钉钉.xlsx", "checkins"),
    }
    assert not [each for each in tables.faults if not each.note]
    assert "1 行是未打卡" in said(tables)


def test_the_year_comes_from_check_ins_that_state_it(tmp_path: Path) -> None:
    save(tmp_path / "课表.xlsx", ("Sheet1", TIMETABLE))
    save(tmp_path / "打卡.xlsx", ("Sheet1", DINGTALK))

    assert read_tables(tmp_path).hours[0].span.start == at(7, 8, 30)


def test_a_date_without_any_known_year_plans_nothing_and_says_what_to_write(tmp_path: Path) -> None:
    save(tmp_path / "课表.xlsx", ("Sheet1", TIMETABLE))

    tables = read_tables(tmp_path)

    assert tables.hours == ()
    assert "课表.xlsx[Sheet1]!A3：日期“4月7日”读不出年月日，此行未用；请写成如 2025-04-07" in said(tables)
    assert "没有可用的课表" in said(tables)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_in_each_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [
        ["家政1班打卡"],
        ["姓名", "身份证号", "打卡时间", "经纬度（GCJ-02）", "设备", "代签教师"],
        [
            "丙𠮷" if encoding != "gb18030" else "丙三",
            f'"=""{number(3)}"""',
            "2025/4/7 8:25:03",
            '"113.5,37.8"',
            "p3",
            "王师",
        ],
    ]
    text = "\r\n".join(separator.join(line) for line in lines)
    (tmp_path / "打卡.csv").write_bytes(text.encode(encoding))

    [checkin] = read_tables(tmp_path).checkins

    assert checkin.id_number == number(3)
    assert checkin.at == at(7, 8, 25) + timedelta(seconds=3)
    assert checkin.place.coordinates == ("37.8", "113.5")
    assert checkin.place.datum is Datum.GCJ02
    assert checkin.witness == "王师"


def test_wecom_keeps_date_and_time_apart_under_a_header_of_two_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "打卡明细"
    for row in (
        ["上下班打卡_日报"],
        ["时间", "姓名", "账号", "打卡", "", ""],
        ["", "", "", "打卡时间", "打卡地点", "打卡设备"],
        ["2025/04/07 星期一", "甲一", "a1", "08:25", "某大厦", "phone-1"],
        ["2025/04/07 星期一", "乙二", "a2", "--", "--", "--"],
        ["2025/04/07 星期一", "丙三", "a3", "次日 00:10", "某大厦", "phone-3"],
    ):
        sheet.append(row)
    sheet.merge_cells("D2:F2")
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "企业微信.xlsx")

    tables = read_tables(tmp_path)

    assert [(each.at, each.name, each.place.address) for each in tables.checkins] == [
        (at(7, 8, 25), "甲一", "某大厦"),
        (at(8, 0, 10), "丙三", "某大厦"),
    ]
    assert "企业微信.xlsx[打卡明细]：1 行是未打卡" in said(tables)


def test_two_check_in_files_merge_and_repeats_count_once(tmp_path: Path) -> None:
    rows: list[list[object]] = [["姓名", "打卡时间", "设备"], ["甲一", "2025-04-07 08:25", "p1"]]
    save(tmp_path / "打卡1.xlsx", ("a", rows))
    save(tmp_path / "打卡2.xlsx", ("a", [*rows, ["乙二", "2025-04-07 08:26", "p2"]]))

    tables = read_tables(tmp_path)

    assert [each.name for each in tables.checkins] == ["甲一", "乙二"]
    assert "打卡2.xlsx[a]：1 条打卡重复" in said(tables)


def test_of_two_rosters_every_reader_learns_which_was_used(tmp_path: Path) -> None:
    save(tmp_path / "花名册.xlsx", ("Sheet1", ROSTER))
    save(tmp_path / "成绩.xlsx", ("Sheet1", [["姓名", "身份证号", "成绩"], ["外人", number(9), 90]]))

    tables = read_tables(tmp_path)

    assert len(tables.roster) == 3
    [other] = [file for file in tables.files if file.path == "成绩.xlsx"]
    assert "也像花名册，另有 1 人，但表头与 花名册.xlsx[Sheet1] 不同，没有合并" in other.faults[0].zh


def test_a_hidden_sheet_is_not_used_and_a_hidden_row_is_used_and_told(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in ROSTER[1:]:
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True
    old = book.create_sheet("旧名单")
    old.append(["姓名", "身份证号"])
    old.append(["旧人", number(8)])
    old.sheet_state = "hidden"
    book.save(tmp_path / "花名册.xlsx")

    tables = read_tables(tmp_path)

    assert [trainee.name for trainee in tables.roster] == ["甲一", "乙二", "丙三"]
    assert "花名册.xlsx[旧名单]：隐藏的工作表像是花名册，未使用" in said(tables)
    assert "!第4行：此行被隐藏或筛选，仍计入花名册" in said(tables)
    assert "隐藏的列也已使用：身份证号码" in said(tables)


def test_an_unguessed_column_is_asked_for_and_class_toml_answers(tmp_path: Path) -> None:
    save(tmp_path / "打卡.xlsx", ("Sheet1", [["谁", "几时", "设备"], ["甲一", "2025-04-07 08:25", "p1"]]))

    asked = read_tables(tmp_path)
    manifest = parse_manifest('[columns.checkins]\nname = "谁"\ntime = "几时"\n'.encode())
    answered = read_tables(tmp_path, manifest)

    [question] = asked.questions
    assert question.missing == ("name", "time")
    assert question.headers == ("谁", "几时", "设备")
    assert '[columns.checkins] 下写明：name = "…"; time = "…"' in question.text.zh
    assert asked.checkins == ()
    assert [each.name for each in answered.checkins] == ["甲一"]
    assert answered.questions == ()


def test_a_leave_sheet_grants_leave_to_the_person_it_names(tmp_path: Path) -> None:
    save(
        tmp_path / "花名册2025.xlsx",
        ("名册", ROSTER),
        ("课表", TIMETABLE),
        (
            "请假",
            [
                ["姓名", "请假日期", "学时", "事由"],
                ["乙二", "2025-04-07", 1, "家事"],
                ["路人", "2025-04-07", 1, "家事"],
                ["丙三", "下周", "", ""],
            ],
        ),
    )

    tables = read_tables(tmp_path)

    assert tables.roster[1].leave == (tables.hours[0].span,)
    assert "请假人不在花名册中" in said(tables)
    assert "请假“下周”看不出是哪天哪学时" in said(tables)


def test_temporary_files_links_and_pipes_are_passed_over(tmp_path: Path) -> None:
    save(tmp_path / "~$花名册.xlsx", ("Sheet1", ROSTER))
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.xlsx").symlink_to(tmp_path / "self.xlsx")
    os.mkfifo(tmp_path / "pipe.csv")

    tables = read_tables(tmp_path)

    assert tables.files == ()
    assert "self.xlsx：无法读取" in said(tables)


def test_the_skipped_folder_is_not_looked_into(tmp_path: Path) -> None:
    (tmp_path / "核验报告").mkdir()
    save(tmp_path / "核验报告" / "花名册.xlsx", ("Sheet1", ROSTER))

    assert read_tables(tmp_path, skip=[tmp_path / "核验报告"]).roster == ()


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    tables = read_tables(tmp_path)

    assert "没有可用的花名册；请放入 .xlsx、.xls 或 .csv" in said(tables)
    assert "no usable timetable; add one as .xlsx, .xls or .csv" in said(tables, "en")


def test_no_fault_shows_a_whole_name_or_number(tmp_path: Path) -> None:
    wrong = number(5)[:17] + ("1" if number(5)[17] != "1" else "2")
    rows = [
        ["姓名", "身份证号"],
        ["甲一二", number(1)],
        ["甲一二", number(1)],
        ["丁四五", number(1)],
        ["戊五六", wrong],
    ]
    save(tmp_path / "花名册.xlsx", ("Sheet1", rows))

    tables = read_tables(tmp_path)

    shown = said(tables) + said(tables, "en") + repr(tables)
    assert "同一人" in shown
    assert not any(secret in shown for secret in ("甲一二", "丁四五", "戊五六", number(1), wrong))
