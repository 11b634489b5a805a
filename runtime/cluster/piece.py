"""One task on its way through a cluster, and what has befallen it so far."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from facts.errors import SetupError
from runtime.cluster.errors import ClusterAwayError
from runtime.cluster.request import ClusterAnswer
from runtime.platform.crew import MOST_TRIES

Task = TypeVar("Task")
MOST_OFF = timedelta(minutes=1)  # more than this no worker's clock may be off
_MOST_REFUSALS = 5


@dataclass(slots=True)
class TaskPiece(Generic[Task]):
    """A task, how often it brought a child down or was refused, and the workers that did."""

    task: Task
    sent_at: datetime | None = None
    deaths: int = 0
    refusals: int = 0
    avoid: set[str] = field(default_factory=set)

    def died(self, worker: str) -> bool:
        """It brought a child down there; whether that was once too often."""
        self.deaths += 1
        self.avoid.add(worker)
        return self.deaths >= MOST_TRIES

    def refused(self, worker: str, fault: str, *, for_now: bool = False) -> None:
        """It could not be looked at there; whoever asked learns it where it can be nowhere, or ``for_now`` at none."""
        self.refusals += 1
        self.avoid.add(worker)
        if self.refusals >= _MOST_REFUSALS:
            raise (ClusterAwayError if for_now else SetupError)(fault)

    def clock_fault(self, answer: ClusterAnswer[Any], here: datetime) -> str:
        """A beginning before the task was sent, or after its answer was here, tells of a clock that is off."""
        began, sent = answer.began_at, self.sent_at or answer.began_at
        if sent - MOST_OFF <= began <= here + MOST_OFF:
            return ""
        off = began - here if began > here else sent - began
        return (
            f"{answer.worker}: got a clock that is off by at least {int(off.total_seconds())} s, expected the time of this"
            " machine; set it right and begin the worker again"
        )
