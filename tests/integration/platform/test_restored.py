"""A service that was restored on another machine from what docs/operations.md lists opens, verifies and serves."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.rights import Role
from runtime.platform.backup import backup, restore
from runtime.sealing.package_check import PackageCheckRequest, check
from storage.database.connection import sqlite_address
from tests.fixtures.paths import ROOT
from tests.fixtures.postgres import Postgres, programs
from tests.fixtures.sealed_packages import papers
from tests.fixtures.service import Running, running, settings_at
from tests.integration.sealing.test_package_routes import listed, sealed

FOLDERS = ("classes", "evidence", "keys", "packages", "pictures", "stamps", "uploads")
PASSING = {"cache", "previews"}  # drawn anew when somebody asks


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the same kind."""
    if shutil.which("pg_dump") is None or programs() is None:
        pytest.skip("needs PostgreSQL's client programs")
    if database_url.startswith("sqlite"):
        yield sqlite_address(tmp_path / "again" / "xueshi.db")
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    address = server.new_database()
    yield address
    server.drop(address)


def test_the_page_on_operations_names_every_folder_that_a_service_fills() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert set(re.findall(r"`HOME/([a-z]+)`", text)) >= {*FOLDERS, *PASSING}


def test_a_restored_service_opens_verifies_its_log_and_serves_what_it_had(
    running_service: Running, elsewhere: str, tmp_path: Path
) -> None:
    number = sealed(running_service, papers(tmp_path / "papers").folder)
    home, service = running_service.service.settings.home, running_service.service
    there = {path.name for path in home.iterdir() if path.is_dir()}
    assert there <= {*FOLDERS, *PASSING}, "a folder that no backup would have"
    kept = backup(service.settings.database, tmp_path / "x.backup")
    for name in sorted(there & set(FOLDERS)):
        shutil.copytree(home / name, tmp_path / "second" / name)
    restore(elsewhere, kept.file)
    with running(settings_at(elsewhere, tmp_path / "second")) as again:
        again.service.log.verify()
        assert again.service.log.root(kept.leaves).hex() == kept.root
        with again.as_(Role.INSPECTOR) as inspector:
            for kind in ("face", "identity"):
                inspector.post(f"/api/v1/classes/{number}/looks/{kind}", json={"reason": "恢复演练"})
            for file in inspector.get(f"/api/v1/classes/{number}/files").json()["items"]:
                data = inspector.get(f"/api/v1/files/{file['id']}/content").content
                assert hashlib.sha256(data).hexdigest() == file["sha256"]
            made = listed(inspector, class_id=number)
            (tmp_path / "p.zip").write_bytes(inspector.get(f"/api/v1/packages/{made[0]['id']}/zip").content)
    assert check(PackageCheckRequest(tmp_path / "p.zip", recompute=True)).sound
