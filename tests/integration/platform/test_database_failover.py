"""PostgreSQL dies and is up again, as when a standby takes over: a clear line meanwhile, then everything once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pipeline.accounts.rights import Role
from runtime.platform.service import Clock
from runtime.platform.settings import Settings
from runtime.platform.worker import Worker
from storage.database.accounts.accounts import add_institution, institutions
from storage.database.connection import reading, writing
from storage.database.errors import DatabaseLostError
from storage.database.jobs import Job, JobState, jobs
from tests.fixtures.postgres import Postgres, PostgresServer, postgres_process, programs
from tests.fixtures.queued_job import queued_job
from tests.fixtures.service import Running, running, settings_at

SCHOOL = "切换之后的学校"


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """One of this test alone, because it is killed."""
    found = programs()
    if found is None:
        pytest.skip("needs PostgreSQL: tests/fixtures/install_postgres.sh")
    with postgres_process(found, durable=True) as made:
        yield made


@pytest.fixture
def served(server: PostgresServer, tmp_path: Path) -> Iterator[Running]:
    """A service on it."""
    assert server.process
    address = Postgres(server.port, server.process.pid).new_database()
    with running(settings_at(address, tmp_path / "home")) as found:
        yield found


def schools(served: Running) -> int:
    """How often the job's own row is there."""
    with reading(served.service.engine, "test") as connection:
        return sum(one.name == SCHOOL for one in institutions(connection))


def job_of(served: Running) -> Job:
    with reading(served.service.engine, "test") as connection:
        return jobs(connection)[0]


def test_a_job_whose_database_failed_over_is_done_once_and_whoever_asks_is_told(
    server: PostgresServer, served: Running
) -> None:
    number = queued_job(served)
    deaths = [1]

    def doing(engine: Engine, _settings: Settings, clock: Clock, _job: Job) -> bool:
        with writing(engine, "keeping what the job made") as connection:
            add_institution(connection, SCHOOL, "", "山西省阳泉市平定县", clock())
            if deaths.pop() if deaths else 0:
                server.kill()  # between the last statement and the word that it is kept
        return True

    worker = Worker(served.service.engine, served.service.settings, served.clock, doing)
    with served.as_(Role.CLERK) as clerk:
        with pytest.raises(DatabaseLostError, match="try again"):
            worker.step()
        away = clerk.get(f"/api/v1/classes/{number}")
        assert (away.status_code, away.json()["code"]) == (503, "UNAVAILABLE"), away.text
        assert away.json()["remedy"]
        assert clerk.get("/readyz").status_code == 503
        server.start()
        assert clerk.get(f"/api/v1/classes/{number}").status_code == 200, "the session and the class are still there"
    assert (schools(served), job_of(served).state) == (0, JobState.RUNNING)
    assert not worker.step(), "it is held until its lease runs out"
    served.clock.ahead += timedelta(hours=1)
    assert worker.step()
    job = job_of(served)
    assert (schools(served), job.attempts) == (1, 2)
    served.service.log.verify()
