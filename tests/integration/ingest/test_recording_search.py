import hashlib
import os
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facts.errors import InputError
from facts.footage import Camera, Damage
from facts.span import Span
from ingest.recordings.entry import RecordingEntry
from ingest.recordings.file_digest import digest_file
from ingest.recordings.footage import Footage
from ingest.recordings.keyframes import KeyframeReader
from ingest.recordings.search import find_recordings, list_recordings
from tests.fixtures.clips import clip

START = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
NOBODY = 65_534


def by_name(found: list[Footage]) -> dict[str, Footage]:
    return {each.segment.path: each for each in found}


def damages(footage: Footage) -> list[Damage]:
    return [wound.damage for wound in footage.segment.wounds]


def test_recordings_are_found_by_suffix_or_content_and_other_files_left_alone(tmp_path: Path) -> None:
    (tmp_path / "video").mkdir()
    clip(tmp_path / "video" / "CH02_20250407083000.mp4")
    clip(tmp_path / "CH01_20250407083000.mp4").rename(tmp_path / "CH01_20250407083000.录像")
    (tmp_path / "花名册.csv").write_text("姓名\n", encoding="utf-8")
    (tmp_path / "notes").write_text("nothing to see", encoding="utf-8")
    (tmp_path / ".hidden.mp4").write_bytes(b"x")
    (tmp_path / "out").mkdir()
    clip(tmp_path / "out" / "preview.mp4")
    found = find_recordings(tmp_path, skip=[tmp_path / "out"])
    assert [(f.segment.path, f.segment.camera_id) for f in found] == [
        ("CH01_20250407083000.录像", "CH01"),
        ("video/CH02_20250407083000.mp4", "CH02"),
    ]


def test_a_camera_is_told_by_manifest_then_path_then_name_then_folder(
    tmp_path: Path,
) -> None:
    for name in ("CH05/20250407_083000.mp4", "x/NVR_ch1_main_20250407083000_20250407083004.mp4", "y.mp4", "前门/z.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        clip(tmp_path / name, frames=5)
    cameras = (Camera("ch05"), Camera("CH1"), Camera("CH9"))
    found = by_name(find_recordings(tmp_path, [RecordingEntry("y.mp4", "CH9", START)], cameras))
    assert {name: each.segment.camera_id for name, each in found.items()} == {
        "CH05/20250407_083000.mp4": "ch05",
        "x/NVR_ch1_main_20250407083000_20250407083004.mp4": "CH1",
        "y.mp4": "CH9",
        "前门/z.mp4": "前门",
    }


def test_a_stated_time_is_chinese_time_and_no_camera_s_clock_moves_it(tmp_path: Path) -> None:
    clip(tmp_path / "hiv00001.mp4")
    entries, cameras = [RecordingEntry("hiv00001.mp4", "CH02", START)], [Camera("CH02", clock_offset_s=-90.5)]
    (footage,) = find_recordings(tmp_path, entries, cameras)
    assert footage.segment.stretches == (Span.of(START, 4),)


def test_a_cameras_clock_is_corrected_everywhere(tmp_path: Path) -> None:
    clip(tmp_path / "CH02_20250407083000_20250407083004.mp4")
    (footage,) = find_recordings(tmp_path, cameras=[Camera("CH02", clock_offset_s=-90.5)])
    true = START - timedelta(seconds=90.5)
    assert footage.segment.stretches == (Span.of(true, 4),)
    assert footage.segment.claimed == Span.of(true, 4)
    with KeyframeReader([footage]) as reader:
        assert reader.keyframe_times()[0] == true


def test_overlaps_within_a_camera_are_marked_on_both_files(tmp_path: Path) -> None:
    clip(tmp_path / "CH02_20250407083000.mp4")
    clip(tmp_path / "CH02_20250407083002.mp4")
    clip(tmp_path / "CH02_20250407083006.mp4")
    clip(tmp_path / "CH03_20250407083000.mp4")
    found = by_name(find_recordings(tmp_path))
    assert [damages(found[name]) for name in sorted(found)] == [[Damage.OVERLAP], [Damage.OVERLAP], [], []]
    assert "2 s" in found["CH02_20250407083000.mp4"].segment.wounds[0].detail_en


def test_a_recording_that_the_manifest_names_and_the_folder_lacks_is_reported(tmp_path: Path) -> None:
    (footage,) = find_recordings(tmp_path, [RecordingEntry("video\\gone.mp4", "CH1", START)])
    assert damages(footage) == [Damage.UNREADABLE]


def test_loops_links_pipes_devices_and_odd_names_do_no_harm(tmp_path: Path) -> None:
    clip(tmp_path / "CH02_20250407083000.mp4")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "again.mp4").symlink_to(tmp_path / "CH02_20250407083000.mp4")
    (tmp_path / "dangling.mp4").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self.mp4").symlink_to(tmp_path / "self.mp4")
    (tmp_path / "null.mp4").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.mp4")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder.mp4").mkdir()
    odd = os.fsdecode(b"\xb2\xe2\xca\xd4_\n\x1b[31m.mp4")
    (tmp_path / odd).write_bytes(b"")
    found = find_recordings(tmp_path)
    told = {each.segment.path: damages(each) for each in found}
    assert len([each for each in found if each.span]) == 1
    for name in ("dangling.mp4", "self.mp4", "null.mp4", "pipe.mp4"):
        assert told[name] == [Damage.UNREADABLE]
    assert [Damage.EMPTY] in told.values()
    assert len(told) == 6
    for each in found:
        each.segment.path.encode("utf-8")
    assert pickle.loads(pickle.dumps(found))[0].segment == found[0].segment  # noqa: S301 our own bytes


@contextmanager
def without_privilege() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_named_and_the_rest_is_judged() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        clip(folder / "CH02_20250407083000.mp4")
        clip(folder / "CH03_20250407083000.mp4").chmod(0)
        (folder / "locked").mkdir(mode=0o700)
        (folder / "locked").chmod(0)
        with without_privilege():
            found = find_recordings(folder)
        (folder / "locked").chmod(0o700)
        assert [damages(each) for each in found] == [[], [Damage.UNREADABLE], [Damage.UNREADABLE]]
        assert found[0].span


def test_a_name_that_no_system_can_open_is_a_record(tmp_path: Path) -> None:
    found = find_recordings(tmp_path, [RecordingEntry("a\x00b.mp4", "CH1", START)])
    assert [damages(each) for each in found] == [[Damage.UNREADABLE]]


def test_progress_is_told_before_each_file(tmp_path: Path) -> None:
    for number in (1, 2):
        clip(tmp_path / f"CH0{number}_20250407083000.mp4", frames=5)
    heard: list[tuple[int, int, str]] = []
    find_recordings(tmp_path, progress=lambda *told: heard.append(told))
    assert heard == [(0, 2, "CH01_20250407083000.mp4"), (1, 2, "CH02_20250407083000.mp4")]


def test_a_digest_covers_every_byte_and_reports_its_progress(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    content = os.urandom((1 << 20) + 17)
    path.write_bytes(content)
    heard: list[int] = []
    assert digest_file(path, heard.append).sha256 == hashlib.sha256(content).hexdigest()
    assert heard == [1 << 20, 17]
    with pytest.raises(InputError, match="no regular file"):
        digest_file(tmp_path)


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert list_recordings(tmp_path) == []
