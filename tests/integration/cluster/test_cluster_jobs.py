"""The service with a cluster: a job waits for it however long it is away, and is done once it is there."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.accounts.rights import Role
from runtime.platform.job_process import do_apart
from runtime.platform.worker import Worker
from storage.database import jobs
from storage.database.connection import sqlite_address
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.cluster import cluster
from tests.fixtures.folders import honest
from tests.fixtures.service import running, settings_at
from tests.fixtures.tus import uploaded

pytestmark = pytest.mark.slow


def test_a_class_is_verified_by_a_cluster_and_waits_while_it_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUESHI_CACHE", str(tmp_path / "cache"))  # nothing of it was looked at before
    folder, home = honest(tmp_path / "class"), tmp_path / "home"
    with cluster(tmp_path / "cluster", workers=1) as made:
        more = {"XUESHI_ENGINE": str(made.address), "XUESHI_ENGINE_CERTIFICATES": str(made.address.certificates)}
        address = sqlite_address(home / "xueshi.db")
        with running(settings_at(address, home, **more)) as service:
            KeyRing(home / "keys").init(service.clock())
            with service.as_(Role.CLERK) as clerk:
                number = uploaded(clerk, folder)
                asked = clerk.post(f"/api/v1/classes/{number}/verifications").json()["id"]
                away = settings_at(address, home, **more | {"XUESHI_ENGINE": "dask+tls://127.0.0.1:9"})
                for _ in range(jobs.MOST_ATTEMPTS + 2):
                    assert Worker(service.service.engine, away, service.clock, do_apart).step()
                    service.clock.ahead += timedelta(minutes=2)
                    waits = clerk.get(f"/api/v1/jobs/{asked}").json()
                    assert "got no answer" in waits["fault"]
                    assert waits["state"] == "waiting"
                assert Worker(service.service.engine, service.service.settings, service.clock, do_apart).step()
                job = clerk.get(f"/api/v1/jobs/{asked}").json()
                assert (job["state"], job["fault"]) == ("done", "")
                found = clerk.get("/api/v1/verdicts", params={"class_id": number}).json()["items"]
                assert [one["status"] for one in found] == ["PASS"]
