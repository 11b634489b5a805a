"""Whatever a child is made to do, its asker gets a result or a fault in words, and the next child is not harmed."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from facts.errors import FaultsError, InternalError, TooManyError
from runtime.platform.child_errors import StoppedChildError
from runtime.platform.child_limits import ChildLimits, ChildTask, Reach
from runtime.platform.child_process import Children, in_child, patiently_in_child
from runtime.platform.child_queue import ChildQueue
from runtime.platform.confinement import confinement_here
from tests.fixtures import hostile_work as work

MEGABYTE = 1 << 20
LIMITS = ChildLimits(cpu_s=20, memory_bytes=256 * MEGABYTE, output_bytes=MEGABYTE, wall_s=300)
HERE = confinement_here()
confined = pytest.mark.skipif(not HERE.landlock, reason="this kernel has no Landlock")
filtered = pytest.mark.skipif(not HERE.calls, reason="this kernel filters no calls")


def test_a_child_gives_what_the_function_gives() -> None:
    assert in_child(LIMITS, Reach(), "a.mp4", work.square, 7) == 49
    assert patiently_in_child(LIMITS, Reach(), "a.mp4", work.square, number=8) == 64


@pytest.mark.parametrize(
    ("limits", "does", "given", "told"),
    [
        (ChildLimits(1, 256 * MEGABYTE, MEGABYTE, 300), work.spin, (), "takes more than 1 s of work"),
        (ChildLimits(20, 256 * MEGABYTE, MEGABYTE, 1), work.sleep, (3600,), "takes more than"),
        (LIMITS, work.allocate, (300 * MEGABYTE,), "more than 256 MB of memory"),
        (LIMITS, work.answer_of, (2 * MEGABYTE,), "more than 1 MB come out of it"),
        (LIMITS, work.crash, (), "SIGSEGV"),
        (LIMITS, work.leave, (), "brought down the program that reads it (7)"),
        (LIMITS, work.break_down, (), "cannot read it (OverflowError)"),
    ],
)
def test_a_child_that_goes_too_far_is_a_fault_of_its_file_and_the_next_one_works(
    limits: ChildLimits, does: Callable[..., object], given: tuple[int, ...], told: str
) -> None:
    with pytest.raises(StoppedChildError, match=r"课/录像\.mp4") as caught:
        in_child(limits, Reach(), "课/录像.mp4", does, *given)
    assert told in str(caught.value)
    assert in_child(LIMITS, Reach(), "b.mp4", work.square, 3) == 9


def test_a_refusal_comes_as_it_was() -> None:
    with pytest.raises(FaultsError) as caught:
        in_child(LIMITS, Reach(), "a.xlsx", work.refuse)
    assert [(one.where, one.got) for one in caught.value.faults] == [("A1", "nothing")]
    assert str(caught.value) == "A1: got nothing, expected something"


def test_an_answer_that_would_run_something_is_no_answer(tmp_path: Path) -> None:
    mark = tmp_path / "owned"
    with pytest.raises(InternalError, match=r"a child answered with posix\.system"):
        in_child(LIMITS, Reach(), "a.mp4", work.trojan, mark)
    assert not mark.exists()


def test_a_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUESHI_SECRET", "a secret of the service's own")
    children = Children()
    told = children.run(ChildTask(work.environment, LIMITS, Reach()), "a.mp4")
    children.close()
    assert "PATH" in told
    assert not any("XUESHI" in name or "secret" in value for name, value in told.items())


@confined
def test_a_child_reads_its_input_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    own, other = tmp_path / "own" / "a.mp4", tmp_path / "other.mp4"
    own.write_bytes(b"mine")
    other.write_bytes(b"a neighbour's")
    reach = Reach((own.parent,))
    assert in_child(LIMITS, reach, own.name, work.read, own) == b"mine"
    assert in_child(LIMITS, reach, own.name, work.listed, own.parent) == ["a.mp4"]
    for path in (other, Path("/etc/passwd"), Path("/proc/self/environ")):
        with pytest.raises(StoppedChildError, match="PermissionError"):
            in_child(LIMITS, reach, own.name, work.read, path)
    with pytest.raises(StoppedChildError, match="PermissionError"):
        in_child(LIMITS, reach, own.name, work.write, own)
    in_child(LIMITS, Reach(writes=(own.parent,)), own.name, work.write, own.with_name("b.mp4"))
    assert own.with_name("b.mp4").read_bytes() == b"mine"


@filtered
@pytest.mark.parametrize("does", [work.call_home, work.fork, work.signal_parent])
def test_a_child_reaches_no_network_and_no_other_process(does: Callable[[], None]) -> None:
    with pytest.raises(StoppedChildError, match="PermissionError"):
        in_child(LIMITS, Reach(), "a.mp4", does)
    assert in_child(LIMITS, Reach(), "a.mp4", work.run_program) != 0


@pytest.fixture
def own() -> Iterator[Children]:
    children = Children()
    yield children
    children.close()


def test_who_comes_when_too_many_wait_is_told_to_come_again_and_nobody_hangs() -> None:
    queue, go_on, came = ChildQueue(at_once=1, most_waiting=1), threading.Event(), []

    def ask(name: str) -> None:
        with queue.turn(patient=False):
            came.append(name)
            go_on.wait()

    first = threading.Thread(target=ask, args=("first",))
    first.start()
    while not came:
        pass
    second = threading.Thread(target=ask, args=("second",))
    second.start()
    while not queue.waiting:
        pass
    with pytest.raises(TooManyError), queue.turn(patient=False):
        pytest.fail("was let in")
    patient = threading.Thread(target=lambda: queue.turn(patient=True).__enter__())
    patient.start()
    go_on.set()
    for one in (first, second, patient):
        one.join()
    assert came == ["first", "second"]


def test_a_template_that_was_killed_is_replaced(own: Children) -> None:
    assert own.run(ChildTask(work.parent, LIMITS, Reach()), "a.mp4") != os.getpid()
    for _ in range(3):
        os.kill(own.run(ChildTask(work.parent, LIMITS, Reach()), "a.mp4"), signal.SIGKILL)
        assert own.run(ChildTask(work.five, LIMITS, Reach()), "a.mp4") == 5


def test_the_first_work_of_our_own_takes_nothing_from_whoever_is_being_read(own: Children, tmp_path: Path) -> None:
    begun, go_on, answers = tmp_path / "begun", tmp_path / "go-on", []
    reads = ChildTask(partial(work.wait_for, go_on, begun), LIMITS, Reach(reads=(tmp_path,), writes=(tmp_path,)))
    reader = threading.Thread(target=lambda: answers.append(own.run(reads, "a.mp4")))
    reader.start()
    while not begun.exists():
        time.sleep(0.01)
    before = own.run(ChildTask(work.parent, LIMITS, Reach()), "b.mp4")
    jobs = ChildTask(partial(work.loaded, "runtime.sealing.job"), ChildLimits.of_time(300), Reach(), environ={})
    assert own.run(jobs, "job 1") is True
    go_on.touch()
    reader.join()
    assert answers == [5]
    assert own.run(ChildTask(work.parent, LIMITS, Reach()), "b.mp4") != before


def test_who_only_reads_waits_for_no_job_to_be_loaded(own: Children) -> None:
    assert own.run(ChildTask(partial(work.loaded, "runtime.sealing.job"), LIMITS, Reach()), "a.mp4") is False
    assert own.run(ChildTask(partial(work.loaded, "ingest.tables.search"), LIMITS, Reach()), "a.mp4") is True
