"""The worker: takes jobs from the database and does them, in the service's own process or on another machine."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine

from facts.errors import InputError, InternalError, RulebookError, SetupError, XueshiError
from runtime.evidence_log.head_signature import sign_if_grown
from runtime.notifications.delivery import deliver_due
from runtime.platform.folders import placeless, uploads_folder
from runtime.platform.settings import Settings
from runtime.retention.cleanup import clean_up
from runtime.reviews.enqueue import JUDGE_AGAIN
from runtime.roll_call.rolls import refresh_rolls
from runtime.sealing.enqueue import SEAL
from runtime.uploads.media_import import IMPORT, MediaImporter
from runtime.verification.queue import VERIFY
from storage.database import jobs
from storage.database.connection import reading, writing
from storage.database.jobs import Job
from storage.database.uploads import forget_lapsed
from storage.uploads.partial_file import PartialFile

_LOG = logging.getLogger("xueshi.work")
_REST_S = 1.0
_HEARTBEAT_S = jobs.LEASE.total_seconds() / 4
_SWEEP_EVERY = timedelta(minutes=10)
_TIDY_EVERY = timedelta(days=1)
_LISTS_EVERY = timedelta(seconds=5)
Clock = Callable[[], datetime]


class JobWork(Protocol):
    """Does the jobs of one kind."""

    def do(self, job: Job) -> bool:
        """Whether the result was kept; false where another worker holds the job by now."""


def _work_of(kind: str) -> Callable[[Engine, Settings, Clock], JobWork]:
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


@dataclass
class Worker:
    """One loop over the queue; killed at any moment, its lease runs out and another finishes the job."""

    engine: Engine
    settings: Settings
    clock: Clock
    name: str = field(default_factory=lambda: secrets.token_hex(16))
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _swept_at: datetime | None = None
    _listed_at: datetime | None = None
    _tidied_at: datetime | None = None

    def start(self) -> None:
        """Works in threads of this process until ``stop``; a long verification holds no delivery up."""
        for doing in (self.step, self.deliver):
            thread = threading.Thread(target=self._run, args=(doing,), name=f"xueshi-{doing.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, wait_s: float = 2.0) -> None:
        """Takes no further job; one under way that does not end in time is somebody else's once its lease is over."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(wait_s)

    def step(self) -> bool:
        """One job; whether there was one."""
        self._sweep()
        self._refresh()
        with reading(self.engine, "looking for a job") as connection:
            if not jobs.due(connection, self.clock()):
                return False
        with writing(self.engine, "taking a job") as connection:
            job = jobs.lease(connection, self.name, self.clock())
        if job is None:
            return False
        if job.attempts > jobs.MOST_ATTEMPTS:
            self._failed(job, "its workers died each time", for_good=True)
        else:
            self._do(job)
        return True

    def deliver(self) -> bool:
        """Whatever is to be sent; whether there was anything."""
        return deliver_due(self.engine, self.settings, self.clock) > 0

    def _run(self, doing: Callable[[], bool]) -> None:
        """Works until it is stopped; a database that is away is waited for."""
        while not self._stopping.is_set():
            try:
                busy = doing()
            except Exception:  # noqa: BLE001 - whatever breaks a step, the next ones must be done
                _LOG.exception("the worker could not go on; it tries again")
                busy = False
            if not busy:
                self._stopping.wait(_REST_S)

    def _do(self, job: Job) -> None:
        with self._alive(job):
            try:
                kept = _work_of(job.kind)(self.engine, self.settings, self.clock).do(job)
            except (InputError, RulebookError) as error:
                self._failed(job, str(error), for_good=True)
            except SetupError as error:
                self._put_off(job, str(error))
            except Exception as error:  # noqa: BLE001 - one class that breaks the program must not end the queue
                _LOG.exception("job %s failed", job.id)
                self._failed(job, f"{type(error).__name__}: {error}", for_good=False)
            else:
                _LOG.info("job %s %s", job.id, "done" if kept else "was finished by another worker")
                sign_if_grown(self.engine, self.settings, self.clock())

    def _failed(self, job: Job, fault: str, *, for_good: bool) -> None:
        with writing(self.engine, "noting a failed job") as connection:
            jobs.fail(connection, job, placeless(fault, self.settings.home), self.clock(), for_good=for_good)

    def _put_off(self, job: Job, fault: str) -> None:
        """Evidence waits for its key, its disk or its store however long it takes; a verification is given up in time."""
        _LOG.warning("job %s waits: %s", job.id, placeless(fault, self.settings.home))
        if job.kind != SEAL:
            self._failed(job, fault, for_good=False)
            return
        with writing(self.engine, "putting a job off") as connection:
            jobs.wait(connection, job, placeless(fault, self.settings.home), self.clock())

    @contextmanager
    def _alive(self, job: Job) -> Iterator[None]:
        """Keeps the lease while the work goes on."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(_HEARTBEAT_S):
                try:
                    with writing(self.engine, "keeping a lease") as connection:
                        jobs.prolong(connection, job, self.clock())
                except XueshiError:
                    _LOG.warning("job %s: the lease could not be kept", job.id)

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _refresh(self) -> None:
        """Rolls follow the lists that were uploaded, soon enough for the next class hour."""
        at = self.clock()
        if self._listed_at is None or not timedelta() <= at - self._listed_at < _LISTS_EVERY:
            self._listed_at = at
            refresh_rolls(self.engine, self.settings.home, self.clock)

    def _sweep(self) -> None:
        at = self.clock()
        if self._swept_at and at - self._swept_at < _SWEEP_EVERY:
            return
        self._swept_at = at
        sign_if_grown(self.engine, self.settings, at)
        with writing(self.engine, "forgetting lapsed uploads") as connection:
            gone = forget_lapsed(connection, at)
        for token in gone:
            PartialFile(uploads_folder(self.settings.home), token).discard()
        if self._tidied_at is None or at - self._tidied_at >= _TIDY_EVERY:
            self._tidied_at = at
            clean_up(self.engine, self.settings, self.clock)
