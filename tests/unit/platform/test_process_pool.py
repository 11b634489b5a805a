import os
import socket
from pathlib import Path

import pytest

from runtime.platform.child_limits import ChildLimits, Reach
from runtime.platform.confinement import confinement_here
from runtime.platform.process_pool import ProcessPool
from runtime.platform.worker_start import confined_start

LIMITS = ChildLimits(cpu_s=60, memory_bytes=1 << 30, output_bytes=1 << 20, wall_s=300)
HERE = confinement_here()


def square(task: tuple[str, int]) -> int:
    return task[1] ** 2


def dies_once(task: tuple[str, int]) -> int:
    """Dies on its first attempt at 3, as when the system kills a process for memory."""
    mark = Path(task[0]) / "died"
    if task[1] == 3 and not mark.exists():
        mark.touch()
        os._exit(9)
    return square(task)


def dies_always(task: tuple[str, int]) -> int:
    if task[1] == 3:
        os._exit(9)
    return square(task)


def nothing(_: tuple[str, int]) -> int:
    return -1


def tasks(folder: Path) -> list[tuple[str, int]]:
    return [(str(folder), number) for number in range(6)]


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_has_its_result(workers: int, tmp_path: Path) -> None:
    done = dict(ProcessPool(square, nothing, workers).run(tasks(tmp_path)))
    assert done == {task: task[1] ** 2 for task in tasks(tmp_path)}


def test_a_worker_that_dies_loses_nothing(tmp_path: Path) -> None:
    done = dict(ProcessPool(dies_once, nothing, 2).run(tasks(tmp_path)))
    assert done == {task: task[1] ** 2 for task in tasks(tmp_path)}


def test_a_task_that_kills_every_worker_is_given_up_and_the_rest_is_done(tmp_path: Path) -> None:
    done = dict(ProcessPool(dies_always, nothing, 2).run(tasks(tmp_path)))
    assert done == {task: task[1] ** 2 if task[1] != 3 else -1 for task in tasks(tmp_path)}


def test_an_error_in_the_work_reaches_the_caller(tmp_path: Path) -> None:
    crew: ProcessPool[tuple[str, int], int] = ProcessPool(_refuses, nothing, 2)
    with pytest.raises(ValueError, match="no"):
        list(crew.run(tasks(tmp_path)))


def _refuses(_: tuple[str, int]) -> int:
    raise ValueError("no")


def refused(_: object) -> str:
    return "given up"


@pytest.mark.skipif(not HERE.landlock, reason="this kernel has no Landlock")
def test_a_confined_worker_reads_what_it_was_given_and_nothing_beside_it(tmp_path: Path) -> None:
    own, other = tmp_path / "own.txt", tmp_path / "other.txt"
    for path in (own, other):
        path.write_text("secret", "utf-8")
    begin = confined_start(LIMITS, Reach((own,)))
    crew: ProcessPool[Path, str] = ProcessPool(Path.read_text, refused, 1, apart=True, begin=begin)
    assert list(crew.run([own])) == [(own, "secret")]
    with pytest.raises(PermissionError):
        list(crew.run([other]))


@pytest.mark.skipif(not HERE.calls, reason="this kernel filters no calls")
def test_a_confined_worker_reaches_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        tasks = [door.getsockname()]
        free: ProcessPool[object, object] = ProcessPool(socket.create_connection, refused, 1, apart=True)
        for _, connected in free.run(tasks):
            assert isinstance(connected, socket.socket)
            connected.close()
        begin = confined_start(LIMITS, Reach())
        held: ProcessPool[object, object] = ProcessPool(socket.create_connection, refused, 1, apart=True, begin=begin)
        with pytest.raises(PermissionError):
            list(held.run(tasks))
