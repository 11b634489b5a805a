"""Media servers tell of finished recordings, and of files that are none of theirs."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from runtime.platform.worker import Worker
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.tus import new_class


@pytest.fixture
def media(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    return tmp_path / "media"


@pytest.fixture
def served(database_url: str, tmp_path: Path, media: Path) -> Iterator[Running]:
    with running(settings_at(database_url, tmp_path / "home", XUESHI_MEDIA_ROOT=str(media))) as found:
        yield found


def zlm(client: httpx.Client, path: str, key: str = "", **more: object) -> httpx.Response:
    body = {"app": "JZ1", "stream": "CH02", "file_path": path, "start_time": 1743985800, "vhost": "x", "time_len": 10}
    return client.post("/api/v1/hooks/zlmediakit" + key, json=body | more)


def work(served: Running) -> None:
    while Worker(served.service.engine, served.service.settings, served.clock).step():
        pass


def test_a_finished_recording_becomes_a_file_of_its_class_once(served: Running, media: Path) -> None:
    (media / "a.mp4").write_bytes(b"0123456789" * 1000)
    with served.as_(Role.CLERK) as clerk, served.as_(Role.SYSTEM) as server:
        number = new_class(clerk)
        first = zlm(server, str(media / "a.mp4"))
        assert first.json()["code"] == 0, first.text
        key = server.headers["authorization"].removeprefix("Bearer ")
        with served.client() as bare:
            assert zlm(bare, str(media / "a.mp4"), f"/{key}").json()["job_id"] == first.json()["job_id"]
            assert zlm(bare, str(media / "a.mp4"), "/" + "x" * 43).status_code == 401
        segment = {"path": "JZ1/CH03", "segment_path": "2025-04-07_08-30-00-000000.mp4"}
        (media / segment["segment_path"]).write_bytes(b"abc")
        assert server.post("/api/v1/hooks/mediamtx", json=segment).status_code == 200
        work(served)
        names = [one["name"] for one in clerk.get(f"/api/v1/classes/{number}/files").json()["items"]]
    assert names == ["CH02_20250407T083000+0800.mp4", "CH03_2025-04-07_08-30-00-000000.mp4"]
    folder = class_folder(served.service.settings.home, number)
    assert (folder / names[0]).read_bytes() == (media / "a.mp4").read_bytes()


def test_a_file_elsewhere_is_refused_whatever_leads_to_it(served: Running, media: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"x")
    (media / "link.mp4").symlink_to(secret)
    os.mkfifo(media / "pipe.mp4")
    with served.as_(Role.CLERK) as clerk, served.as_(Role.SYSTEM) as server:
        new_class(clerk)
        for told in (
            str(secret),
            "../secret.mp4",
            str(media / "../secret.mp4"),
            "link.mp4",
            "pipe.mp4",
            "none.mp4",
            "/",
        ):
            assert zlm(server, told).status_code == 422, told


def test_a_stream_of_another_institution_s_class_is_not_found(served: Running, media: Path) -> None:
    (media / "a.mp4").write_bytes(b"x")
    with served.as_(Role.CLERK, "邻校") as other, served.as_(Role.SYSTEM) as server:
        new_class(other)
        assert zlm(server, "a.mp4").status_code == 404
        assert zlm(server, "a.mp4", stream="../x").status_code == 422
