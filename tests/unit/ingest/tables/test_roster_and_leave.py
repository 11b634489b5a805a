"""Rosters and the leave they grant: nobody is lost, nobody is counted twice, no leave is made up."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from facts.course import ClassHour
from facts.id_number import check_digit
from facts.span import Span, local
from ingest.tables.leave import LeaveCalendar, leave_spans
from ingest.tables.moments import Years, on_day
from ingest.tables.search import Tables, read_tables

DAY = date(2025, 4, 7)


def number(sequence: int) -> str:
    stem = f"99010119900303{sequence:03}"
    return stem + check_digit(stem)


def roster(tmp_path: Path, *rows: list[object], header: list[str] | None = None) -> Tables:
    book = Workbook()
    book.active.append(header or ["姓名", "身份证号", "手机号"])
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "花名册.xlsx")
    return read_tables(tmp_path)


def said(tables: Tables) -> str:
    return "\n".join(each.line.zh for each in tables.faults)


@pytest.mark.parametrize("rounded", [990101199003030017, 9.90101199003e17, "990101199003030000", "9.90101E+17"])
def test_a_number_that_excel_rounded_is_told_and_the_person_kept(tmp_path: Path, rounded: object) -> None:
    tables = roster(tmp_path, ["甲一", rounded, "1"])

    assert [(trainee.name, trainee.id_number) for trainee in tables.roster] == [("甲一", None)]
    assert "!B2：身份证号" in said(tables)
    assert "已被 Excel 四舍五入" in said(tables)
    assert "设为“文本”重新导出" in said(tables)


def test_where_one_number_was_rounded_a_lucky_check_digit_is_not_believed(tmp_path: Path) -> None:
    lucky = next(
        stem + "000"
        for n in range(10000)
        if check_digit((stem := f"990101{1980 + n % 20}03{1 + n // 20 % 28:02}{n % 10}") + "00") == "0"
    )

    tables = roster(tmp_path, ["甲一", lucky, ""], ["乙二", "9.90101E+17", ""])

    assert [trainee.id_number for trainee in tables.roster] == [None, None]


def test_signs_that_people_put_into_numbers_do_not_matter(tmp_path: Path) -> None:
    spaced = f" {number(1)[:6]} {number(1)[6:14]} {number(1)[14:]}\u200b"

    tables = roster(tmp_path, ["甲一", spaced, 13000000000])

    assert tables.roster[0].id_number
    assert tables.roster[0].id_number.digits == number(1)
    assert tables.roster[0].phone == "13000000000"


def test_the_same_person_twice_counts_once_and_one_number_for_two_people_is_told(tmp_path: Path) -> None:
    tables = roster(tmp_path, ["甲一", number(1), ""], ["甲 一", number(1), ""], ["丙三", number(1), ""])

    assert [(trainee.name, bool(trainee.id_number)) for trainee in tables.roster] == [("甲一", True), ("丙三", False)]
    assert "与 花名册.xlsx[Sheet]!第2行 是同一人" in said(tables)
    assert "相同（**************0016）但姓名不同" in said(tables).replace(number(1)[-4:], "0016")


def test_namesakes_are_told(tmp_path: Path) -> None:
    tables = roster(tmp_path, ["甲一", number(1), ""], ["甲一", number(2), ""], ["乙二", "", ""], ["乙二", "", ""])

    assert len(tables.roster) == 4
    assert "甲* 有同名学员" in said(tables)
    assert "乙* 与 花名册.xlsx[Sheet]!第5行 同名且证件号不全" in said(tables)


def test_totals_and_signatures_are_no_people(tmp_path: Path) -> None:
    tables = roster(
        tmp_path, ["甲一", number(1), ""], ["合计", "", 1], ["备注：以上属实", "", ""], ["制表人：某某", "", ""]
    )

    assert [trainee.name for trainee in tables.roster] == ["甲一"]


def test_a_person_without_a_name_and_an_error_cell_are_told(tmp_path: Path) -> None:
    tables = roster(tmp_path, ["甲一", number(1), ""], ["", number(2), ""], ["#REF!", number(3), ""])

    assert len(tables.roster) == 1
    assert "!A3：有证件号或手机号但没有姓名" in said(tables)


HOURS = tuple(ClassHour(f"2025-04-07#{n}", Span.of(on_day(DAY, timedelta(hours=8 + n)), 2700)) for n in (1, 2, 3))
COURSE = LeaveCalendar(Years(2025), HOURS)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("4月7日", ["04-07 00:00 04-08 00:00"]),
        ("2025-04-07 第2学时", ["04-07 10:00 04-07 10:45"]),
        ("4月7日第1、3节", ["04-07 09:00 04-07 09:45", "04-07 11:00 04-07 11:45"]),
        ("4月7日第1-2学时请假", ["04-07 09:00 04-07 09:45", "04-07 10:00 04-07 10:45"]),
        ("4月7日上午", ["04-07 00:00 04-07 12:00"]),
        ("4月7日（下午）", ["04-07 12:00 04-08 00:00"]),
        ("4月7日-4月9日", ["04-07 00:00 04-10 00:00"]),
        ("4月7日至9日", ["04-07 00:00 04-10 00:00"]),
        ("4月7日、9日", ["04-07 00:00 04-08 00:00", "04-09 00:00 04-10 00:00"]),
        ("4月7日 08:30-10:00", ["04-07 08:30 04-07 10:00"]),
        ("病假：4月7日", ["04-07 00:00 04-08 00:00"]),
        ("全程", ["04-07 09:00 04-07 11:45"]),
        ("无", []),
        ("", []),
    ],
)
def test_leave_that_can_be_placed(words: str, expected: list[str]) -> None:
    spans, unread = leave_spans(words, COURSE)

    assert [f"{local(span.start):%m-%d %H:%M} {local(span.end):%m-%d %H:%M}" for span in spans] == expected
    assert unread == ()


@pytest.mark.parametrize(
    "words",
    [
        "是",
        "4月7日半天",
        "除4月7日外",
        "除4月7日外全程",
        "下周一",
        "4月7日第9学时",
        "4月7日第2学时除外",
        "4月9日-4月7日",
    ],
)
def test_leave_that_cannot_be_placed_grants_nothing(words: str) -> None:
    spans, unread = leave_spans(words, COURSE)

    assert spans == ()
    assert unread


def test_unplaced_leave_is_told_with_its_cell(tmp_path: Path) -> None:
    tables = roster(tmp_path, ["甲一", number(1), "是"], header=["姓名", "身份证号", "请假"])

    assert tables.roster[0].leave == ()
    assert "!C2：请假“是”看不出是哪天哪学时，未计为请假" in said(tables)


def test_29_february_is_not_taken_to_another_year() -> None:
    course = LeaveCalendar(Years(None, (date(2025, 3, 3), date(2025, 6, 1))), HOURS)

    assert leave_spans("2月29日", course) == ((), ("2月29日",))
    assert leave_spans("2月28日", course)[1] == ()


def test_leave_reaches_a_person_with_a_star_before_the_name(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["姓名", "请假日期"])
    book.active.append(["*甲一", "2025-04-07"])
    book.save(tmp_path / "请假表.xlsx")

    tables = roster(tmp_path, ["甲一", number(1), ""])

    assert [bool(trainee.leave) for trainee in tables.roster] == [True]
