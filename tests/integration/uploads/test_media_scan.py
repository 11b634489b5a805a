"""A hook that never came loses nothing: files of media servers are found by looking."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.recordings.file_clock import read_name
from pipeline.accounts.rights import Role
from runtime.platform.worker import Worker
from runtime.uploads.media_scan import file_name, scan_media
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.tus import new_class
from tests.integration.uploads.test_hooks import zlm


@pytest.fixture
def media(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    return tmp_path / "media"


@pytest.fixture
def served(database_url: str, tmp_path: Path, media: Path) -> Iterator[Running]:
    with running(settings_at(database_url, tmp_path / "home", XUESHI_MEDIA_ROOT=str(media))) as found:
        yield found


def written(served: Running, path: Path, ago: timedelta, data: bytes = b"0123456789" * 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    at = (served.clock() - ago).timestamp()
    os.utime(path, (at, at))
    return path


def work(served: Running) -> None:
    worker = Worker(served.service.engine, served.service.settings, served.clock)
    while worker.step():
        pass


def names(served: Running, number: int) -> list[str]:
    with served.as_(Role.CLERK) as clerk:
        return [one["name"] for one in clerk.get(f"/api/v1/classes/{number}/files").json()["items"]]


def test_what_no_hook_told_of_is_found_and_what_is_still_written_waits(served: Running, media: Path) -> None:
    with served.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
    old, young = timedelta(hours=1), timedelta(minutes=3)
    written(served, media / "JZ1/CH02/2025-04-07_08-30-00-000000.mp4", old)
    written(served, media / "record/JZ1/CH03/2025-04-07/08-30-00-0.mp4", old)
    written(served, media / "record/JZ1/CH03/2025-04-07/08-40-00-0.mp4", young)
    written(served, media / "record/JZ1/CH03/2025-04-07/.08-45-00-0.mp4", young)
    written(served, media / "NOBODY/CH02/2025-04-07_08-30-00.mp4", old)
    written(served, media / "JZ1/CH04/empty.mp4", old, b"")
    work(served)
    wanted = ["CH02_2025-04-07_08-30-00-000000.mp4", "CH03_2025-04-07_08-30-00-0.mp4"]
    assert names(served, number) == wanted
    served.clock.ahead += timedelta(minutes=10)
    work(served)
    assert names(served, number) == [*wanted, "CH03_2025-04-07_08-40-00-0.mp4"]
    served.clock.ahead += timedelta(minutes=10)
    assert scan_media(served.service.engine, media, served.clock()) == 0


def test_a_hook_and_a_scan_speak_of_one_file(served: Running, media: Path) -> None:
    file = written(served, media / "JZ1/CH02/2025-04-07/08-30-00.mp4", timedelta(hours=1))
    with served.as_(Role.CLERK) as clerk, served.as_(Role.SYSTEM) as server:
        number = new_class(clerk)
        told = zlm(server, str(file)).json()["job_id"]
        work(served)
        assert names(served, number) == ["CH02_20250407T083000+0800.mp4"]
        assert zlm(server, str(file)).json()["job_id"] == told
        late = written(served, media / "JZ1/CH02/2025-04-07/08-35-00.mp4", timedelta(hours=1))
        served.clock.ahead += timedelta(minutes=3)
        work(served)
        zlm(server, str(late), start_time=1743986100)
        work(served)
    assert len(names(served, number)) == 2


def test_a_code_of_two_institutions_is_nobodys(served: Running, media: Path) -> None:
    with served.as_(Role.CLERK) as clerk, served.as_(Role.CLERK, "邻校") as other:
        number = new_class(clerk)
        new_class(other)
    written(served, media / "JZ1/CH02/2025-04-07_08-30-00.mp4", timedelta(hours=1))
    work(served)
    assert names(served, number) == []


def test_a_file_that_failed_once_is_not_tried_for_ever(served: Running, media: Path) -> None:
    with served.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
    for place in ("JZ1/CH02", "record/JZ1/CH02"):
        written(served, media / place / "2025-04-07_08-30-00.mp4", timedelta(hours=1))
    work(served)
    assert len(names(served, number)) == 1
    served.clock.ahead += timedelta(minutes=3)
    assert scan_media(served.service.engine, media, served.clock()) == 0


@pytest.mark.parametrize(
    "path", ["CH02/2025-04-07_08-30-00-000000.mp4", "CH02/2025-04-07/08-30-00.mp4", "CH02/20250407/08-30-00-0.mp4"]
)
def test_the_name_tells_the_time_as_the_server_wrote_it(path: str) -> None:
    found = read_name(file_name(Path("CH02"), Path(path)))
    assert found.start == datetime.fromisoformat("2025-04-07T08:30:00+08:00")
