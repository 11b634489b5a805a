"""Work spread over processes; a worker that dies costs only the attempts that were running."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Generic, TypeVar

from runtime.platform.crew import MOST_TRIES

Task = TypeVar("Task")
Result = TypeVar("Result")


class ProcessPool(Generic[Task, Result]):
    """Implements ``Crew``: runs one function over many tasks on ``workers`` processes; with one worker, here and now unless ``apart``.

    ``begin`` is what each process does before it hears of any task.
    """

    def __init__(
        self,
        work: Callable[[Task], Result],
        given_up: Callable[[Task], Result],
        workers: int,
        *,
        apart: bool = False,
        begin: Callable[[], None] | None = None,
    ) -> None:
        self._work = work
        self._given_up = given_up
        self._workers = max(workers, 1)
        self._apart = apart
        self._begin = begin

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """Each task with its result as soon as it is there; one that kills its worker three times is given up."""
        if not self._apart and (self._workers == 1 or len(tasks) <= 1):
            for task in tasks:
                yield task, self._work(task)
            return
        attempts = dict.fromkeys(range(len(tasks)), 0)
        while attempts:
            for index in [index for index, tried in attempts.items() if tried >= MOST_TRIES]:
                del attempts[index]
                yield tasks[index], self._given_up(tasks[index])
            if not attempts:
                return
            for index, result in self._round(tasks, attempts):
                del attempts[index]
                yield tasks[index], result

    def _round(self, tasks: Sequence[Task], attempts: dict[int, int]) -> Iterator[tuple[int, Result]]:
        """One executor: it ends when all is done or a worker died; unfinished tasks are left for the next round."""
        alone = any(attempts.values())
        workers = 1 if alone else min(self._workers, len(attempts))
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=self._begin)
        try:
            waiting = list(attempts)
            running: dict[Future[Result], int] = {}
            while waiting or running:
                while waiting and len(running) < workers:
                    index = waiting.pop(0)
                    attempts[index] += 1
                    running[pool.submit(self._work, tasks[index])] = index
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    index = running.pop(future)
                    yield index, future.result()
        except BrokenProcessPool:
            return
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
