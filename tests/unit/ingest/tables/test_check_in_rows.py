"""Rows of a check-in list, one trap each."""

from pathlib import Path

import pytest

from facts.check_in import CheckIn, Datum
from facts.span import local
from ingest.tables.search import read_tables


def signed(tmp_path: Path, header: str, *lines: str) -> tuple[tuple[CheckIn, ...], str]:
    (tmp_path / "打卡.csv").write_text("\n".join((header, *lines)), "utf-8")
    tables = read_tables(tmp_path, year=2025)
    return tables.checkins, "\n".join(each.line.zh for each in tables.faults)


@pytest.mark.parametrize(
    "time",
    [
        "2025-04-07 08:25:00",
        "2025/4/7 8:25",
        "2025年4月7日 8时25分",
        "2025-04-07T08:25:00+08:00",
        "2025-04-07T00:25:00Z",
        "2025/4/7 上午 8:25:00",
        "25-04-07 08:25",
        "45754.350694444444",
        "1743985500000",
        "4月7日 08:25",
    ],
)
def test_every_way_to_write_a_moment(tmp_path: Path, time: str) -> None:
    [checkin], _ = signed(tmp_path, "姓名,打卡时间", f"甲一,{time}")

    assert f"{local(checkin.at):%Y-%m-%d %H:%M}" == "2025-04-07 08:25"


@pytest.mark.parametrize("time", ["2025-04-07", "08:25", "昨天8点25", "45754"])
def test_half_a_moment_is_no_check_in(tmp_path: Path, time: str) -> None:
    checkins, said = signed(tmp_path, "姓名,打卡时间", f"甲一,{time}")

    assert checkins == ()
    assert f"打卡.csv!B2：打卡时间“{time}”读不出" in said


def test_a_late_arrival_counts_and_an_absence_does_not(tmp_path: Path) -> None:
    checkins, said = signed(
        tmp_path,
        "姓名,打卡时间,打卡结果",
        "甲一,2025-04-07 09:25,旷工迟到",
        "乙二,,未打卡",
        "丙三,2025-04-07 08:30,缺卡",
        "丁四,2025-04-07 08:30,补卡审批通过",
    )

    assert [(each.name, each.note) for each in checkins] == [
        ("丁四", "打卡结果：补卡审批通过"),
        ("甲一", "打卡结果：旷工迟到"),
    ]
    assert "2 行是未打卡" in said


@pytest.mark.parametrize(
    ("header", "value", "datum"),
    [
        ("经纬度", '"37.85,113.58"', Datum.UNKNOWN),
        ("经纬度(WGS84)", '"113.58,37.85"', Datum.WGS84),
        ("百度坐标", '"113.58,37.85"', None),
        ("坐标（百度）", "经度:113.58 纬度:37.85", Datum.BD09),
    ],
)
def test_coordinates_in_either_order(tmp_path: Path, header: str, value: str, datum: Datum | None) -> None:
    [checkin], _ = signed(tmp_path, f"姓名,打卡时间,{header}", f"甲一,2025-04-07 08:25,{value}")

    if datum is None:
        assert checkin.place.coordinates is None
    else:
        assert (checkin.place.coordinates, checkin.place.datum) == (("37.85", "113.58"), datum)


def test_coordinates_in_two_columns_keep_their_digits(tmp_path: Path) -> None:
    [checkin], _ = signed(tmp_path, "姓名,打卡时间,经度,纬度,精度", "甲一,2025-04-07 08:25,113.580000,37.85,30米")

    assert checkin.place.coordinates == ("37.85", "113.580000")
    assert checkin.place.accuracy_m == 30


def test_impossible_coordinates_are_told_and_left_out(tmp_path: Path) -> None:
    [checkin], said = signed(tmp_path, "姓名,打卡时间,经纬度", '甲一,2025-04-07 08:25,"0.0,0.0"')

    assert checkin.place.coordinates is None
    assert "打卡.csv!C2：经纬度不在中国附近或为 0" in said


def test_a_row_of_nobody_is_told(tmp_path: Path) -> None:
    checkins, said = signed(tmp_path, "姓名,打卡时间", ",2025-04-07 08:25")

    assert checkins == ()
    assert "打卡.csv!A2：有打卡时间但没有姓名和身份证号" in said
