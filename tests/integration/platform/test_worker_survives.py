"""Whatever breaks one step of the worker, the jobs after it are done."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from facts.errors import SetupError
from runtime.cluster.errors import ClusterAwayError
from runtime.platform.child_process import in_own_process
from runtime.platform.job_process import do_apart
from runtime.platform.range_broker import LostRangeError
from runtime.platform.worker import Worker
from storage.database.connection import reading
from storage.database.jobs import Job, JobState, jobs
from storage.database.tables.jobs import JOBS
from storage.evidence.errors import StoreLostError
from tests.fixtures import hostile_work
from tests.fixtures.queued_job import queued_job
from tests.fixtures.service import Running


def test_a_worker_whose_step_breaks_goes_on(running_service: Running) -> None:
    number = queued_job(running_service)
    broken = [3]

    def clock() -> datetime:
        if broken[0]:
            broken[0] -= 1
            raise OverflowError("cannot convert float infinity to integer")
        return running_service.clock()

    worker = Worker(running_service.service.engine, running_service.service.settings, clock)
    worker.start()
    try:
        waited = time.monotonic() + 60
        while time.monotonic() < waited:
            with reading(running_service.service.engine, "test") as connection:
                (job,) = jobs(connection, JOBS.c.class_id == number, JOBS.c.kind == "verify")
            if job.state in {JobState.DONE, JobState.FAILED} or job.fault:
                return
            time.sleep(0.1)
        raise AssertionError(f"the job still waits: {job.state}")
    finally:
        worker.stop()


def job_of(running: Running) -> Job:
    with reading(running.service.engine, "test") as connection:
        return jobs(connection)[0]


@pytest.mark.parametrize(
    ("work", "wall_s", "told"),
    [
        (hostile_work.crash, 300, "SIGSEGV"),
        (hostile_work.leave, 300, "StoppedWorkError"),
        (hostile_work.break_down, 300, "OverflowError"),
        (hostile_work.spin, 1, "StoppedWorkError"),
    ],
)
def test_a_job_that_breaks_three_times_is_put_aside_with_a_number_and_the_next_is_done(
    work: Callable[[], None], wall_s: int, told: str, running_service: Running
) -> None:
    queued_job(running_service)
    service, clock = running_service.service, running_service.clock

    def breaking(*_: object) -> bool:
        in_own_process(wall_s, "任务 job 1", work)
        return True

    worker = Worker(service.engine, service.settings, clock, breaking)
    for attempt in (1, 2, 3):
        assert worker.step()
        job = job_of(running_service)
        assert (job.attempts, job.state) == (attempt, JobState.FAILED if attempt == 3 else JobState.WAITING)
        assert re.search(r"编号 [0-9a-f]{8}", job.fault)
        assert told in job.fault
        clock.ahead += timedelta(hours=1)
    assert "已放在一边" in job_of(running_service).fault
    assert not worker.step()


@pytest.mark.parametrize("error", [StoreLostError, LostRangeError, ClusterAwayError])
def test_what_comes_back_costs_a_job_no_attempt(error: type[SetupError], running_service: Running) -> None:
    queued_job(running_service)
    service, clock = running_service.service, running_service.clock
    away = [True] * 5

    def waiting(*_: object) -> bool:
        if away:
            away.pop()
            raise error("s3+http://nowhere/evidence: the server could not be reached")
        return True

    worker = Worker(service.engine, service.settings, clock, waiting)
    for _ in range(5):
        assert worker.step()
        job = job_of(running_service)
        assert (job.attempts, job.state) == (0, JobState.WAITING)
        assert "could not be reached" in job.fault
        clock.ahead += timedelta(minutes=2)
    assert worker.step()
    assert not away


def test_a_job_is_done_apart_with_the_services_settings_and_clock(running_service: Running) -> None:
    queued_job(running_service)
    service = running_service.service
    assert Worker(service.engine, service.settings, running_service.clock, do_apart).step()
    job = job_of(running_service)
    assert job.state is JobState.FAILED, "its class's file is nowhere, which is told as ever"
    assert "expected the file here or there" in job.fault
