"""What Prometheus reads: counts of the whole service from its database, and times of the process that is asked."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from facts.errors import SetupError
from runtime.platform.environment import environment
from runtime.platform.health import health_of
from runtime.platform.service import Service
from storage.database.connection import reading
from storage.database.metrics import Metrics, metrics
from storage.evidence_log.record_audit import newest_audit

_SHARED = "PROMETHEUS_MULTIPROC_DIR"  # where several serving processes keep their times, so that any of them tells all
JOB_SECONDS = Histogram(
    "xueshi_job_seconds",
    "how long a job took, whatever came of it",
    ["kind"],
    buckets=(1, 3, 10, 30, 100, 300, 1000, 3600),
)
ANSWER_SECONDS = Histogram(
    "xueshi_answer_seconds",
    "from a request's head to the head of its answer",
    ["method", "route", "status"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10),
)


def exposition(service: Service) -> bytes:
    """Everything, as Prometheus reads it."""
    own = CollectorRegistry()
    own.register(_ServiceMetrics(service))
    if environment().get(_SHARED):
        MultiProcessCollector(own)  # type: ignore[no-untyped-call]
        return generate_latest(own)
    return generate_latest(own) + generate_latest(REGISTRY)


def listen_for_metrics(where: str) -> None:
    """Answer at this address from now on, with the times of this process alone."""
    host, _, port = where.rpartition(":")
    if not host or not port.isdecimal():
        raise SetupError(f"--metrics: got {where}, expected HOST:PORT, for example 127.0.0.1:9464")
    try:
        start_http_server(int(port), host.strip("[]"))
    except (OSError, OverflowError) as error:
        raise SetupError(f"--metrics {where}: cannot listen there ({error}); choose another port") from error


class _ServiceMetrics(Collector):
    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterable[Metric]:
        at = self._service.clock()
        with reading(self._service.engine, "counting for the monitoring") as connection:
            found, audit = metrics(connection, at), newest_audit(connection, ended=True)
        health, disk = health_of(self._service), shutil.disk_usage(self._service.settings.home)
        yield _one("xueshi_writes", "1 where what is acknowledged can be kept", health.writes)
        yield _one("xueshi_healthy", "1 where worker, queue and clock are as they should be", health.good)
        yield _one("xueshi_workers", "workers that were heard of within two minutes", found.workers)
        yield _one("xueshi_home_free_bytes", "room on the disk of the service's home", disk.free)
        yield _one("xueshi_log_leaves", "entries of the evidence log", found.leaves)
        yield _one(
            "xueshi_log_unsigned_leaves", "entries that no signed head covers yet", found.leaves - found.signed_leaves
        )
        yield _one("xueshi_notices_waiting", "notices to webhooks that wait for their turn", found.unsent)
        if audit and audit.ended_at:
            yield _one("xueshi_record_audit_faults", "records that the last audit found changed", audit.fault_count)
            yield _one("xueshi_record_audit_age_seconds", "since it ended", (at - audit.ended_at).total_seconds())
        yield from _labelled(found, at)


def _labelled(found: Metrics, at: datetime) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("xueshi_jobs", "jobs that are not done", labels=["kind", "state"])
    for (kind, state), count in sorted(found.jobs.items()):
        jobs.add_metric([kind, state], count)
    yield jobs
    ages = {kind: (at - since).total_seconds() for kind, since in found.due_since.items()}
    yield _by("xueshi_queue_age_seconds", "how long the oldest job waits that may be taken", "kind", ages)
    yield _by("xueshi_cameras", "cameras that are to be recorded", "state", found.cameras)
    yield _by("xueshi_recorder_gaps_open", "cameras of which nothing is recorded now", "reason", found.gaps_open)
    yield _by("xueshi_recorder_lost_seconds", "lost within a day, of gaps that are over", "reason", found.lost_s)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def _by(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
