"""A recording is served from its class's folder and, once that is emptied, from the evidence store by its version."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from storage.database.connection import sqlite_address
from storage.evidence.address import make_store, open_store
from storage.retention.register import EvidenceRegister
from tests.fixtures.evidence_stores import RealClock
from tests.fixtures.radosgw import Radosgw
from tests.fixtures.sealed_classes import sealed
from tests.fixtures.sealed_packages import papers
from tests.fixtures.service import Running, running, settings_at

REASON = {"reason": "核对录像与花名册"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return papers(tmp_path_factory.mktemp("papers")).folder


def emptied(served: Running, folder: Path) -> tuple[int, dict[str, object], bytes]:
    """A sealed class whose folder is gone; one of its files, and the bytes that it had."""
    number = sealed(served, folder)
    place = class_folder(served.service.settings.home, number)
    with served.as_(Role.CLERK) as clerk:
        file = clerk.get(f"/api/v1/classes/{number}/files").json()["items"][0]
    data = (place / file["name"]).read_bytes()
    shutil.rmtree(place)
    return number, file, data


@contextmanager
def looking(served: Running, number: int) -> Iterator[httpx.Client]:
    with served.as_(Role.INSPECTOR) as inspector:
        for kind in ("face", "identity"):
            assert inspector.post(f"/api/v1/classes/{number}/looks/{kind}", json=REASON).status_code == 201
        yield inspector


def served_from_the_store(client: httpx.Client, file: dict[str, object], data: bytes) -> None:
    address = f"/api/v1/files/{file['id']}/content"
    whole = client.get(address)
    assert (whole.status_code, whole.content) == (200, data)
    assert whole.headers["content-length"] == str(len(data))
    part = client.get(address, headers={"range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, data[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(data)}"
    assert client.get(address, headers={"range": "bytes=-50"}).content == data[-50:]
    assert client.get(address, headers={"range": f"bytes={len(data)}-"}).status_code == 416


def test_where_the_folder_was_emptied_the_local_store_gives_the_bytes(running_service: Running, folder: Path) -> None:
    number, file, data = emptied(running_service, folder)
    with looking(running_service, number) as inspector:
        served_from_the_store(inspector, file, data)
        shutil.rmtree(running_service.service.settings.store + "/objects")
        gone = inspector.get(f"/api/v1/files/{file['id']}/content")
        assert (gone.status_code, gone.json()["code"]) == (404, "GONE")


@pytest.fixture
def bucket_keys(s3_server: Radosgw) -> Iterator[None]:
    """The store's keys where the service looks for them: in the environment of its process."""
    os.environ |= s3_server.environ
    yield
    for name in s3_server.environ:
        del os.environ[name]


@pytest.mark.s3
@pytest.mark.usefixtures("bucket_keys")
@pytest.mark.parametrize("links", [False, True], ids=["streamed", "linked"])
def test_a_bucket_gives_the_bytes_and_browsers_are_sent_there_only_where_settings_allow(
    s3_server: Radosgw,
    folder: Path,
    tmp_path: Path,
    links: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    url = s3_server.url(f"xueshi-served-{'linked' if links else 'streamed'}")
    make_store(url, s3_server.environ, RealClock())
    own = settings_at(sqlite_address(tmp_path / "x.db"), tmp_path / "home", XUESHI_STORE=url)
    with running(replace(own, store_links=links)) as served:
        number, file, data = emptied(served, folder)
        store = open_store(url, s3_server.environ, RealClock())
        (kept,) = EvidenceRegister(served.service.engine).where(store.url, str(file["sha256"]))
        assert kept.version_id, "a bucket with locks has versions, and reads name them"
        with looking(served, number) as inspector:
            if not links:
                served_from_the_store(inspector, file, data)
                return
            sent = inspector.get(f"/api/v1/files/{file['id']}/content")
            assert (sent.status_code, sent.headers["cache-control"]) == (307, "no-store")
            assert kept.version_id in sent.headers["location"]
            origin = f"http://{s3_server.endpoint}"
            assert sent.headers["location"].startswith(origin)
            assert f"media-src 'self' {origin} blob:;" in sent.headers["content-security-policy"]
        part = httpx.get(sent.headers["location"], headers={"range": "bytes=100-299"}, trust_env=False)
        assert (part.status_code, part.content) == (206, data[100:300])
