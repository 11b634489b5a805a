"""Many small writes in few transactions: each transaction takes everything that is waiting by then."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Written = TypeVar("Written")

MOST_AT_ONCE = 256


class GroupCommit(Generic[Item, Written]):
    """One writer thread; a future is done when its item is durable, and fails when its transaction did."""

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Written]], name: str) -> None:
        self._write = write
        self._waiting: queue.SimpleQueue[tuple[Item, Future[Written]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: Item) -> Future[Written]:
        """Queue the item for the next transaction."""
        future: Future[Written] = Future()
        self._waiting.put((item, future))
        return future

    def close(self) -> None:
        """Write everything that is waiting, then end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._batch()
            if batch:
                self._commit(batch)

    def _batch(self) -> tuple[list[tuple[Item, Future[Written]]], bool]:
        """The next item and all others that are waiting; and whether the writer goes on afterwards."""
        batch: list[tuple[Item, Future[Written]]] = []
        entry = self._waiting.get()
        while entry is not None:
            batch.append(entry)
            if len(batch) == MOST_AT_ONCE:
                return batch, True
            try:
                entry = self._waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: Sequence[tuple[Item, Future[Written]]]) -> None:
        try:
            kept = self._write([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, each waiting caller gets it instead of waiting for ever
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), one in zip(batch, kept, strict=True):
            future.set_result(one)
