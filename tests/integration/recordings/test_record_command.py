"""``xueshi record``: what it prints, what it refuses, and that a class recorded by it can be verified."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from facts.span import SHANGHAI
from ingest.cameras.camera_list import read_cameras
from runtime.platform.clock import now
from runtime.recordings.recorder_plan import AROUND, planned_spans
from tests.fixtures.paths import ROOT
from tests.fixtures.recorded_room import SECRET, camera_list, recorded
from tests.fixtures.rtsp_camera import rtsp_camera


def record(*words: object) -> "subprocess.CompletedProcess[str]":
    """The command as a user runs it."""
    command = [sys.executable, "-m", "cli.main", "record", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603


def test_try_says_what_the_camera_sends(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path, user="viewer", password=SECRET) as camera:
        cameras = camera_list(tmp_path, camera.address)
        done = record("--try", cameras, "--lang", "en")
        told = json.loads(record("--try", cameras, "CH02", "--json").stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("✓ CH02", "avc1 160×120", "keyframe every 1.0 s", "Mbit/s", "keeps pace with ours"):
        assert words in done.stdout
    assert told[0]["fps"] == pytest.approx(25, abs=2)
    assert SECRET not in done.stdout + done.stderr + str(told)


def test_try_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path, user="viewer", password=SECRET) as camera:
        cameras = camera_list(tmp_path, camera.address, password="wrong-one")  # noqa: S106 - a wrong one
        done = record("--try", cameras)
    assert done.returncode == 1
    assert len(done.stdout.strip().splitlines()) == 1
    assert "用户名或密码不对" in done.stdout
    assert "wrong-one" not in done.stdout + done.stderr


def test_try_tells_a_camera_whose_stamps_are_false(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path, fps=20, stamped_fps=25) as camera:
        done = record("--try", camera_list(tmp_path, camera.address, user=""), "--lang", "en")
    assert "stamps are wrong by -2" in done.stdout, done.stdout


def test_status_lists_each_gap_with_its_reason(tmp_path: Path) -> None:
    with (
        rtsp_camera(tmp_path) as camera,
        recorded(camera_list(tmp_path, camera.address, user=""), tmp_path / "out") as room,
    ):
        room.wait_for_files(1)
        camera.tell("drop")
        room.wait_for_gap("lost")
        files = len(room.entries("segment"))
        room.wait_for_files(files + 1)
        running = record("--status", room.out)
    ended = record("--status", room.out, "--lang", "en")
    assert (running.returncode, ended.returncode) == (0, 0)
    assert "● 正在录" in running.stdout
    assert "连接中断" in running.stdout
    assert "○ the recorder is not running" in ended.stdout
    assert "the recorder was stopped" in ended.stdout
    told = json.loads(record("--status", room.out, "--json").stdout)
    assert told["cameras"][0]["account"]["unexplained"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "expected CAMERAS.toml"),
        (("CAMERAS.toml",), "expected --out DIR"),
        (("--try", "CAMERAS.toml", "CH9"), "got 'CH9', expected one of CH02"),
        (("--status", "nowhere"), "got no ledger"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    camera_list(tmp_path, "rtsp://192.0.2.7/1")
    done = record(*(tmp_path / word if word == "CAMERAS.toml" else word for word in words))
    assert done.returncode != 0
    assert said in done.stderr


def test_the_timetable_s_hours_of_the_room_are_planned_with_ten_minutes_around(tmp_path: Path) -> None:
    (tmp_path / "课表.csv").write_text(
        "日期,开始,结束,教室,课程\n2025-04-07,08:30,09:15,301,护理\n2025-04-07,09:25,10:10,301,护理\n2025-04-07,14:00,14:45,302,护理\n",
        "utf-8",
    )
    cameras = camera_list(tmp_path, "rtsp://192.0.2.7/1", common='timetable = "课表.csv"')
    cameras.write_text(cameras.read_text("utf-8") + 'when = "timetable"\n', "utf-8")
    (span,) = planned_spans(read_cameras(cameras, {}))["CH02"]
    assert [f"{one.astimezone(SHANGHAI):%H:%M}" for one in (span.start, span.end)] == ["08:20", "10:20"]
    assert timedelta(minutes=10) == AROUND


def test_outside_its_hours_a_camera_is_not_even_asked(tmp_path: Path) -> None:
    day = now().astimezone(SHANGHAI) + timedelta(days=3)
    (tmp_path / "课表.csv").write_text(f"日期,开始,结束,教室,课程\n{day:%Y-%m-%d},08:30,09:15,301,护理\n", "utf-8")
    cameras = camera_list(tmp_path, "rtsp://127.0.0.1:1/1", user="", common='timetable = "课表.csv"')
    cameras.write_text(cameras.read_text("utf-8") + 'when = "timetable"\n', "utf-8")
    with recorded(cameras, tmp_path / "out") as room:
        room.wait(lambda: room.entries("gap"), "the watch looked")
    account = room.status().account
    assert (account.planned_s, account.gaps, account.unexplained_s) == (0.0, (), 0.0)
