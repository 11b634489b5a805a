"""What is sent to a worker with one piece of work, and what comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from runtime.cluster.recording_place import RecordingPlace
from runtime.cluster.weights import WeightsSet
from runtime.platform.child_limits import ChildLimits

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CrewWork(Generic[Task, Result]):
    """Work for many tasks: what does one, within which limits, what stands for one that was given up.

    ``needs`` names the recordings of one task; ``moved`` gives the task with the paths that they have on another machine.
    ``beside`` are all recordings of the class: one child goes on from task to task and reaches them all.
    """

    work: Callable[[Task], Result]
    given_up: Callable[[Task], Result]
    limits: ChildLimits
    needs: Callable[[Task], tuple[Path, ...]]
    moved: Callable[[Task, Mapping[Path, Path]], Task]
    beside: tuple[RecordingPlace, ...]
    weights: WeightsSet = field(default_factory=WeightsSet)


@dataclass(frozen=True, slots=True)
class ClusterRequest(Generic[Task, Result]):
    """One task with its work."""

    work: CrewWork[Task, Result]
    task: Task


class Ending(StrEnum):
    """How a request ended on a worker."""

    DONE = "done"
    DIED = "died"  # its child was brought down
    LACKS = "lacks"  # weights have to be sent first
    UNFIT = "unfit"  # this worker lacks what was to be looked at
    AWAY = "away"  # the shared blobs did not answer this worker
    STRANGE = "strange"  # this worker is of another version


@dataclass(frozen=True, slots=True)
class ClusterAnswer(Generic[Result]):
    """What became of a request, at which address, and when the worker's own clock said that it began."""

    ending: Ending
    began_at: datetime
    worker: str
    result: Result | None = None
    fault: str = ""
