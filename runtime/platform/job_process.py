"""What does the jobs of each kind, and the process of its own in which a job is done."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from facts.errors import InternalError
from runtime.platform.child_process import in_own_process
from runtime.platform.database import database_at
from runtime.platform.settings import Settings
from runtime.reviews.enqueue import JUDGE_AGAIN
from runtime.sealing.enqueue import SEAL
from runtime.uploads.media_import import IMPORT, MediaImporter
from runtime.verification.queue import VERIFY
from storage.database.jobs import Job

Clock = Callable[[], datetime]
_HOUR_S = 3600
# However alive its process looks, a job that takes longer is ended: the largest real ones take a quarter of it.
LONGEST_S = {VERIFY: 12 * _HOUR_S, JUDGE_AGAIN: 2 * _HOUR_S, SEAL: 12 * _HOUR_S, IMPORT: 24 * _HOUR_S}


class JobWork(Protocol):
    """Does the jobs of one kind."""

    def do(self, job: Job) -> bool:
        """Whether the result was kept; false where another worker holds the job by now."""


def work_of(kind: str) -> Callable[[Engine, Settings, Clock], JobWork]:
    """Imported with the first job of a kind: a service that only answers requests never loads video and pictures."""
    if kind == IMPORT:
        return MediaImporter
    if kind == SEAL:
        from runtime.sealing.job import Sealer  # noqa: PLC0415 - see above

        return Sealer
    if kind == VERIFY:
        from runtime.verification.job import ClassVerifier  # noqa: PLC0415 - see above

        return ClassVerifier
    if kind == JUDGE_AGAIN:
        from runtime.reviews.job import ClassJudge  # noqa: PLC0415 - see above

        return ClassJudge
    raise InternalError(
        f"job kind {kind}: got no work of this name, expected {VERIFY}, {IMPORT}, {SEAL} or {JUDGE_AGAIN}"
    )


def do_here(engine: Engine, settings: Settings, clock: Clock, job: Job) -> bool:
    """In this very process, which it may take down with it."""
    return work_of(job.kind)(engine, settings, clock).do(job)


def do_apart(engine: Engine, settings: Settings, clock: Clock, job: Job) -> bool:
    """In a process of its own that is ended when it takes too long; nobody else's work dies with it."""
    del engine  # a connection cannot be shared with another process
    return in_own_process(LONGEST_S[job.kind], f"任务 job {job.id}", _do, settings, clock, job)


def _do(settings: Settings, clock: Clock, job: Job) -> bool:
    engine = database_at(settings.home, settings.database)
    try:
        return do_here(engine, settings, clock, job)
    finally:
        engine.dispose()
