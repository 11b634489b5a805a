"""What `xueshi doctor` prints of the tables: each fault once, and no question about a summary."""

import json
from collections import Counter
from pathlib import Path

from tests.fixtures.folders import xueshi
from tests.fixtures.office.lists import CHECK_INS, ROSTERS
from tests.fixtures.office.table import draw
from vision.face_card import faces_missing


def test_each_fault_is_printed_once(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    draw(folder, next(table for table in ROSTERS if "counts more than were read" in table.name))
    ran = xueshi("doctor", folder, cache=tmp_path / "cache")
    printed = Counter(line for line in ran.out.splitlines() if "合计写的是 13 人" in line)
    assert list(printed.values()) == [1], ran.out


def test_a_summary_is_told_as_one_and_not_asked_about(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    draw(folder, next(table for table in CHECK_INS if "summary beside the records" in table.name))
    ran = xueshi("doctor", folder, "--json", "-", cache=tmp_path / "cache")
    said = json.loads(ran.out)
    assert said["questions"] == []
    assert said["faces"] == {"model": "dlib-resnet-v1", "missing": faces_missing()}
    assert said["checkins"] == 1
    assert any("是汇总、统计一类的表" in fault["zh"] for fault in said["faults"])
