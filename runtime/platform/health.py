"""What keeps the service from doing its work although it answers: no worker, a queue that stands, a wrong clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from runtime.platform.confinement import confinement_here
from runtime.platform.service import Service
from storage.database.connection import reading
from storage.database.workers import last_beat, waits_since

GOOD = "good"
_SILENT = timedelta(minutes=2)
_STANDS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """Each part is ``good`` or says what is wrong and what to do; ``confinement`` is what children lose here."""

    worker: str
    queue: str
    clock: str
    confinement: str

    @property
    def writes(self) -> bool:
        """Whether anything that is acknowledged can be kept."""
        return self.clock == GOOD

    @property
    def good(self) -> bool:
        """Whether nothing has to be done."""
        return {self.worker, self.queue, self.clock} == {GOOD}


def health_of(service: Service) -> ServiceHealth:
    """As the database shows it at this moment."""
    at = service.clock()
    with reading(service.engine, "looking for workers") as connection:
        seen, since = last_beat(connection), waits_since(connection, at)
    return ServiceHealth(_worker(seen, at), _queue(since, at), service.log.refused(at) or GOOD, str(confinement_here()))


def _worker(seen: datetime | None, at: datetime) -> str:
    if seen is None:
        return "no worker was ever seen; start one (xueshi worker, or XUESHI_WORKS_ITSELF=1)"
    return (
        GOOD
        if at - seen <= _SILENT
        else f"no worker was seen since {seen:%Y-%m-%dT%H:%M:%SZ}; look at its log, start it"
    )


def _queue(since: datetime | None, at: datetime) -> str:
    if since is None or at - since <= _STANDS:
        return GOOD
    return f"nobody takes the job that is due since {since:%Y-%m-%dT%H:%M:%SZ}; look at the workers' log"
