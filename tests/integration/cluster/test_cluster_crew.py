"""Work on a real scheduler with two real workers: what dies, what is poisoned, and who may not join."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facts.errors import SetupError
from runtime.cluster.certificates import issue
from runtime.cluster.crew import ClusterCrew
from runtime.cluster.errors import ClusterAwayError
from tests.fixtures.cluster import RealCluster, cluster
from tests.fixtures.cluster_work import GIVEN_UP, expressions

SLOW = "(__import__('time').sleep(0.5), {0})[1]"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


def crew(running: RealCluster, urgency: int = 0) -> ClusterCrew[str, object]:
    return ClusterCrew(running.address, expressions(), Path(), urgency=urgency)


def test_every_task_has_its_result_once(running: RealCluster) -> None:
    tasks = [f"{number} * {number}" for number in range(20)]
    done = list(crew(running).run(tasks))
    assert sorted(done) == sorted((task, eval(task)) for task in tasks)  # noqa: S307 - our own words


def test_a_poisoned_task_is_set_aside_after_three_children_and_the_rest_is_done(running: RealCluster) -> None:
    poison = "__import__('os')._exit(9)"
    done = dict(crew(running).run(["1", poison, "2"]))
    assert done == {"1": 1, poison: GIVEN_UP, "2": 2}


def test_an_error_of_the_work_reaches_whoever_asked(running: RealCluster) -> None:
    with pytest.raises(ZeroDivisionError):
        list(crew(running).run(["1 / 0"]))


def test_a_child_reads_nothing_that_it_was_not_given(running: RealCluster) -> None:
    secret = running.folder / "service" / "own.key"
    with pytest.raises(PermissionError):
        list(crew(running).run([f"open({str(secret)!r}).read()"]))


def test_a_worker_killed_in_the_middle_changes_nothing(running: RealCluster) -> None:
    spare = running.add_worker()
    tasks = [SLOW.format(number) for number in range(12)]
    done = []
    for number, one in enumerate(crew(running).run(tasks)):
        done.append(one)
        if number == 1:
            spare.send_signal(signal.SIGKILL)
            spare.wait()
    assert sorted(done) == sorted((SLOW.format(number), number) for number in range(12))


def test_whoever_stops_listening_leaves_nothing_behind(running: RealCluster) -> None:
    listening = crew(running).run([SLOW.format(number) for number in range(30)])
    next(listening)
    listening.close()
    assert [result for _, result in crew(running).run(["'next'"])] == ["next"]


def test_what_somebody_waits_for_comes_before_what_runs_by_night(running: RealCluster) -> None:
    ended: dict[str, float] = {}

    def run(name: str, urgency: int, tasks: list[str]) -> None:
        list(crew(running, urgency).run(tasks))
        ended[name] = time.monotonic()

    night = threading.Thread(target=run, args=("night", -1, [SLOW.format(number) for number in range(16)]))
    night.start()
    time.sleep(1.0)
    run("asked", 0, [SLOW.format(f"'{number}'") for number in range(4)])
    night.join()
    assert ended["asked"] < ended["night"]


def test_a_scheduler_that_is_away_is_waited_for_and_told(tmp_path: Path) -> None:
    with cluster(tmp_path, workers=1) as made:
        listening = crew(made).run([SLOW.format(number) for number in range(8)])
        next(listening)
        assert made.scheduler
        os.kill(made.scheduler.pid, signal.SIGKILL)
        with pytest.raises(ClusterAwayError, match="stopped answering"):
            list(listening)
        with pytest.raises(ClusterAwayError, match="got no answer"):
            list(crew(made).run(["1"]))
        made.scheduler.wait()


def test_members_of_another_authority_are_refused_in_one_line(running: RealCluster, tmp_path: Path) -> None:
    issue(tmp_path, datetime.now(UTC), 2)
    stranger = replace(running.address, certificates=tmp_path / "service")
    with pytest.raises(SetupError, match=r"got a certificate of another authority .* expected one of .*authority\.pem"):
        list(ClusterCrew(stranger, expressions(), Path()).run(["1"]))
