"""kill -9 of ffmpeg and of the recorder: the next one explains every second, and what was written is readable."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from facts.errors import InputError, SetupError
from facts.recorder import EntryKind
from ingest.cameras.recorder_ledger import LEDGER_NAME, LedgerFile, read_ledger
from ingest.recordings.search import find_recordings
from runtime.recordings.recorder_summary import recorder_status
from tests.fixtures.disks import tiny_disk
from tests.fixtures.paths import ROOT
from tests.fixtures.recorded_room import RecordedRoom, camera_list, recorded
from tests.fixtures.rtsp_camera import rtsp_camera


def children(of: int) -> list[int]:
    """The processes that a process started and that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = path.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == of and after_name[0] != "Z":
            found.append(int(path.parent.name))
    return found


def begun(cameras: Path, out: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "cli.main", "record", str(cameras), "--out", str(out)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command


def test_after_kill_9_of_ffmpeg_and_of_the_recorder_no_second_is_unexplained(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as camera:
        cameras, room = camera_list(tmp_path, camera.address, user=""), RecordedRoom(tmp_path / "out")
        first = begun(cameras, room.out)
        room.wait_for_files(2)
        (ffmpeg,) = children(first.pid)
        os.kill(ffmpeg, signal.SIGKILL)
        room.wait_for_gap("lost")
        files = len(room.entries(EntryKind.SEGMENT))
        room.wait_for_files(files + 1)
        left = children(first.pid)
        first.kill()
        first.wait()
        room.wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left), "an orphaned ffmpeg ends by itself")
        second = begun(cameras, room.out)
        room.wait(lambda: len(room.entries(EntryKind.BEGIN)) == 2, "the next recorder begins")
        files = len(room.entries(EntryKind.SEGMENT))
        room.wait_for_files(files + 1)
        second.send_signal(signal.SIGTERM)
        assert second.wait(60) == 0
    account = room.status().account
    assert account.unexplained_s == 0.0
    assert {"lost", "not_running"} <= {gap.reason for gap in account.gaps}
    closed = room.entries(EntryKind.CLOSED)
    assert [entry for entry in closed if entry.told.get("recovered")]
    assert len(closed) == len(room.entries(EntryKind.SEGMENT))
    footage = find_recordings(room.out)
    assert [wound for one in footage for wound in one.segment.wounds] == []
    assert {one.segment.path for one in footage} == {entry.told["name"] for entry in closed}


def test_a_growing_file_is_readable_and_a_torn_fragment_costs_itself_only(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path) as camera:
        cameras, room = camera_list(tmp_path, camera.address, user=""), RecordedRoom(tmp_path / "out")
        first = begun(cameras, room.out)
        room.wait_for_files(1)
        room.wait(
            lambda: any(one.segment.length_s > 0.5 for one in find_recordings(room.out)), "half a second readable"
        )
        first.kill()
        first.wait()
    opened = room.entries(EntryKind.SEGMENT)[-1].file
    with (room.out / opened).open("ab") as out:
        out.write(b"\x00\x00\x01\x00moof torn")
    with recorded(cameras, room.out):
        room.wait(lambda: len(room.entries(EntryKind.BEGIN)) == 2, "the next recorder begins")
    (told,) = [entry for entry in room.entries(EntryKind.CLOSED) if entry.told.get("recovered")]
    assert told.told["torn_bytes"] == 13
    assert [wound for one in find_recordings(room.out) for wound in one.segment.wounds] == []


def test_two_recorders_do_not_share_a_folder(tmp_path: Path) -> None:
    held = LedgerFile(tmp_path)
    with pytest.raises(SetupError, match="another recorder records"):
        LedgerFile(tmp_path)
    held.close()
    LedgerFile(tmp_path).close()
    with pytest.raises(InputError, match="got an empty ledger"):
        recorder_status(tmp_path)


def test_a_changed_ledger_is_refused_and_a_torn_last_line_is_not(tmp_path: Path) -> None:
    with (
        rtsp_camera(tmp_path) as camera,
        recorded(camera_list(tmp_path, camera.address, user=""), tmp_path / "out") as room,
    ):
        room.wait_for_files(1)
    path = room.out / LEDGER_NAME
    lines = path.read_text("utf-8").splitlines(keepends=True)
    with path.open("a", encoding="utf-8") as out:
        out.write('{"kind":"gap","at"')
    assert len(read_ledger(room.out)) == len(lines)
    path.write_text("".join([lines[0], *lines[2:]]), "utf-8")
    with pytest.raises(InputError, match=r"line 2: got another line before it"):
        read_ledger(room.out)


def test_the_recorder_ends_within_seconds_when_asked(tmp_path: Path) -> None:
    with (
        rtsp_camera(tmp_path) as camera,
        recorded(camera_list(tmp_path, camera.address, user=""), tmp_path / "out") as room,
    ):
        room.wait_for_files(1)
        before = time.monotonic()
    assert time.monotonic() - before < 60
    assert room.entries(EntryKind.END)


def test_a_disk_that_somebody_else_fills_costs_its_seconds_and_no_ledger(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", "size=3m") as disk, rtsp_camera(tmp_path) as camera:
        listed = camera_list(tmp_path, camera.address, user="", common="keep_free_mb = 0")
        with recorded(listed, disk / "out") as room:
            room.wait_for_files(1)
            filler = disk / "filler"
            fill(filler)
            room.wait(lambda: list(disk.glob("out/CH02/*/*.mp4")) and not still_grows(disk), "recording stops")
            filler.unlink()
            room.wait_for_gap("disk_full")
            files = len(room.entries(EntryKind.SEGMENT))
            room.wait_for_files(files + 2)
        assert room.status().account.unexplained_s == 0.0, (room.out / LEDGER_NAME).read_text("utf-8")
        assert [wound for one in find_recordings(room.out) for wound in one.segment.wounds] == []


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while out.write(bytes(4096)):
            pass


def still_grows(disk: Path) -> bool:
    """Whether two seconds add anything."""
    before = sum(path.stat().st_size for path in disk.rglob("*.mp4"))
    time.sleep(2)
    return sum(path.stat().st_size for path in disk.rglob("*.mp4")) != before
