"""class.toml, read strictly, and the lines that others are told to add to it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from facts.errors import InputError
from facts.footage import Camera
from ingest.manifest import Manifest, ManifestError, parse_manifest, read_manifest
from ingest.manifest_lines import line_for_recording, remember_columns, with_columns
from ingest.recordings.entry import RecordingEntry
from ingest.tables.synonyms import TableRole

WHOLE = """
[class]
id = "yq-2025-jz-01"
name = "家政服务员1班"
institution = "某培训学校"
locality = "山西省阳泉市"
programme = "项目制"
policy = "yangquan-2024"
[[camera]]
id = "CH02"
room = "201教室"
clock_offset_s = -3
[[recording]]
file = 'video\\export1.mp4'
camera = "CH02"
start = 2025-04-07T08:30:00+08:00
[columns.checkins]
name = "谁"
"""


def faults(text: str) -> str:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text.encode())
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_everything_stated_is_read(encoding: str) -> None:
    manifest = parse_manifest(WHOLE.encode(encoding))

    assert manifest.training_class.id == "yq-2025-jz-01"
    assert manifest.training_class.institution.name == "某培训学校"
    assert manifest.training_class.locality == "山西省阳泉市"
    assert manifest.cameras == (Camera("CH02", "201教室", -3.0),)
    (entry,) = manifest.recordings
    assert entry == RecordingEntry("video/export1.mp4", "CH02", datetime(2025, 4, 7, 0, 30, tzinfo=UTC))
    assert manifest.columns[TableRole.CHECKINS] == {"name": ("谁",)}


def test_no_manifest_is_an_empty_one(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == Manifest()


def test_a_folder_or_its_file_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "class.toml").write_text(WHOLE, "utf-8")

    assert read_manifest(tmp_path) == read_manifest(tmp_path / "class.toml")
    assert read_manifest(tmp_path).cameras


def test_a_time_without_zone_is_chinese_and_told() -> None:
    manifest = parse_manifest(b'[[recording]]\nfile = "a.mp4"\nstart = 2025-04-07T08:30:00\n')

    assert manifest.recordings[0].start == datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
    assert "按北京时间 2025-04-07T08:30:00+08:00 计" in manifest.notes[0].text.zh


def test_every_fault_is_told_at_once_with_what_was_meant() -> None:
    told = faults(
        '[clas]\nid = "x"\n[[camera]]\nid = 2\nrom = "x"\nclock_offset_s = "3"\n[[recording]]\nfile = "../a.mp4"\n'
        '[[recording]]\nfile = "a.mp4"\nstart = "2025-04-07 08:30"\n[columns.checkin]\nname = "x"\n'
    )

    assert "class.toml：不认识“clas”，是否想写 class？" in told
    assert "class.toml [[camera]] 第1个：不认识“rom”，是否想写 room？" in told
    assert "class.toml [[camera]] 第1个 id：写成了 '2'，应为文字（加引号）" in told
    assert "clock_offset_s：写成了 '3'，应为数字（不加引号）" in told
    assert "file 应为文件夹内的相对路径" in told
    assert "start：写成了 '2025-04-07 08:30'，应为时间（不加引号）" in told
    assert "不认识“checkin”，是否想写 checkins？" in told
    assert "did you mean class?" in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[camera]]\nid = "A"\n[[camera]]\nid = "A"', "摄像机 A 写了两次"),
        ('[[recording]]\nfile = "a"\n[[recording]]\nfile = "a"', "文件 a 写了两次"),
        ('[camera]\nid = "A"', "应写成 [[camera]]（两层方括号）"),
        ('[[camera]]\nid = "CH01"\n[[recording]]\nfile = "a"\ncamera = "CH02"', "摄像机 CH02 未列出，是否想写 CH01？"),
        ('[[camera]]\nid = "A"\nclock_offset_s = nan', "clock_offset_s 过大或不是数"),
        ("class = 3", "应为一节"),
        ("[class", "不是正确的 TOML"),
        ('[[recording]]\nfile = "a"\nstart = 0001-01-01T00:00:00+08:00', "不是可能的时间"),
    ],
)
def test_each_mistake_is_named(text: str, sentence: str) -> None:
    assert sentence in faults(text)


def test_the_lines_for_a_recording_are_refused_until_the_time_is_filled_in() -> None:
    lines = line_for_recording('video/导出 "1".mp4', "CH02")

    assert "不是正确的 TOML" in faults(lines)
    filled = parse_manifest(lines.replace("YYYY-MM-DDThh:mm:ss", "2025-04-07T08:30:00").encode())
    assert filled.recordings[0].file == 'video/导出 "1".mp4'
    assert filled.recordings[0].start == datetime(2025, 4, 7, 0, 30, tzinfo=UTC)


def test_learnt_columns_are_added_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tmp_path / "class.toml"
    before = '# 我的备注\n[class]\nid = "x"   # 保留\n\n[columns.checkins]\nname = "旧"\n\n[[camera]]\nid = "A"\n'
    path.write_text(before, "utf-8")

    remember_columns(path, TableRole.CHECKINS, {"name": "谁", "time": '几"时'})

    after = path.read_text("utf-8")
    assert after == before.replace('name = "旧"\n', 'name = "谁"\ntime = "几\\"时"\n')
    assert parse_manifest(after.encode()).columns[TableRole.CHECKINS] == {"name": ("谁",), "time": ('几"时',)}


def test_columns_are_learnt_into_a_new_file(tmp_path: Path) -> None:
    remember_columns(tmp_path / "class.toml", TableRole.ROSTER, {"name": "学号名"})

    assert read_manifest(tmp_path).columns == {TableRole.ROSTER: {"name": ("学号名",)}}


def test_an_unusual_layout_is_left_alone() -> None:
    with pytest.raises(InputError, match="add it by hand"):
        with_columns('columns = {checkins = {name = "x"}}\n', TableRole.CHECKINS, {"name": "谁"})
