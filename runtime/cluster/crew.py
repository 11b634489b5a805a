"""Work spread over a cluster through its futures: as many are under way as it has room for, and none counts twice."""

import logging
import pickle
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from runtime.cluster.address import ClusterAddress
from runtime.cluster.connection import CONNECTIONS, dask_library
from runtime.cluster.errors import ClusterAwayError
from runtime.cluster.limit import TaskLimit
from runtime.cluster.piece import TaskPiece
from runtime.cluster.request import ClusterAnswer, ClusterRequest, CrewWork, Ending
from runtime.cluster.version import cluster_version
from runtime.cluster.worker import do_request, keep_weights
from runtime.platform.clock import now

Task = TypeVar("Task")
Result = TypeVar("Result")
_LOG = logging.getLogger("xueshi.work")
_LISTEN_S = 5.0
_FETCH_S = 60.0
_WITHOUT_WORKERS = timedelta(minutes=1)


class ClusterCrew(Generic[Task, Result]):
    """Implements ``Crew``: each task is a future, tried again elsewhere where a child or a worker dies.

    ``urgency`` is the cluster's own priority: what somebody waits for comes before what runs by night.
    ``weights`` is this machine's folder of weights, from which a worker that lacks some is served.
    """

    def __init__(
        self, cluster: ClusterAddress, work: CrewWork[Task, Result], weights: Path, *, urgency: int = 0
    ) -> None:
        self._cluster, self._work, self._weights, self._urgency = cluster, work, weights, urgency
        self._version = cluster_version()
        self._unfit: dict[str, str] = {}
        self._limit = TaskLimit()
        self._over: SimpleQueue[Any] = SimpleQueue()

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """See ``Crew``; whoever stops listening cancels what is under way."""
        if not tasks:
            return
        client = CONNECTIONS.client(self._cluster)
        waiting = deque(TaskPiece(task) for task in tasks)
        running: dict[Any, TaskPiece[Task]] = {}
        worked_at = now()
        try:
            while waiting or running:
                slots = self._slots(client)
                worked_at = now() if slots else worked_at
                if now() - worked_at > _WITHOUT_WORKERS:
                    raise ClusterAwayError(f"{self._cluster}: got no worker that may work, expected one; {self._why()}")
                while slots and waiting and len(running) < self._limit.room(sum(slots.values())):
                    piece = waiting.popleft()
                    running[self._sent(client, piece, slots)] = piece
                for future in self._ended():
                    piece = running.pop(future)
                    ending, result = self._judged(client, piece, self._answer(future), len(running))
                    if ending is Ending.DONE:
                        yield piece.task, result
                    elif ending is Ending.DIED:
                        yield piece.task, self._work.given_up(piece.task)
                    else:
                        waiting.appendleft(piece)
        finally:
            if running and client.status == "running":
                client.cancel(list(running))

    def _slots(self, client: Any) -> dict[str, int]:  # noqa: ANN401 - Dask's own
        """How much each worker that may work does at once."""
        try:
            found: dict[str, int] = client.nthreads()
        except Exception as error:
            raise self._away(error) from error
        return {address: count for address, count in found.items() if address not in self._unfit}

    def _sent(self, client: Any, piece: TaskPiece[Task], slots: dict[str, int]) -> Any:  # noqa: ANN401 - Dask's own
        packed = pickle.dumps(ClusterRequest(self._work, piece.task))
        elsewhere = [address for address in slots if address not in piece.avoid] or list(slots)
        limited = elsewhere if piece.avoid or self._unfit else None
        piece.sent_at = now()
        try:
            future = client.submit(
                do_request, self._version, packed, pure=False, workers=limited, priority=self._urgency
            )
            future.add_done_callback(self._over.put)
        except Exception as error:
            raise self._away(error) from error
        return future

    def _ended(self) -> Iterator[Any]:
        """The futures that are over by now; none where nothing happens for a while, so that the cluster is looked at."""
        try:
            yield self._over.get(timeout=_LISTEN_S)
            while True:
                yield self._over.get_nowait()
        except Empty:
            return

    def _answer(self, future: Any) -> ClusterAnswer[Result]:  # noqa: ANN401 - Dask's own
        """What the worker says; an error of the work itself goes to whoever asked."""
        if future.status == "error":
            error = future.exception()
            if isinstance(error, dask_library().scheduler.KilledWorker):
                raise self._away(error)
            raise error
        if future.status != "finished":
            raise self._away(f"a task is {future.status}")
        try:
            answer: ClusterAnswer[Result] = future.result(timeout=_FETCH_S)
        except Exception as error:
            raise self._away(error) from error
        return answer

    def _judged(
        self,
        client: Any,  # noqa: ANN401 - Dask's own
        piece: TaskPiece[Task],
        answer: ClusterAnswer[Result],
        beside: int,
    ) -> tuple[Ending, Any]:
        """Whether it is done, or brought down its child once too often; anything else is tried again."""
        if answer.ending is Ending.LACKS:
            self._serve(client, answer.worker)
        elif fault := answer.fault * (answer.ending is Ending.STRANGE) or piece.clock_fault(answer, now()):
            _LOG.warning("%s", fault)
            self._unfit[answer.worker] = fault
        elif answer.ending in {Ending.UNFIT, Ending.AWAY}:
            _LOG.warning("%s", answer.fault)
            self._limit.shrink(beside)
            piece.refused(answer.worker, answer.fault, for_now=answer.ending is Ending.AWAY)
        elif answer.ending is Ending.DONE:
            self._limit.grow()
            return Ending.DONE, answer.result
        elif piece.died(answer.worker):
            return Ending.DIED, None
        return Ending.UNFIT, None

    def _serve(self, client: Any, worker: str) -> None:  # noqa: ANN401 - Dask's own
        """This machine's weights, sent to a worker that lacks them."""
        for name, _ in self._work.weights.files:
            client.run(keep_weights, self._work.weights, name, (self._weights / name).read_bytes(), workers=[worker])

    def _why(self) -> str:
        return "; ".join(sorted(self._unfit.values())) or "begin one with: xueshi cluster worker"

    def _away(self, error: object) -> ClusterAwayError:
        """Said once; the next who asks begins with a new line to the scheduler."""
        CONNECTIONS.forget(self._cluster)
        return ClusterAwayError(f"{self._cluster}: the cluster stopped answering ({error}); the work is tried again")
