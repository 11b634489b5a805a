"""Lists under ``[[aside]]``: told what they are, read for nothing, and never a recording."""

from pathlib import Path

import pytest

from facts.class_settings import ClassSettings
from facts.statements import ListSetAside
from ingest.manifest import Manifest
from ingest.tables.search import Tables, read_tables
from tests.fixtures.hand_in import roster, timetable

WHY = "证号录错，已另传更正版"


def tables(folder: Path, *left: str) -> Tables:
    settings = ClassSettings(aside=tuple(ListSetAside(name, WHY) for name in left))
    return read_tables(folder, Manifest(settings=settings, size_bytes=1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    roster(tmp_path / "花名册.xlsx", 5)
    roster(tmp_path / "花名册（更正）.xlsx", 4)
    timetable(tmp_path / "课表.xlsx")
    return tmp_path


def test_the_corrected_roster_counts_alone_and_the_old_one_is_told(folder: Path) -> None:
    found = tables(folder, "花名册.xlsx")
    assert len(found.roster) == 4
    (old,) = (file for file in found.files if file.path == "花名册.xlsx")
    assert (old.role, old.aside, old.faults) == ("roster", WHY, ())
    assert {file.path for file in found.files if not file.aside} >= {"花名册（更正）.xlsx", "课表.xlsx"}
    assert not any("花名册.xlsx" in fault.where for fault in found.faults)


def test_a_class_whose_only_roster_was_left_has_none(folder: Path) -> None:
    (folder / "花名册（更正）.xlsx").unlink()
    found = tables(folder, "花名册.xlsx")
    assert found.roster == ()
    assert any("没有可用的花名册" in fault.text.zh for fault in found.faults)


def test_a_timetable_that_was_left_gives_no_hour(folder: Path) -> None:
    assert tables(folder).hours
    assert tables(folder, "课表.xlsx").hours == ()


def test_a_name_that_is_no_list_has_no_effect_and_is_told_at_class_toml(folder: Path) -> None:
    found = tables(folder, "花名册.xls", "录像/a.mp4")
    assert found.roster == tables(folder).roster
    (manifest,) = (file for file in found.files if file.role == "manifest")
    assert [fault.zh.split("，")[0] for fault in manifest.faults] == [
        "[[aside]]：没有名为 花名册.xls 的名单",
        "[[aside]]：没有名为 录像/a.mp4 的名单",
    ]
