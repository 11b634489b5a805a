"""How far a verification in the queue is, told to whoever looks at its class; no more often than people read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from facts.errors import XueshiError
from pipeline.verification.ports import LookJob, LookResult
from storage.database.connection import writing
from storage.database.jobs import Job, tell_progress

_LEAST_BETWEEN = timedelta(seconds=2)


class LostJobError(XueshiError):
    """The job was withdrawn or taken by another worker: nothing of it will be kept."""


@dataclass(slots=True)
class JobProgress:
    """Implements ``Progress``: looking is nearly all of the work, and its seconds are known before it begins."""

    engine: Engine
    clock: Callable[[], datetime]
    job: Job
    total_s: float = 0.0
    done_s: float = 0.0
    began_at: datetime | None = None
    told_at: datetime | None = None

    def planned(self, jobs: Sequence[LookJob]) -> None:
        """See ``Progress``."""
        self.total_s, self.began_at = sum(one.span.length_s for one in jobs), self.clock()

    def looked(self, job: LookJob, looked: LookResult) -> None:
        """See ``Progress``."""
        del looked
        self.done_s += job.span.length_s
        at = self.clock()
        if self.told_at and at - self.told_at < _LEAST_BETWEEN:
            return
        self.told_at = at
        share = min(self.done_s / self.total_s, 1.0) if self.total_s else 1.0
        gone = (at - self.began_at).total_seconds() if self.began_at else 0.0
        left = round(gone * (1 - share) / share) if share else 0
        with writing(self.engine, "telling how far a verification is") as connection:
            held = tell_progress(connection, self.job, int(100 * share), left)
        if not held:  # whoever listens no more ends the looking as well
            raise LostJobError(
                f"job {self.job.id}: got one of another worker or withdrawn, expected one that is held here"
            )


class Unheard:
    """Implements ``Progress`` for work that nobody watches."""

    def planned(self, jobs: Sequence[LookJob]) -> None:
        """See ``Progress``."""

    def looked(self, job: LookJob, looked: LookResult) -> None:
        """See ``Progress``."""
