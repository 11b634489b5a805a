"""A new user's first folder: written empty, filled in as its own guide says, read without a question."""

import json
import re
from pathlib import Path

import pytest

from demo.example_folder import MANIFEST, TABLES
from demo.identity import identities
from ingest.manifest import read_manifest
from tests.fixtures.folders import xueshi


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "2025-04家政1班"
    ran = xueshi("example", made, cache=tmp_path / "cache")
    assert ran.code == 0, ran
    assert all(name in ran.out for name in (*TABLES, "class.toml", "说明.txt", "录像/"))
    return made


def test_an_empty_one_is_told_what_it_lacks_and_nothing_of_it_is_wrong(folder: Path, tmp_path: Path) -> None:
    ran = xueshi("doctor", folder, "--json", "-", cache=tmp_path / "cache")
    said = json.loads(ran.out)
    assert ran.code == 20
    assert {one["path"] for one in said["inputs"] if one["faults"]} == set(TABLES)
    assert said["questions"] == []


def test_filled_in_as_its_guide_says_it_is_read_without_a_question(folder: Path, tmp_path: Path) -> None:
    class_of = identities(3)
    fill(folder / "花名册.csv", [f"{one.name},{one.id_number.digits}," for one in class_of])
    fill(folder / "课表.csv", ["2025-04-07,1,08:30,09:15,201教室,理论,"])
    fill(folder / "打卡.csv", [f"{one.name},{one.id_number.digits},2025-04-07 08:25:10" for one in class_of])
    manifest = (folder / "class.toml").read_text("utf-8")
    (folder / "class.toml").write_text(
        manifest.replace('# locality = "山西省阳泉市"', 'locality = "山西省阳泉市"'), "utf-8"
    )
    ran = xueshi("doctor", folder, "--json", "-", cache=tmp_path / "cache")
    said = json.loads(ran.out)
    assert (said["roster"], said["hours"], said["checkins"], said["questions"]) == (3, 1, 3, [])


def test_every_line_that_is_offered_can_be_used(tmp_path: Path) -> None:
    offered = re.sub(r"^# (?=\[\[|[a-z_]+ = )", "", MANIFEST, flags=re.MULTILINE)
    (tmp_path / "class.toml").write_text(offered, "utf-8")
    found = read_manifest(tmp_path / "class.toml")
    assert (found.training_class.locality, found.cameras[0].id, len(found.recordings)) == ("山西省阳泉市", "CH01", 1)


def test_a_folder_with_files_in_it_is_left_alone(folder: Path, tmp_path: Path) -> None:
    ran = xueshi("example", folder, cache=tmp_path / "cache")
    assert ran.code == 2
    assert "里面已有文件" in ran.err


def fill(path: Path, lines: list[str]) -> None:
    path.write_bytes(path.read_bytes() + "".join(f"{line}\r\n" for line in lines).encode())
