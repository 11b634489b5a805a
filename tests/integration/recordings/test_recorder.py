"""Real RTSP, real ffmpeg, real files: what is recorded can be read, and what is missing has its reason."""

import json
import struct
from itertools import pairwise
from pathlib import Path

import pytest

from facts.recorder import EntryKind
from ingest.recordings.search import find_recordings
from tests.fixtures.clips import bare_frames
from tests.fixtures.recorded_room import SECRET, camera_list, recorded
from tests.fixtures.rtsp_camera import need_rtsp_server, rtsp_camera


def processes() -> str:
    """What every process of this machine was started with."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(line for line in found if "rtsp_server.py" not in line)


@pytest.mark.parametrize(("codec", "said"), [("h264", "h264"), ("h265", "hevc")])
def test_what_is_recorded_is_read_as_one_unbroken_run(tmp_path: Path, codec: str, said: str) -> None:
    with rtsp_camera(tmp_path, codec, user="viewer", password=SECRET) as camera:
        listed = camera_list(tmp_path, camera.address)
        with recorded(listed, tmp_path / "out") as room:
            room.wait_for_files(4)
            assert SECRET not in processes()
            assert "ffmpeg" in processes()
    footage = find_recordings(tmp_path / "out")
    assert len(footage) >= 4
    assert {(one.segment.camera_id, one.segment.codec) for one in footage} == {("CH02", said)}
    assert [wound for one in footage for wound in one.segment.wounds] == []
    spans = [one.span for one in footage if one.span]
    assert all(abs((after.start - before.end).total_seconds()) < 0.2 for before, after in pairwise(spans))
    account = room.status().account
    assert account.unexplained_s == 0.0
    assert {gap.reason for gap in account.gaps} <= {"starting", "our_stop"}
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.json*"))
    assert SECRET not in written


def test_a_lost_connection_and_a_stall_are_gaps_with_their_reasons(tmp_path: Path) -> None:
    with (
        rtsp_camera(tmp_path) as camera,
        recorded(camera_list(tmp_path, camera.address, user=""), tmp_path / "out") as room,
    ):
        room.wait_for_files(1)
        camera.tell("drop")
        room.wait_for_gap("lost")
        files = len(room.entries(EntryKind.SEGMENT))
        room.wait_for_files(files + 1)
        camera.tell("stall")
        room.wait_for_gap("stalled")
        camera.tell("resume")
        files = len(room.entries(EntryKind.SEGMENT))
        room.wait_for_files(files + 1)
    assert room.status().account.unexplained_s == 0.0


def test_a_jump_of_the_stamps_makes_no_file_longer(tmp_path: Path) -> None:
    with (
        rtsp_camera(tmp_path) as camera,
        recorded(camera_list(tmp_path, camera.address, user=""), tmp_path / "out") as room,
    ):
        room.wait_for_files(3)
        camera.tell("jump 3600")
        room.wait(lambda: room.entries(EntryKind.STEP), "the step told")
        files = len(room.entries(EntryKind.SEGMENT))
        room.wait_for_files(files + 2)
    assert room.entries(EntryKind.STEP)[0].reason == "camera_forward"
    assert all(one.segment.length_s < 60 for one in find_recordings(tmp_path / "out"))
    account = room.status().account
    assert account.recorded_s <= account.planned_s
    assert account.unexplained_s == 0.0


def test_a_camera_that_stamps_25_and_delivers_21_is_timed_by_the_clock(tmp_path: Path) -> None:
    with (
        rtsp_camera(tmp_path, fps=21, stamped_fps=25) as camera,
        recorded(camera_list(tmp_path, camera.address, user=""), tmp_path / "out") as room,
    ):
        room.wait(lambda: room.entries(EntryKind.STEP), "the false rate told")
        files = len(room.entries(EntryKind.SEGMENT))
        room.wait_for_files(files + 4)
    later = [entry for entry in room.entries(EntryKind.CLOSED) if entry.told["timed_by"] == "arrival"][1:-1]
    assert len(later) >= 2
    named = {entry.told["name"]: entry for entry in later}
    for one in find_recordings(tmp_path / "out"):
        if entry := named.get(one.segment.path):
            assert entry.start
            assert entry.end
            assert one.segment.length_s == pytest.approx((entry.end - entry.start).total_seconds(), abs=0.3)
            assert len(one.segment.stretches) == 1, "a phantom gap"
    assert room.status().account.unexplained_s == 0.0


def test_a_camera_that_sends_no_keyframe_is_told_so(tmp_path: Path) -> None:
    with (
        rtsp_camera(tmp_path, deaf=True) as camera,
        recorded(camera_list(tmp_path, camera.address, user=""), tmp_path / "out") as room,
    ):
        room.wait_for_gap("no_keyframe")
    assert room.status().account.recorded_s == 0.0


@pytest.mark.parametrize(
    ("size", "fps", "frames", "grain"),
    [((7680, 4320), 2, 4, 100), ((160, 120), 500, 1000, 0)],
    ids=["8K", "500 fps"],
)
def test_a_stream_larger_or_faster_than_any_classroom_s_is_recorded_and_nothing_else_is_harmed(
    tmp_path: Path, size: tuple[int, int], fps: int, frames: int, grain: int
) -> None:
    need_rtsp_server()
    file = tmp_path / "pictures.h264"
    coded = bare_frames(frames=frames, fps=fps, gop=frames // 2, size=size, grain=grain)
    file.write_bytes(b"".join(struct.pack(">IB", len(data), key) + data for data, key in coded))
    with (
        rtsp_camera(tmp_path, fps=fps) as camera,
        recorded(camera_list(tmp_path, camera.address, user=""), tmp_path / "out") as room,
    ):
        room.wait_for_files(3)
    account = room.status().account
    assert account.unexplained_s == 0.0
    assert account.recorded_s > 3.0
    sidecars = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "out").rglob("CH02/*/*.json")]
    assert {(one["width"], one["height"]) for one in sidecars} == {size}
    assert sum(one["packets"] for one in sidecars) == pytest.approx(fps * account.recorded_s, rel=0.2, abs=2 * fps)


@pytest.mark.parametrize(
    ("address", "password", "reason"),
    [
        ("rtsp://127.0.0.1:1/class", SECRET, "refused"),
        ("rtsp://camera.invalid/class", SECRET, "no_address"),
        ("{host}/nowhere", SECRET, "no_address"),
        ("{host}/class", "wrong-one", "password"),
    ],
)
def test_why_a_camera_cannot_be_reached(tmp_path: Path, address: str, password: str, reason: str) -> None:
    with rtsp_camera(tmp_path, user="viewer", password=SECRET) as camera:
        where = address.replace("{host}", camera.address.removesuffix("/class"))
        listed = camera_list(tmp_path, where, password=password)
        with recorded(listed, tmp_path / "out") as room:
            room.wait_for_gap(reason)
    account = room.status().account
    assert (account.recorded_s, account.unexplained_s) == (0.0, 0.0)
    assert password not in (tmp_path / "out" / "ledger.jsonl").read_text("utf-8")


def test_a_disk_without_room_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as camera:
        listed = camera_list(tmp_path, camera.address, user="", common="keep_free_mb = 1000000000")
        with recorded(listed, tmp_path / "out") as room:
            room.wait_for_gap("disk_full")
    assert list((tmp_path / "out").rglob("*.mp4")) == []
    assert room.status().account.unexplained_s == 0.0
