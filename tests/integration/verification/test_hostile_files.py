"""One file that stops its reader is told by its name; the class's other lists and recordings are read."""

from functools import partial
from pathlib import Path

from facts.footage import Damage
from ingest.manifest import Manifest
from ingest.recordings.search import find_recordings
from runtime.platform.child_limits import ChildLimits
from runtime.verification.class_folder import scanned_apart
from runtime.verification.class_tables import class_tables, roles_of_table
from tests.fixtures.clips import clip

MEGABYTE = 1 << 20
LITTLE = ChildLimits(cpu_s=60, memory_bytes=48 * MEGABYTE, output_bytes=64 * MEGABYTE, wall_s=600)
ROWS = 200_000


def roster(folder: Path, name: str, people: int) -> Path:
    rows = "".join(f"甲{number},{number}\n" for number in range(people))
    (folder / name).write_text(f"姓名,身份证号\n{rows}", "utf-8")
    return folder / name


def test_a_list_that_takes_too_much_is_left_out_and_told_and_the_others_count(tmp_path: Path) -> None:
    roster(tmp_path, "花名册.csv", 3)
    roster(tmp_path, "名单.csv", ROWS)
    found = class_tables(tmp_path, Manifest(), limits=LITTLE)
    assert [one.name for one in found.roster] == ["甲0", "甲1", "甲2"]
    (told,) = (one for one in found.faults if one.where == "名单.csv")
    assert "内存超过 48 MB" in told.text.zh
    assert [one.path for one in found.files] == ["花名册.csv", "名单.csv"]


def test_a_table_by_itself_says_what_it_is_for(tmp_path: Path) -> None:
    assert roles_of_table(roster(tmp_path, "a.csv", 3), "a.csv") == ("roster",)


def test_a_link_of_the_clerks_own_is_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "class", tmp_path / "elsewhere"
    for each in (folder, elsewhere):
        each.mkdir()
    (folder / "花名册.csv").symlink_to(roster(elsewhere, "x.csv", 3))
    assert len(class_tables(folder, Manifest()).roster) == 3


def test_a_recording_that_stops_its_reader_proves_nothing_and_the_others_do(tmp_path: Path) -> None:
    clip(tmp_path / "CH01_20250408080000.mp4")
    none = ChildLimits(cpu_s=60, memory_bytes=0, output_bytes=MEGABYTE, wall_s=600)
    (stopped,) = find_recordings(tmp_path, scanned=partial(scanned_apart, limits=none))
    (read,) = find_recordings(tmp_path, scanned=scanned_apart)
    assert [wound.damage for wound in stopped.segment.wounds] == [Damage.UNREADABLE]
    assert "已停止读取" in stopped.segment.wounds[0].detail_zh
    assert (read.segment.wounds, read.segment.length_s) == ((), 4.0)
    assert read.keys.at_us.tolist() == [0, 1_000_000, 2_000_000, 3_000_000]
