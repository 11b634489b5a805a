"""A class whose recordings lie in the evidence store alone is judged as if they lay in its folder, or not at all."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from runtime.platform.worker import Worker
from runtime.verification.queue import ask_verification
from storage.database.classes.classes import classes
from storage.database.connection import reading, sqlite_address, writing
from storage.database.tables.classes import CLASSES
from storage.database.tables.jobs import JOBS
from storage.database.tables.verification import REPORTS
from storage.database.verification.reports import document_of
from storage.evidence.address import make_store
from storage.evidence.errors import StoreLostError
from storage.evidence.port import StoredObject
from storage.evidence.range_reader import range_reader
from tests.fixtures.busy_server import BusyServer
from tests.fixtures.cut_connection import CutConnection
from tests.fixtures.evidence_stores import LONG, ClockedStore, RealClock, local, s3, s3_store
from tests.fixtures.folders import Ran, honest, xueshi
from tests.fixtures.network_relay import NetworkRelay
from tests.fixtures.radosgw import Radosgw
from tests.fixtures.sealed_classes import packages_of, verified, worker_of
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.slow
_S3 = pytest.mark.s3


@contextmanager
def keys_given(server: Radosgw) -> Iterator[None]:
    """The store's keys where the service looks for them: in the environment of its process."""
    os.environ |= server.environ
    try:
        yield
    finally:
        for name in server.environ:
            del os.environ[name]


def emptied(folder: Path, kept: ClockedStore, version: str = "") -> StoredObject:
    """The folder without its recording, which lies in the store now, as ``class.toml`` says."""
    (video,) = (folder / "录像").iterdir()
    stored = kept.store.put(video, retain_until=kept.clock() + LONG)
    manifest = folder / "class.toml"
    said = manifest.read_text("utf-8") if manifest.exists() else ""
    entry = f'[[recording]]\nfile = "录像/{video.name}"\nsha256 = "{stored.key}"\nversion = "{version or stored.version_id}"\n'
    manifest.write_text(f"{said}\n{entry}", "utf-8")
    video.unlink()
    return stored


def judged(ran: Ran) -> dict[str, object]:
    found = json.loads(ran.out)
    return {key: found[key] for key in ("hours", "views", "doubts", "summary", "limits")}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", ["local", pytest.param("s3", marks=_S3)])
def test_the_verdict_is_the_one_from_disk(
    kind: str, workers: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("s3_server") if kind == "s3" else None
    kept, given = (s3(server), server.environ) if server else (local(tmp_path), {})
    folder = honest(tmp_path / "class")
    disk = xueshi("verify", folder, "--json", "-", cache=tmp_path / "one")
    stored = emptied(folder, kept)
    words = ("--json", "-", "--workers", workers, "--store", kept.store.url)
    far = xueshi("verify", folder, *words, cache=tmp_path / "two", given=given)
    assert (far.code, judged(far)) == (disk.code, judged(disk)), far
    reads = json.loads(far.out)["stored_reads"]
    assert (reads["recordings"], reads["size_bytes"]) == (1, stored.size_bytes)
    assert 0 < reads["bytes_read"] < stored.size_bytes / 2
    assert "在证据库中原处读取" in (folder / "核验报告" / "report.html").read_text("utf-8")


def test_without_the_stores_name_the_reader_is_told_what_to_do(tmp_path: Path) -> None:
    folder = honest(tmp_path / "class")
    emptied(folder, local(tmp_path))
    ran = xueshi("verify", folder, cache=tmp_path / "cache")
    assert (ran.code, "name the store with --store" in ran.err) == (2, True), ran


def never_judged(ran: Ran, folder: Path, cache: Path, *said: str) -> None:
    """One line, no report, and nothing remembered as seen."""
    assert ran.code not in {0, 10, 20, 30}, ran
    assert all(word in ran.err for word in said), ran
    assert "Traceback" not in ran.err
    assert not (folder / "核验报告").exists()
    assert not [path for path in cache.rglob("*") if path.is_file() and path.stat().st_size > 1000]


@_S3
def test_a_version_that_is_gone_is_no_verdict(s3_server: Radosgw, tmp_path: Path) -> None:
    folder, kept = honest(tmp_path / "class"), s3(s3_server)
    emptied(folder, kept, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    ran = xueshi("verify", folder, "--store", kept.store.url, cache=tmp_path / "cache", given=s3_server.environ)
    never_judged(ran, folder, tmp_path / "cache", "CH02_", "got no object")


@_S3
@pytest.mark.parametrize("after_bytes", [2_000, 400_000], ids=["in the index", "among the pictures"])
def test_a_line_that_breaks_and_stays_broken_is_no_verdict(
    s3_server: Radosgw, tmp_path: Path, after_bytes: int
) -> None:
    folder, kept = honest(tmp_path / "class"), s3(s3_server)
    stored = emptied(folder, kept)
    assert stored.size_bytes > 10 * after_bytes
    with CutConnection(s3_server.host, s3_server.port, down_bytes=after_bytes + 6_000) as cable:
        url = f"s3+http://{cable.endpoint}/{kept.store.url.rpartition('/')[2]}"
        ran = xueshi("verify", folder, "--store", url, cache=tmp_path / "cache", given=s3_server.environ)
        assert cable.is_cut
    never_judged(ran, folder, tmp_path / "cache", "could not be reached")


@_S3
def test_a_server_that_is_busy_now_and_then_is_asked_again(s3_server: Radosgw, tmp_path: Path) -> None:
    folder, kept = honest(tmp_path / "class"), s3(s3_server)
    disk = xueshi("verify", folder, "--json", "-", cache=tmp_path / "one")
    emptied(folder, kept)
    with BusyServer(s3_server.host, s3_server.port, every=7) as busy:
        url = f"s3+http://{busy.endpoint}/{kept.store.url.rpartition('/')[2]}"
        words = ("--json", "-", "--store", url)
        far = xueshi("verify", folder, *words, cache=tmp_path / "two", given=s3_server.environ)
        assert busy.refused > 5
    assert (far.code, judged(far)) == (disk.code, judged(disk)), far


@_S3
def test_an_object_that_gives_fewer_bytes_than_it_says_is_refused(s3_server: Radosgw, tmp_path: Path) -> None:
    kept = s3(s3_server)
    stored = kept.put(b"x" * 5000)
    with BusyServer(s3_server.host, s3_server.port, shortened=True) as short:
        far = s3_store(
            replace(s3_server, port=int(short.endpoint.rpartition(":")[2])), kept.store.url.rpartition("/")[2]
        )
        with pytest.raises(StoreLostError):
            range_reader(far, stored.ref).read(100, 4000)
    assert tmp_path.exists()


@_S3
@pytest.mark.parametrize("remembers", [True, False], ids=["slow", "its connections lost"])
def test_a_server_that_answers_slowly_is_waited_for_and_gives_the_same_bytes(
    s3_server: Radosgw, *, remembers: bool
) -> None:
    kept, data = s3(s3_server), os.urandom(3 << 20)
    stored, relay = kept.put(data), NetworkRelay(s3_server.port)
    try:
        far = s3_store(replace(s3_server, port=relay.port), kept.store.url.rpartition("/")[2])
        reader = range_reader(far, stored.ref)
        assert reader.read(0, 1000) == data[:1000]
        relay.go_away()
        came: list[bytes] = []
        asking = threading.Thread(target=lambda: came.append(reader.read(1 << 20, 2 << 20)), daemon=True)
        asking.start()
        asking.join(3)
        assert asking.is_alive(), "nothing passes, so nothing can have come"
        relay.come_back(remembers=remembers)
        asking.join(120)
        assert came == [data[1 << 20 : 2 << 20]]
        reader.close()
    finally:
        relay.end()


@pytest.fixture(params=["local", pytest.param("s3", marks=_S3)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A folder, or a bucket whose keys the service finds."""
    if request.param == "local":
        yield str(tmp_path / "evidence")
        return
    server: Radosgw = request.getfixturevalue("s3_server")
    url = server.url(f"xueshi-far-{os.getpid()}-{tmp_path.name[-1]}")
    with keys_given(server):
        make_store(url, server.environ, RealClock())
        yield url


def newest(served: Running, number: int) -> dict[str, object]:
    """The class's last report as its document."""
    with reading(served.service.engine, "a test") as connection:
        found = connection.execute(select(func.max(REPORTS.c.id)).where(REPORTS.c.class_id == number)).scalar_one()
        return json.loads(document_of(connection, found))


def asked_anew(served: Running, number: int) -> None:
    with writing(served.service.engine, "a test") as connection:
        (owner,) = classes(connection, CLASSES.c.id == number)
        assert ask_verification(connection, owner, served.clock(), anew=True)


def verify_by(worker: Worker, served: Running, number: int) -> dict[str, object]:
    """Its next report, made and sealed by that worker."""
    asked_anew(served, number)
    assert worker.step()
    assert worker.step(), "the sealing"
    return newest(served, number)


def test_a_worker_with_another_home_verifies_and_seals_what_only_the_store_has(store_url: str, tmp_path: Path) -> None:
    own = settings_at(sqlite_address(tmp_path / "x.db"), tmp_path / "home", XUESHI_STORE=store_url)
    with running(own) as served:
        number = verified(served, honest(tmp_path / "class"))
        assert worker_of(served).step(), "the first sealing, which brings the originals into the store"
        first = newest(served, number)
        assert first["stored_reads"] is None
        elsewhere = replace(served.service.settings, home=tmp_path / "elsewhere")
        shutil.copytree(own.home / "keys", elsewhere.home / "keys")
        shutil.rmtree(class_folder(own.home, number))
        second = verify_by(Worker(served.service.engine, elsewhere, served.clock), served, number)
        assert {key: second[key] for key in ("hours", "views", "doubts", "inputs")} == {
            key: first[key] for key in ("hours", "views", "doubts", "inputs")
        }
        assert second["stored_reads"]
        lying = {path.suffix for path in class_folder(elsewhere.home, number).rglob("*") if path.is_file()}
        assert ".mp4" not in lying, "lists are fetched, recordings are not"
        with served.as_(Role.CLERK) as clerk:
            made = [one for one in packages_of(clerk) if one["class_id"] == number]
        assert len(made) == 2
        with reading(served.service.engine, "a test") as connection:
            assert not [job for job in connection.execute(select(JOBS.c.fault)).scalars() if job]


def test_an_original_that_is_neither_here_nor_there_is_told_and_nothing_is_judged(tmp_path: Path) -> None:
    own = settings_at(sqlite_address(tmp_path / "x.db"), tmp_path / "home")
    with running(own) as served:
        number = verified(served, honest(tmp_path / "class"))
        before = newest(served, number)
        (video,) = class_folder(own.home, number).rglob("*.mp4")
        video.unlink()
        asked_anew(served, number)
        worker = worker_of(served)
        while worker.step():
            pass
        assert newest(served, number) == before
        with reading(served.service.engine, "a test") as connection:
            faults = [one for one in connection.execute(select(JOBS.c.fault)).scalars() if one]
        assert faults
        assert all("既不在本机，也不在证据库中" in one for one in faults)
