from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from demo.dossier import SampleManifest, at_clock, batch_on_one_phone, honest_checkins, write_dossier
from demo.identity import identities, identity
from demo.papers import CheckInForm, TableFlaws, write_checkins, write_roster, write_timetable
from facts.course import ClassHour, HourKind
from facts.id_number import Sex
from facts.span import Span, local

_START = at_clock("2025-04-07", "08:30")
_HOUR = ClassHour("h1", Span(_START, at_clock("2025-04-07", "09:15")), HourKind.PRACTICE, "201教室", "周老师", "照护")


def _rows(path: Path) -> list[tuple[object, ...]]:
    return list(load_workbook(path).worksheets[0].iter_rows(values_only=True))


def test_made_up_people_differ_and_their_numbers_pass_the_check_but_belong_to_no_county() -> None:
    people = identities(60, seed=3)
    assert len({person.name for person in people}) == len({person.id_number for person in people}) == 60
    assert {person.id_number.region[:2] for person in people} == {"99"}
    assert {person.phone[:3] for person in people} == {"120"}
    assert {person.sex_zh == "男" for person in people if person.id_number.sex is Sex.MALE} == {True}
    assert identities(5, seed=3) == people[:5]
    assert identity(4, seed=3) == people[4]
    assert identities(5, seed=4) != people[:5]


def test_people_do_not_print_their_names_or_numbers() -> None:
    person = identity(0)
    assert person.id_number.digits not in repr(person)
    assert person.name not in repr(person)


def test_the_roster_keeps_id_numbers_as_text(tmp_path: Path) -> None:
    people = identities(3)
    write_roster(tmp_path / "花名册.xlsx", people)
    head, *rows = _rows(tmp_path / "花名册.xlsx")
    column = head.index("身份证号码")
    assert [row[column] for row in rows] == [person.id_number.digits for person in people]


def test_rounded_numbers_are_what_excel_makes_of_them(tmp_path: Path) -> None:
    people = [person for person in identities(9) if person.id_number.digits.isdigit()]
    write_roster(tmp_path / "花名册.xlsx", people, TableFlaws(rounded_ids=True))
    head, *rows = _rows(tmp_path / "花名册.xlsx")
    column = head.index("身份证号码")
    # A reader must write the number out from its shortest form: the float itself ends in other digits.
    shown = [f"{Decimal(repr(row[column])):f}" for row in rows]
    assert all(text.endswith("000") and len(text) == 18 for text in shown)
    assert [text[:15] for text in shown] == [person.id_number.digits[:15] for person in people]


def test_titles_merged_heads_and_hidden_rows_stand_where_clerks_put_them(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    write_roster(path, identities(5), TableFlaws(title_rows=2, merged_head=True, hidden_rows=(2,), spaced_names=True))
    sheet = load_workbook(path).worksheets[0]
    assert sheet["A1"].value == "职业技能培训学员花名册"
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:J1", "A2:J2", "A3:E3"}
    assert sheet["B4"].value == "姓名"
    assert [number for number, row in sheet.row_dimensions.items() if row.hidden] == [6]
    assert "　" in str(sheet["B5"].value)


def test_a_csv_roster_is_gb18030(tmp_path: Path) -> None:
    write_roster(tmp_path / "花名册.csv", identities(2))
    data = (tmp_path / "花名册.csv").read_bytes()
    assert "姓名" in data.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")


def test_the_timetable_tells_local_times(tmp_path: Path) -> None:
    write_timetable(tmp_path / "课表.xlsx", [_HOUR])
    head, row = _rows(tmp_path / "课表.xlsx")
    told = dict(zip(head, row, strict=True))
    assert (told["日期"], told["开始时间"], told["结束时间"]) == ("2025-04-07", "08:30", "09:15")
    assert (told["类型"], told["教室"], told["星期"]) == ("实操", "201教室", "星期一")


@pytest.mark.parametrize(
    ("form", "columns"),
    [
        (CheckInForm.PLAIN, {"姓名", "身份证号", "打卡时间", "设备", "经度"}),
        (
            CheckInForm.DINGTALK,
            {"姓名", "UserId", "考勤日期", "打卡时间", "打卡结果", "打卡地址", "打卡设备", "管理员修改备注"},
        ),
        (CheckInForm.WECOM, {"日期", "姓名", "账号", "打卡时间", "打卡地点", "打卡设备"}),
    ],
)
def test_check_ins_come_in_the_columns_of_their_program(tmp_path: Path, form: CheckInForm, columns: set[str]) -> None:
    checkins = honest_checkins(identities(4), _START, 1)
    write_checkins(tmp_path / "打卡.xlsx", checkins, form)
    rows = _rows(tmp_path / "打卡.xlsx")
    head = next(row for row in rows if "姓名" in row)
    assert columns <= set(head)
    body = rows[rows.index(head) + 1 :]
    assert {row[head.index("姓名")] for row in body} == {entry.name for entry in checkins}


def test_honest_check_ins_have_their_own_phone_and_spot_and_come_before_class() -> None:
    checkins = honest_checkins(identities(20), _START, 1)
    assert len({entry.device for entry in checkins}) == len({entry.place.coordinates for entry in checkins}) == 20
    assert all(0 < (local(_START) - entry.at).total_seconds() <= 900 for entry in checkins)
    assert [entry.name for entry in checkins] != [person.name for person in identities(20)]


def test_a_phone_keeps_its_name_from_hour_to_hour() -> None:
    morning = {entry.name: entry.device[-4:] for entry in honest_checkins(identities(6), _START, 1)}
    noon = {
        entry.name: entry.device[-4:] for entry in honest_checkins(identities(6), at_clock("2025-04-07", "11:00"), 1)
    }
    assert morning == noon


def test_a_batch_is_one_phone_one_spot_and_the_order_of_the_roster() -> None:
    people = identities(4)
    batch = batch_on_one_phone(people, _START)
    assert len({entry.device for entry in batch}) == len({entry.place.coordinates for entry in batch}) == 1
    assert [entry.name for entry in batch] == [person.name for person in people]
    assert (batch[-1].at - batch[0].at).total_seconds() < 30


def test_a_dossier_is_what_a_clerk_has_in_the_folder(tmp_path: Path) -> None:
    people = identities(4)
    checkins = honest_checkins(people, _START, 1)
    write_dossier(tmp_path, people=people, hours=[_HOUR], checkins=checkins, manifest=SampleManifest())
    assert {path.name for path in tmp_path.iterdir()} == {"花名册.xlsx", "课表.xlsx", "打卡.xlsx", "class.toml"}
