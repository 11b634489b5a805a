"""Two machines without a common folder: one is sent files and shows pages, the other verifies and seals."""

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from ingest.manifest import MANIFEST_NAME
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder, packages_folder, pictures_folder
from runtime.platform.worker import Worker
from storage.blobs.bucket import BucketBlobs
from storage.database.connection import reading
from storage.database.roll_call.rolls import outdated
from storage.database.tables.jobs import JOBS
from storage.evidence.address import make_store
from storage.evidence.s3_settings import settings_from
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.evidence_stores import RealClock
from tests.fixtures.folders import honest
from tests.fixtures.postgres import Postgres
from tests.fixtures.radosgw import Radosgw
from tests.fixtures.sealed_classes import packages_of
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.tus import uploaded

pytestmark = [pytest.mark.s3, pytest.mark.slow]
REASON = {"reason": "核对录像与花名册"}


@pytest.fixture
def served(s3_server: Radosgw, postgres_server: Postgres, tmp_path: Path) -> Iterator[Running]:
    """The machine that is sent files, with its database and both buckets elsewhere."""
    evidence, blobs = (s3_server.url(f"{kind}-{secrets.token_hex(6)}") for kind in ("evidence", "blobs"))
    make_store(evidence, s3_server.environ, RealClock())
    BucketBlobs(settings_from(blobs, s3_server.environ)).create()
    os.environ |= s3_server.environ
    address = postgres_server.new_database()
    try:
        own = settings_at(address, tmp_path / "pages", XUESHI_STORE=evidence, XUESHI_BLOBS=blobs)
        with running(own) as found:
            KeyRing(own.home / "keys").init(found.clock())
            yield found
    finally:
        postgres_server.drop(address)
        for name in s3_server.environ:
            del os.environ[name]


def elsewhere(served: Running, home: Path) -> Worker:
    """The machine that works: it has the keys, which are given by hand, and nothing else."""
    shutil.copytree(served.service.settings.home / "keys", home / "keys")
    return Worker(served.service.engine, replace(served.service.settings, home=home), served.clock)


def test_a_worker_elsewhere_verifies_and_seals_what_was_sent_here(served: Running, tmp_path: Path) -> None:
    here, there = served.service.settings.home, tmp_path / "work"
    worker = elsewhere(served, there)
    folder = honest(tmp_path / "class")
    with served.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder)
        assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
        assert worker.step(), "the verification"
        assert faults(served) == []
        with reading(served.service.engine, "a test") as connection:
            assert outdated(connection) == (), "the roll was made of the lists that lay here"
        assert worker.step(), "the sealing"
        assert faults(served) == []
        assert not worker.step()
        assert not packages_folder(here).exists()
        assert not pictures_folder(here, 1).exists()
        (package,) = packages_of(clerk)
    with served.as_(Role.INSPECTOR) as inspector:
        given(inspector, package, number)
    assert class_folder(there, number).is_dir()


def test_what_one_worker_verified_another_one_seals(served: Running, tmp_path: Path) -> None:
    verifies, seals = elsewhere(served, tmp_path / "one"), elsewhere(served, tmp_path / "other")
    folder = honest(tmp_path / "class")
    with served.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder)
        older = class_folder(seals.settings.home, number) / MANIFEST_NAME
        older.parent.mkdir(parents=True)
        older.write_text("[class]\nid = 'of an earlier verification'\n", "utf-8")
        assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
        assert verifies.step(), "the verification"
        assert seals.step(), "the sealing"
        assert faults(served) == []
        assert len(packages_of(clerk)) == 1
    assert older.read_bytes() == (class_folder(verifies.settings.home, number) / MANIFEST_NAME).read_bytes()


def faults(served: Running) -> list[str]:
    """What jobs could not be done for."""
    with reading(served.service.engine, "a test") as connection:
        return [one for one in connection.execute(select(JOBS.c.fault)).scalars() if one]


def given(client: httpx.Client, package: dict[str, object], number: int) -> None:
    """What the other machine made is shown and handed out by this one."""
    report = client.get("/api/v1/reports", params={"class_id": number}).json()["items"][0]
    document = client.get(f"/api/v1/reports/{report['id']}/document").json()
    assert [hour["status"] for hour in document["hours"]] == ["PASS"]
    drawn = client.get(f"/api/v1/reports/{report['id']}/pictures/sheet/0")
    assert (drawn.status_code, drawn.content[:3]) == (200, b"\xff\xd8\xff")
    archive = client.get(f"/api/v1/packages/{package['id']}/zip")
    assert (archive.status_code, archive.content[:2]) == (200, b"PK")
    assert b"data/report/report.html" in archive.content


def test_what_the_bucket_has_not_is_told_and_waits_for_nobody(served: Running, tmp_path: Path) -> None:
    worker = elsewhere(served, tmp_path / "work")
    folder = honest(tmp_path / "class")
    with served.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder)
        assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
        blobs = BucketBlobs(settings_from(served.service.settings.blobs, os.environ))
        lost = next(one.name for one in blobs.entries(f"classes/{number}") if one.name.endswith(".mp4"))
        blobs.delete(lost)
        while worker.step():
            pass
        assert clerk.get("/api/v1/reports", params={"class_id": number}).json()["items"] == []
    (said,) = faults(served)
    assert "既不在本机，也不在证据库中" in said
