"""``/readyz`` tells whoever watches when the service answers and yet does not do its work."""

from datetime import timedelta

from runtime.platform.worker import Worker
from storage.database.connection import writing
from storage.database.jobs import lease
from storage.evidence_log.ledger import QUEUED
from tests.fixtures.log_keeper import leaf
from tests.fixtures.queued_job import queued_job
from tests.fixtures.service import Running


def told(running: Running) -> dict[str, str]:
    with running.client() as client:
        answer = client.get("/readyz")
    found: dict[str, str] = answer.json()
    assert answer.status_code == (503 if found["status"] == "refusing" else 200)
    return found


def worked(running: Running) -> None:
    Worker(running.service.engine, running.service.settings, running.clock).step()


def test_a_worker_that_was_never_seen_or_fell_silent_is_told(running_service: Running) -> None:
    assert told(running_service)["status"] == "degraded"
    assert "start one" in told(running_service)["worker"]
    worked(running_service)
    good = told(running_service)
    assert (good["status"], good["worker"], good["queue"], good["clock"]) == ("ready", "good", "good", "good")
    assert good["confinement"]
    running_service.clock.ahead += timedelta(minutes=3)
    silent = told(running_service)
    assert silent["status"] == "degraded"
    assert "no worker was seen since" in silent["worker"]


def test_a_queue_that_stands_is_told_and_one_that_is_worked_at_is_not(running_service: Running) -> None:
    queued_job(running_service)
    assert told(running_service)["queue"] == "good"
    running_service.clock.ahead += timedelta(minutes=6)
    assert "nobody takes the job" in told(running_service)["queue"]
    with writing(running_service.service.engine, "test") as connection:
        assert lease(connection, "one", running_service.clock())
    assert told(running_service)["queue"] == "good"


def test_a_clock_that_refuses_writes_is_told_as_long_as_it_does(running_service: Running) -> None:
    worked(running_service)
    running_service.clock.ahead += timedelta(days=3)
    running_service.service.log.append([leaf(1, at=running_service.clock())])
    running_service.clock.ahead -= timedelta(days=3)
    refusing = told(running_service)
    assert refusing["status"] == "refusing"
    assert "check this machine's clock" in refusing["clock"]
    running_service.clock.ahead += timedelta(days=3) - QUEUED / 2
    worked(running_service)
    assert told(running_service)["clock"] == "good"
