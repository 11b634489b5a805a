"""What a monitoring system reads: by its token alone, of nobody, and all that alerts and dashboard name."""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from runtime.platform.metrics import listen_for_metrics
from storage.database.connection import sqlite_address, writing
from storage.database.jobs import enqueue
from storage.database.tables.cameras import CAMERA_GAPS
from tests.fixtures.living_room import kept_camera
from tests.fixtures.paths import ROOT
from tests.fixtures.sample_service import blank
from tests.fixtures.served_process import free_port, serving
from tests.fixtures.service import Running, running, settings_at

TOKEN = "m0N1tor-" + "kQ7w" * 8
BEARER = {"authorization": f"Bearer {TOKEN}"}
Readings = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "x.db"), tmp_path, XUESHI_METRICS_TOKEN=TOKEN)) as found:
        yield found


def read(answer: httpx.Response) -> Readings:
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in families(answer.text)
        for sample in family.samples
    }


def test_without_its_token_nobody_reads_them(served: Running) -> None:
    with served.client() as client:
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}x"}).status_code == 401
        assert client.get("/metrics", headers=BEARER).status_code == 200


def test_where_no_token_is_set_there_are_none(tmp_path: Path) -> None:
    with running(settings_at(sqlite_address(tmp_path / "x.db"), tmp_path)) as other, other.client() as client:
        assert client.get("/metrics", headers={"authorization": "Bearer none"}).status_code == 404


def test_a_job_that_nobody_takes_and_a_camera_that_nobody_hears_are_counted(served: Running) -> None:
    served.clock.still = at = served.clock()
    number, camera = blank(served, "m-1"), kept_camera(served)
    with writing(served.service.engine, "test") as connection:
        enqueue(connection, "verify", "v-1", number, at)
        gap = {"camera_id": camera, "starts_at": at, "reason": "refused", "words": ""}
        connection.execute(CAMERA_GAPS.insert().values(**gap, ends_at=None))
        served.clock.still = at + timedelta(seconds=90)
        over = gap | {"reason": "stalled", "ends_at": served.clock()}
        connection.execute(CAMERA_GAPS.insert().values(**over))
    with served.client() as client:
        found = read(client.get("/metrics", headers=BEARER))
    assert found["xueshi_jobs", ("verify", "waiting")] == 1
    assert found["xueshi_queue_age_seconds", ("verify",)] == 90
    assert found["xueshi_cameras", ("unheld",)] == 1
    assert found["xueshi_recorder_gaps_open", ("refused",)] == 1
    assert found["xueshi_recorder_lost_seconds", ("stalled",)] == 90
    assert (found["xueshi_workers", ()], found["xueshi_healthy", ()]) == (0, 0)


def test_an_address_that_nobody_serves_makes_no_name_of_its_own(served: Running) -> None:
    stray = f"/{secrets.token_hex(8)}"
    with served.client() as client:
        assert client.get(stray).status_code == 404
        answer = client.get("/metrics", headers=BEARER)
    assert stray not in answer.text
    assert read(answer)["xueshi_answer_seconds_count", ("GET", "", "404")] >= 1


def test_alerts_and_dashboard_name_what_is_there(served: Running) -> None:
    with served.client() as client:
        told = {family.name for family in families(client.get("/metrics", headers=BEARER).text)}
    told |= {"xueshi_record_audit_faults", "xueshi_record_audit_age_seconds"}  # where an audit has ended
    folder = ROOT / "deploy/prometheus"
    alerts, board = (folder / "alerts.yml").read_text(), json.loads((folder / "grafana.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    named = set(re.findall(r"xueshi_\w+", "\n".join([*asked, *re.findall(r"expr: (.*)", alerts)])))
    assert {re.sub("_(bucket|count|sum)$", "", one) for one in named} <= told
    operations = (ROOT / "docs/operations.md").read_text()
    assert [one for one in re.findall(r"alert: (\w+)", alerts) if f"`{one}`" not in operations] == []


def test_several_serving_processes_tell_one_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUESHI_METRICS_TOKEN", TOKEN)
    port = free_port()
    with serving(tmp_path, port, "--workers", "2") as (_, process):
        for _ in range(20):
            httpx.get(f"http://127.0.0.1:{port}/healthz")
        counts = {
            read(httpx.get(f"http://127.0.0.1:{port}/metrics", headers=BEARER))[
                "xueshi_answer_seconds_count", ("GET", "/healthz", "200")
            ]
            for _ in range(6)
        }
        process.terminate()  # killed, it would leave its children behind
        process.wait()
    assert min(counts) >= 20


@pytest.mark.parametrize("where", ["9464", "127.0.0.1:", "127.0.0.1:99999", "192.0.2.1:9464"])
def test_a_worker_that_cannot_listen_says_so(where: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "cli.main", "worker", "--once", "--metrics", where]
    env = os.environ | {"XUESHI_HOME": str(tmp_path)}
    got = subprocess.run(words, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert got.returncode == 69, got.stderr
    assert "--metrics" in got.stderr


def test_a_worker_tells_its_own_times(free: int) -> None:
    listen_for_metrics(f"127.0.0.1:{free}")
    assert "xueshi_job_seconds" in httpx.get(f"http://127.0.0.1:{free}/metrics").text


@pytest.fixture
def free() -> int:
    return free_port()
