"""A class looked at by a cluster: the same report as this machine alone makes, whatever dies in between."""

import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from facts.report import ClassReport
from runtime.cluster.address import ClusterUse
from runtime.verification.command import VerificationRequest, begin_verification, finish_verification, hash_inputs
from tests.fixtures import scenarios
from tests.fixtures.cluster import Process, RealCluster, cluster
from tests.fixtures.folders import written
from tests.fixtures.no_progress import NoProgress

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(scenarios.two_halves, tmp_path_factory.mktemp("class") / "class")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


def report(folder: Path, out: Path, use: ClusterUse | None) -> ClassReport:
    request = VerificationRequest(folder, out=out, cache=False, workers=1, cluster=use)
    made = finish_verification(hash_inputs(begin_verification(request)), NoProgress()).report
    return replace(made, made_at=made.hours[0].span.start)


def kill_at_work(worker: Process) -> None:
    """As soon as it has a child that looks."""
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
    every = Path(f"/proc/{worker.pid}/task")
    while not children.read_text("ascii").strip() and not any(
        (one / "children").read_text("ascii").strip() for one in every.iterdir()
    ):
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def test_a_worker_killed_while_it_looks_leaves_the_report_as_this_machine_alone_makes_it(
    folder: Path, running: RealCluster, tmp_path: Path
) -> None:
    killer = threading.Thread(target=kill_at_work, args=(running.workers[0],), daemon=True)
    killer.start()
    spread = report(folder, tmp_path / "spread", ClusterUse(running.address, folder))
    killer.join(60)
    assert running.workers[0].returncode == -signal.SIGKILL
    assert spread == report(folder, tmp_path / "alone", None)
    assert [verdict.status for verdict in spread.verdicts]
