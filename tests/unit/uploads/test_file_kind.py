"""What a file is taken for: by its name before it comes, by its headers once it is here."""

from pathlib import Path

import pytest

from runtime.uploads.file_kind import role_by_content, role_by_name
from runtime.uploads.readiness import readiness
from storage.uploads.file_names import ROLES, SUFFIXES, name_fault, name_refusal, roles_of
from tests.fixtures.hand_in import roster, timetable


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("录像/花名册.mp4", "recording"),
        ("CH01.DAV", "recording"),
        ("2025年4月花名册.xlsx", "roster"),
        ("学员名单.xls", "roster"),
        ("课程安排.csv", "timetable"),
        ("学员考勤名单.xlsx", "checkins"),
        ("请假条名单.xlsx", "leave"),
        ("花名册.pdf", "paper"),
        ("新建表格.xlsx", "paper"),
        ("装机.exe", ""),
        ("没有后缀", ""),
    ],
)
def test_a_name_tells_the_likeliest_kind(name: str, role: str) -> None:
    assert role_by_name(name) == role


def test_headers_tell_what_a_name_hides_and_a_table_of_nothing_is_a_paper(tmp_path: Path) -> None:
    assert role_by_content(roster(tmp_path / "课表.xlsx"), "课表.xlsx") == "roster"
    assert role_by_content(timetable(tmp_path / "x"), "花名册.xlsx") == "timetable", "the bytes lie under a token"
    (tmp_path / "b.csv").write_bytes(b"1,2\n")
    assert role_by_content(tmp_path / "b.csv", "花名册.csv") == "paper"
    (tmp_path / "c.xlsx").write_bytes(b"no workbook at all")
    assert role_by_content(tmp_path / "c.xlsx", "花名册.xlsx") == "paper"
    assert role_by_content(tmp_path / "nowhere", "a.mp4") == "recording", "recordings are not opened"


@pytest.mark.parametrize("name", ["照片/教室.jpg", "照片/2025-04-07.jpg", "材料/回执_2025.jpg", "照片/王芳_1234.pdf"])
def test_other_pictures_are_papers_as_ever(name: str) -> None:
    assert name_fault(name, "paper") is None


def test_every_role_that_an_ending_allows_is_a_name_without_fault() -> None:
    for role in ROLES:
        for suffix in SUFFIXES[role]:
            assert role in roles_of(f"a/b.{suffix.upper()}")
            assert name_fault(f"a/b.{suffix}", role) is None
            assert name_fault(f"a/b.{suffix}", "") is None


@pytest.mark.parametrize(
    ("name", "role", "words"),
    [
        ("x" * 201 + ".mp4", "", "太长"),
        ("a/b/c/d/e/f/g.mp4", "", "太长"),
        ("a|b.mp4", "", "不允许的字符"),
        ("x.exe", "", "不收这种文件"),
        ("x", "", "不收这种文件"),
        ("x.mp4", "roster", "请改选材料种类"),
        ("照片/王芳_123X.JPG", "", "学员照片不是材料"),
        ("2班/照片/王芳_1234.png", "paper", "学员照片不是材料"),
        ("x.mp4", "program", "没有这种材料"),
    ],
)
def test_a_refused_name_says_to_a_clerk_what_to_do(name: str, role: str, words: str) -> None:
    found = name_refusal(name, role)
    assert found
    assert words in found.text.zh
    assert found.text.en
    assert found.fault == name_fault(name, role)


def test_a_class_without_files_lacks_everything_and_is_not_read(tmp_path: Path) -> None:
    found = readiness(tmp_path / "not there", ())
    assert (found.trainees, found.hours, found.recordings, found.faults) == (0, 0, 0, ())
