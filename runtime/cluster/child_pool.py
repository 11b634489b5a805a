"""The children in which a worker looks: each confined to one class's recordings, kept for its next stretch, ended for another's."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from runtime.platform.child_limits import ChildLimits, Reach
from runtime.platform.environment import change_environment
from runtime.platform.worker_start import confined_start

Task = TypeVar("Task")
Result = TypeVar("Result")
_PARENT_S = 1.0


@dataclass(frozen=True, slots=True)
class Confines:
    """What one child may use and reach, and which folder of caches it takes for its own."""

    limits: ChildLimits
    reach: Reach
    cache: Path


class ChildDiedError(Exception):
    """The child was brought down by what it opened, or by its limits."""


class KeptChildren:
    """Children at rest by what they may reach; no more of them than pieces of work are done at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._resting: list[tuple[Confines, ProcessPoolExecutor]] = []

    def run(self, confines: Confines, work: Callable[[Task], Result], task: Task) -> Result:
        """What the work gives, done in a child of these confines."""
        child, asked = self._asked(confines, work, task)
        try:
            result = asked.result()
        except BrokenProcessPool as error:
            child.shutdown(wait=False)
            raise ChildDiedError from error
        except BaseException:
            self._rest(confines, child)
            raise
        self._rest(confines, child)
        return result

    def close(self) -> None:
        """Ends those at rest."""
        with self._lock:
            resting, self._resting = self._resting, []
        for _, child in resting:
            child.shutdown(wait=True)

    def _asked(
        self, confines: Confines, work: Callable[[Task], Result], task: Task
    ) -> tuple[ProcessPoolExecutor, Future[Result]]:
        """A child with the task; one that ended while it rested, by its limits, tells nothing of this task."""
        if rested := self._taken(confines):
            try:
                return rested, rested.submit(work, task)
            except BrokenProcessPool:
                rested.shutdown(wait=False)
        begun = _begun(confines)
        return begun, begun.submit(work, task)

    def _taken(self, confines: Confines) -> ProcessPoolExecutor | None:
        with self._lock:
            for place, (known, child) in enumerate(self._resting):
                if known == confines:
                    del self._resting[place]
                    return child
        return None

    def _rest(self, confines: Confines, child: ProcessPoolExecutor) -> None:
        with self._lock:
            self._resting.append((confines, child))
            left = [self._resting.pop(0)[1] for _ in range(max(len(self._resting) - self._most, 0))]
        for one in left:
            one.shutdown(wait=False)


def _begun(confines: Confines) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=partial(_begin, confines, os.getpid()))


def _begin(confines: Confines, parent: int) -> None:
    """In the child, before it hears of any task."""
    change_environment({"XDG_CACHE_HOME": str(confines.cache)})
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with suppress(ImportError):  # not on a system without resource limits
        confined_start(confines.limits, confines.reach)()


def _end_with(parent: int) -> None:
    """A worker that is killed cannot end its children."""
    while os.getppid() == parent:
        time.sleep(_PARENT_S)
    os._exit(1)
