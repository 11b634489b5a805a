"""Rows of a timetable, one trap each."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facts.course import ClassHour
from facts.span import SHANGHAI, local
from ingest.tables.fault import Faults
from ingest.tables.headers import classify
from ingest.tables.hour_numbers import numbered
from ingest.tables.moments import Years
from ingest.tables.search import read_tables
from ingest.tables.sheet import read_sheets
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.timetable import read_timetable

HEADER = "日期,节次,开始时间,结束时间,教室,类型"


def plan(tmp_path: Path, *lines: str, header: str = HEADER, year: int = 2025) -> tuple[tuple[ClassHour, ...], str]:
    path = tmp_path / "课表.csv"
    path.write_text("\n".join((header, *lines)), "utf-8")
    faults = Faults()
    layout = classify(read_sheets(path, path.name, faults)[0], {})
    assert isinstance(layout, SheetLayout)
    hours = numbered(read_timetable(layout, Years(year), faults))
    return hours, "\n".join(each.line.zh for each in faults.listed())


def shown(hours: tuple[ClassHour, ...]) -> list[str]:
    return [f"{hour.id} {local(hour.span.start):%H:%M}-{local(hour.span.end):%H:%M} {hour.room}" for hour in hours]


@pytest.mark.parametrize(
    "day",
    [
        "2025-04-07",
        "2025/4/7",
        "2025年4月7日",
        "2025.4.7",
        "4月7日",
        "20250407",
        "45754",
        "4月7日（星期一）",
        "２０２５－０４－０７",
    ],
)
def test_every_way_to_write_a_day(tmp_path: Path, day: str) -> None:
    hours, said = plan(tmp_path, f"{day},1,08:30,09:15,201,理论")

    assert [(hour.id, hour.span.start) for hour in hours] == [
        ("2025-04-07#1", datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI).astimezone(UTC))
    ]
    assert said == ""


@pytest.mark.parametrize("times", ["08:30-09:15", "8：30～9：15", "8:30 至 9:15", "上午8:30—9:15", "8点30分-9点15分"])
def test_both_ends_in_one_column(tmp_path: Path, times: str) -> None:
    hours, _ = plan(tmp_path, f"2025-04-07,{times},201", header="日期,时间,教室")

    assert shown(hours) == ["2025-04-07#1 08:30-09:15 201"]


@pytest.mark.parametrize("section", ["1-2", "第1-2节", "1、2节", "第1～2学时"])
def test_a_row_of_two_hours_is_split_equally_and_told(tmp_path: Path, section: str) -> None:
    hours, said = plan(tmp_path, f"2025-04-07,{section},08:30,10:00,201,理论")

    assert shown(hours) == ["2025-04-07#1 08:30-09:15 201", "2025-04-07#2 09:15-10:00 201"]
    assert "含 2 个学时，已平均分开" in said


def test_a_stated_quantity_splits_the_row(tmp_path: Path) -> None:
    hours, _ = plan(tmp_path, "2025-04-07,08:30,11:30,201,4", header="日期,开始时间,结束时间,教室,学时数")

    assert [hour.span.length for hour in hours] == [timedelta(minutes=45)] * 4


@pytest.mark.parametrize(("end", "count"), [("09:15", 1), ("10:00", 2)])
def test_a_bare_number_of_hours_is_a_quantity_only_where_the_time_fits(tmp_path: Path, end: str, count: int) -> None:
    hours, _ = plan(tmp_path, f"2025-04-07,2,08:30,{end},201", header="日期,学时,开始时间,结束时间,教室")

    assert len(hours) == count


def test_a_half_day_without_a_quantity_is_a_fault_because_it_would_ask_too_little(tmp_path: Path) -> None:
    hours, said = plan(tmp_path, "2025-04-07,,08:30,12:00,201,理论")

    assert len(hours) == 1
    assert "此行长 210 分钟但没有写明几个学时" in said


def test_blank_dates_take_the_row_above_with_its_room(tmp_path: Path) -> None:
    hours, said = plan(
        tmp_path, "2025-04-07,1,08:30,09:15,201,理论", ",2,09:25,10:10,,", "2025-04-08,1,08:30,09:15,,理论"
    )

    assert shown(hours) == [
        "2025-04-07#1 08:30-09:15 201",
        "2025-04-07#2 09:25-10:10 201",
        "2025-04-08#1 08:30-09:15 ",
    ]
    assert "日期空白处按上一行" in said
    assert "课表.csv!E4：没有教室" in said


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2025-04-07,1,09:15,08:30,201,理论", "开始 2025-04-07 09:15、结束 2025-04-07 08:30，不成学时"),
        ("2025-04-07,1,08:30,08:30,201,理论", "不成学时"),
        ("2025-02-30,1,08:30,09:15,201,理论", "日期“2025-02-30”读不出年月日"),
        ("2025-04-07,1,八点半,09:15,201,理论", "时间“八点半”读不出起止"),
        ("2025-04-07,1,08:30,25:15,201,理论", "时间“25:15”读不出起止"),
        ("2025-04-07,1,,,201,理论", "有日期但没有时间"),
    ],
)
def test_a_row_that_plans_nothing_says_why(tmp_path: Path, line: str, sentence: str) -> None:
    hours, said = plan(tmp_path, line, "2025-04-08,1,08:30,09:15,201,理论")

    assert [hour.id for hour in hours] == ["2025-04-08#1"]
    assert sentence in said


def test_parallel_rooms_get_ids_of_their_own(tmp_path: Path) -> None:
    hours, _ = plan(tmp_path, "2025-04-07,1,08:30,09:15,202,理论", "2025-04-07,1,08:30,09:15,201,理论")

    assert shown(hours) == ["2025-04-07#1 08:30-09:15 201", "2025-04-07#2 08:30-09:15 202"]


def test_one_room_cannot_hold_two_hours_at_once(tmp_path: Path) -> None:
    lines = [HEADER, "2025-04-07,1,08:30,09:15,201,理论", "2025-04-07,2,09:00,09:45,201,理论"]
    (tmp_path / "课表.csv").write_text("\n".join(lines), "utf-8")

    tables = read_tables(tmp_path)

    assert len(tables.hours) == 2
    assert any("201 的学时 2025-04-07#1 与 2025-04-07#2 时间重叠" in each.text.zh for each in tables.faults)


def test_the_same_plan_in_two_files_counts_once(tmp_path: Path) -> None:
    for name in ("课表.csv", "课表副本.csv"):
        (tmp_path / name).write_text(f"{HEADER}\n2025-04-07,1,08:30,09:15,201,理论", "utf-8")

    tables = read_tables(tmp_path)

    assert [hour.id for hour in tables.hours] == ["2025-04-07#1"]
    assert any("1 个学时在课表中重复" in each.text.zh for each in tables.faults)
