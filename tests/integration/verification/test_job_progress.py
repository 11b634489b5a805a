"""How far a verification in the queue is: told by who holds the job, no oftener than people read, shown on the class."""

from datetime import timedelta

import pytest

from facts.digest import Digest
from facts.sighting import View
from facts.span import Span
from pipeline.accounts.rights import Role
from pipeline.verification.ports import LookJob, LookResult
from runtime.verification.job_progress import JobProgress, LostJobError
from storage.database import jobs
from storage.database.connection import reading, writing
from storage.database.jobs import Job
from storage.database.tables.jobs import JOBS
from tests.fixtures.sample_service import seeded
from tests.fixtures.service import Running


def held(running: Running, number: int) -> Job:
    with writing(running.service.engine, "test") as connection:
        made = jobs.enqueue(connection, "verify", f"progress {number}", number, running.clock())
        job = jobs.lease(connection, "worker", running.clock(), made.id)
    assert job
    return job


def stretches(running: Running) -> list[LookJob]:
    start = running.clock()
    return [
        LookJob(f"h{index}", "CH02", Span(start, start + timedelta(minutes=10 * (index + 1))), (), Digest.of(b"seed"))
        for index in range(3)
    ]


def told(running: Running, job: Job) -> tuple[int | None, int | None]:
    with reading(running.service.engine, "test") as connection:
        found = jobs.jobs(connection, JOBS.c.id == job.id)[0]
    return found.percent, found.left_s


def seen(job: LookJob) -> LookResult:
    return LookResult(View(job.camera_id, job.span))


def test_percent_and_time_left_reach_the_class_s_page(running_service: Running) -> None:
    number = seeded(running_service)
    job = held(running_service, number)
    moment = [running_service.clock()]  # stands still: a busy machine must not age what was told a moment ago
    progress = JobProgress(running_service.service.engine, lambda: moment[0], job)
    wanted = stretches(running_service)
    progress.planned(wanted)
    assert told(running_service, job) == (None, None)
    moment[0] += timedelta(seconds=30)
    progress.looked(wanted[0], seen(wanted[0]))
    percent, left = told(running_service, job)
    assert percent == 16, "ten minutes of sixty"
    assert left == 150, "half a minute took a sixth of it"
    with running_service.as_(Role.CLERK) as clerk:
        assert "16% · 约剩" in clerk.get(f"/classes/{number}").text
        assert clerk.get(f"/api/v1/jobs/{job.id}").json()["percent"] == 16
    progress.looked(wanted[1], seen(wanted[1]))
    assert told(running_service, job)[0] == 16, "told a moment ago"
    moment[0] += timedelta(seconds=3)
    progress.looked(wanted[2], seen(wanted[2]))
    assert told(running_service, job) == (100, 0)


def test_a_worker_that_lost_its_job_tells_nothing(running_service: Running) -> None:
    number = seeded(running_service)
    job = held(running_service, number)
    running_service.clock.ahead += jobs.LEASE + timedelta(seconds=1)
    with writing(running_service.service.engine, "test") as connection:
        assert jobs.lease(connection, "another", running_service.clock(), job.id)
    progress = JobProgress(running_service.service.engine, running_service.clock, job)
    wanted = stretches(running_service)
    progress.planned(wanted)
    with pytest.raises(LostJobError, match="expected one that is held here"):  # so that its looks end as well
        progress.looked(wanted[0], seen(wanted[0]))
    assert told(running_service, job) == (None, None)
