"""The worker: takes jobs from the database and does them, in the service's own process or on another machine."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from facts.errors import InputError, RulebookError, SetupError, XueshiError
from runtime.cluster.errors import ClusterAwayError
from runtime.evidence_log.head_signature import sign_if_grown
from runtime.evidence_log.record_audit import audit_if_due
from runtime.notifications.delivery import deliver_due
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import placeless, uploads_folder
from runtime.platform.job_process import LONGEST_S, Clock, do_here
from runtime.platform.metrics import JOB_SECONDS
from runtime.platform.range_broker import LostRangeError
from runtime.platform.settings import Settings
from runtime.recognition.expiry import expire_faces
from runtime.recordings.lease_expiry import tell_unheld
from runtime.recordings.living_preview import forget_left_previews
from runtime.recordings.recording_handover import hand_over
from runtime.retention.cleanup import clean_up
from runtime.roll_call.rolls import refresh_rolls
from runtime.sealing.enqueue import SEAL
from runtime.uploads.media_scan import scan_media
from runtime.uploads.orphans import discard_orphans
from runtime.uploads.strays import forget_old_strays
from runtime.verification.facts_sealing import seal_older_facts
from storage.database import jobs
from storage.database.connection import reading, writing
from storage.database.jobs import Job
from storage.database.rate_windows import forget_windows
from storage.database.uploads import forget_lapsed
from storage.database.workers import BEAT, beat
from storage.evidence.errors import StoreLostError
from storage.uploads.partial_file import PartialFile

_LOG = logging.getLogger("xueshi.work")
_REST_S = 1.0
_HEARTBEAT_S = jobs.LEASE.total_seconds() / 4
_SWEEP_EVERY = timedelta(minutes=10)
_TIDY_EVERY = timedelta(days=1)
_HANDED_EVERY = timedelta(seconds=20)
_LISTS_EVERY = _CAMERAS_EVERY = timedelta(seconds=5)
_MEDIA_EVERY = timedelta(minutes=2)
_COMES_BACK = (ClusterAwayError, StoreLostError, LostRangeError)  # no attempt is lost by whoever does not answer
_PUT_ASIDE = (
    f"执行这项任务的进程 {jobs.MOST_ATTEMPTS} 次中断，已搁置，不再自动重试；请运维查看日志后重新提交 its process ended"
    f" {jobs.MOST_ATTEMPTS} times; put aside: let the operator look at the log, then ask for it again"
)


DoJob = Callable[[Engine, Settings, Clock, Job], bool]


@dataclass
class Worker:
    """One loop over the queue; killed at any moment, its lease runs out and another finishes the job.

    A service does its jobs apart (``do_apart``), each in a process that may break, hang or be killed alone.
    """

    engine: Engine
    settings: Settings
    clock: Clock
    doing: DoJob = do_here
    name: str = field(default_factory=lambda: secrets.token_hex(16))
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _swept_at: datetime | None = None
    _listed_at: datetime | None = None
    _tidied_at: datetime | None = None
    _seen_at: datetime | None = None
    _handed_at: datetime | None = None
    _scanned_at: datetime | None = None
    _looked_at: datetime | None = None

    def start(self) -> None:
        """Works in threads of this process until ``stop``; a long verification holds no delivery up."""
        for doing in (self.step, self.deliver, self.audit, self.hand_over):
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
        self._beat()
        self._sweep()
        self._refresh()
        self._scan()
        with reading(self.engine, "looking for a job") as connection:
            if not jobs.due(connection, self.clock()):
                return False
        with writing(self.engine, "taking a job") as connection:
            job = jobs.lease(connection, self.name, self.clock())
        if job is None:
            return False
        if job.attempts > jobs.MOST_ATTEMPTS:
            self._failed(job, _PUT_ASIDE, for_good=True)
        else:
            self._do(job)
        return True

    def deliver(self) -> bool:
        """Whatever is to be sent; whether there was anything."""
        self._look_at_cameras()
        return deliver_due(self.engine, self.settings, self.clock) > 0

    def _look_at_cameras(self) -> None:
        """A recorder that died cannot say so."""
        at = self.clock()
        if self._looked_at is None or not timedelta() <= at - self._looked_at < _CAMERAS_EVERY:
            self._looked_at = at
            tell_unheld(self.engine, self.clock)

    def audit(self) -> bool:
        """Every night the records are held against the log."""
        return audit_if_due(self.engine, self.clock)

    def hand_over(self) -> bool:
        """Now and then, what the service's cameras recorded of class hours that are over."""
        at = self.clock()
        if self._handed_at and at - self._handed_at < _HANDED_EVERY:
            return False
        self._handed_at = at
        return hand_over(self.engine, self.settings, self.clock) > 0

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
        with self._alive(job), JOB_SECONDS.labels(job.kind).time():
            try:
                kept = self.doing(self.engine, self.settings, self.clock, job)
            except (InputError, RulebookError) as error:
                self._failed(job, str(error), for_good=True)
            except SetupError as error:
                self._put_off(job, str(error), patient=isinstance(error, _COMES_BACK))
            except Exception as error:  # noqa: BLE001 - one class that breaks the program must not end the queue
                number = secrets.token_hex(4)
                _LOG.exception("job %s failed, number %s", job.id, number)
                self._failed(job, _defect(number, error, last=job.attempts >= jobs.MOST_ATTEMPTS), for_good=False)
            else:
                _LOG.info("job %s %s", job.id, "done" if kept else "was finished by another worker")
                sign_if_grown(self.engine, self.settings, self.clock())

    def _failed(self, job: Job, fault: str, *, for_good: bool) -> None:
        with writing(self.engine, "noting a failed job") as connection:
            jobs.fail(connection, job, placeless(fault, self.settings.home), self.clock(), for_good=for_good)

    def _put_off(self, job: Job, fault: str, *, patient: bool) -> None:
        """Whatever waits for a key, a disk, a store or a cluster waits however long it takes; else it is given up in time."""
        _LOG.warning("job %s waits: %s", job.id, placeless(fault, self.settings.home))
        if job.kind != SEAL and not patient:
            self._failed(job, fault, for_good=False)
            return
        with writing(self.engine, "putting a job off") as connection:
            jobs.wait(connection, job, placeless(fault, self.settings.home), self.clock())

    @contextmanager
    def _alive(self, job: Job) -> Iterator[None]:
        """Keeps the lease while the work goes on, for as long as a job of its kind may take."""
        over = threading.Event()

        def keep() -> None:
            for _ in range(int(LONGEST_S.get(job.kind, 0) / _HEARTBEAT_S)):
                if over.wait(_HEARTBEAT_S):
                    return
                try:
                    with writing(self.engine, "keeping a lease") as connection:
                        jobs.prolong(connection, job, self.clock())
                        beat(connection, self.name, self.clock())
                except XueshiError:
                    _LOG.warning("job %s: the lease could not be kept", job.id)
            _LOG.error("job %s takes longer than any may: its lease runs out", job.id)

        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _beat(self) -> None:
        """Whoever watches the service learns that somebody works."""
        at = self.clock()
        if self._seen_at is None or not timedelta() <= at - self._seen_at < BEAT:
            self._seen_at = at
            with writing(self.engine, "saying that a worker lives") as connection:
                beat(connection, self.name, at)

    def _refresh(self) -> None:
        """Rolls follow the lists that were uploaded, soon enough for the next class hour."""
        at = self.clock()
        if self._listed_at is None or not timedelta() <= at - self._listed_at < _LISTS_EVERY:
            self._listed_at = at
            refresh_rolls(self.engine, self.settings.home, self.clock, blob_folder(self.settings))

    def _scan(self) -> None:
        """Files of media servers that no hook told of."""
        at = self.clock()
        if self._scanned_at is None or not timedelta() <= at - self._scanned_at < _MEDIA_EVERY:
            self._scanned_at = at
            scan_media(self.engine, self.settings.media_root, at)

    def _sweep(self) -> None:
        at = self.clock()
        if self._swept_at and at - self._swept_at < _SWEEP_EVERY:
            return
        self._swept_at = at
        sign_if_grown(self.engine, self.settings, at)
        with writing(self.engine, "forgetting lapsed uploads") as connection:
            gone = forget_lapsed(connection, at)
            forget_windows(connection, at)
        for token in gone:
            PartialFile(uploads_folder(self.settings.home), token).discard()
        discard_orphans(self.engine, self.settings.home, at)
        forget_left_previews(self.settings.home, at)
        expire_faces(self.engine, self.settings, at)
        if self._tidied_at is None or at - self._tidied_at >= _TIDY_EVERY:
            self._tidied_at = at
            seal_older_facts(self.engine, self.clock)
            clean_up(self.engine, self.settings, self.clock)
            forget_old_strays(self.settings.home, at)


def _defect(number: str, error: Exception, *, last: bool) -> str:
    """What the page shows of a defect: a number under which the log tells the rest."""
    aside = ("，已放在一边" if last else "，稍后自动重试"), ("; put aside" if last else "; tried again later")
    return (
        f"处理没有完成，编号 {number}{aside[0]}；请把编号告诉运维 not finished, number {number}{aside[1]}: tell the operator"
        f" the number ({type(error).__name__}: {error})"
    )
