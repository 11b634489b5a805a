"""Whoever starts the recorder is told whether it does its work: over HTTP, with the reason where it does not."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from facts.errors import SetupError
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.environment import environment
from runtime.recordings.camera_unit import RecorderPlace
from runtime.recordings.recorder_readiness import OK, ReadinessPort, RecorderReadiness, recorder_readiness
from runtime.recordings.recorder_service import RecorderService
from tests.fixtures.paths import ROOT

READY = RecorderReadiness(OK, OK, OK, 3)
LATE = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("told", "status"),
    [(READY, 200), (replace(READY, disk="1 MB free"), 503), (replace(READY, leases="late"), 503)],
)
def test_ready_is_200_and_anything_else_503_with_its_reason(told: RecorderReadiness, status: int) -> None:
    port = ReadinessPort("127.0.0.1", 0, lambda: told)
    try:
        answer = httpx.get(f"http://127.0.0.1:{port.port}/readyz")
        assert (answer.status_code, answer.json()["disk"]) == (status, told.disk)
        assert answer.json()["ready"] is (status == 200)
        assert httpx.get(f"http://127.0.0.1:{port.port}/").status_code == 404
        with pytest.raises(SetupError, match="expected a free one"):
            ReadinessPort("127.0.0.1", port.port, lambda: told)
    finally:
        port.close()


def test_each_thing_that_recording_stands_on_is_asked_for(tmp_path: Path) -> None:
    at = now()

    def asked(looked_s: timedelta, prolonged_s: timedelta, keep: int, folder: Path) -> list[bool]:
        found = recorder_readiness(
            at, looked_at=at - looked_s, prolonged_at=at - prolonged_s, cameras=1, folder=folder, keep_free_bytes=keep
        )
        return [found.database == OK, found.leases == OK, found.disk == OK, found.is_ready]

    assert asked(timedelta(), timedelta(), 0, tmp_path) == [True] * 4
    assert asked(LATE, timedelta(), 0, tmp_path) == [False, True, True, False]
    assert asked(timedelta(), LATE, 0, tmp_path) == [True, False, True, False]
    assert asked(timedelta(), timedelta(), 1 << 60, tmp_path) == [True, True, False, False]
    assert asked(timedelta(), timedelta(), 0, tmp_path / "gone") == [True, True, False, False]


def test_a_recorder_that_looked_once_is_ready_and_one_whose_database_is_gone_is_not(tmp_path: Path) -> None:
    engine = database_at(tmp_path)
    moment = [now()]
    own = RecorderService(engine, RecorderPlace(tmp_path, keep_free_bytes=0), lambda: moment[0])
    assert not own.readiness().is_ready, "it has not looked yet"
    own.step()
    assert own.readiness() == RecorderReadiness(OK, OK, OK, 0)
    engine.dispose()
    for path in tmp_path.glob("xueshi.db*"):
        path.unlink()
    (tmp_path / "xueshi.db").mkdir()
    moment[0] += LATE
    own.step()
    told = own.readiness()
    assert (told.database == OK, told.is_ready) == (False, False)


def test_the_command_answers_where_it_is_told_to(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli.main", "recorder", "--health"]
    env = {**environment(), "XUESHI_HOME": str(tmp_path)}
    refused = subprocess.run(  # noqa: S603 - our own words
        [*command, "8010"], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert (refused.returncode, "expected 127.0.0.1:8010" in refused.stderr) == (2, True)
    held = ReadinessPort("127.0.0.1", 0, lambda: READY)
    port = held.port
    held.close()
    with subprocess.Popen([*command, f"127.0.0.1:{port}"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL) as own:  # noqa: S603
        try:
            until = time.monotonic() + 120
            while not _ready(port):
                assert time.monotonic() < until, "it never was ready"
                time.sleep(0.2)
        finally:
            own.terminate()
            assert own.wait(60) == 0


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False
