"""Whatever breaks one step of the worker, the jobs after it are done."""

import time
from datetime import datetime

from runtime.platform.worker import Worker
from storage.database.connection import reading
from storage.database.jobs import JobState, jobs
from storage.database.tables.jobs import JOBS
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
