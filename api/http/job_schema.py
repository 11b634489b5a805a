"""A job of the queue as the API shows it, for every subject that lets somebody ask for one."""

from datetime import datetime

from pydantic import BaseModel

from storage.database.jobs import Job, JobState


class JobShape(BaseModel):
    """One verification: how far it is, and what was wrong with it."""

    id: int
    class_id: int
    kind: str
    state: JobState
    attempts: int
    made_at: datetime
    done_at: datetime | None
    fault: str
    percent: int | None = None
    left_s: int | None = None


def job_shape(found: Job) -> JobShape:
    """The job as the API shows it."""
    return JobShape(
        id=found.id,
        class_id=found.class_id,
        kind=found.kind,
        state=found.state,
        attempts=found.attempts,
        made_at=found.made_at,
        done_at=found.done_at,
        fault=found.fault,
        percent=found.percent,
        left_s=found.left_s,
    )
