"""Whatever strangers handed in is opened in a child: limited by the kernel, confined to its input, and easily replaced.

    picture = in_child(PICTURE, Reach((path,)), path.name, newest_picture, path)

A child that the kernel stops is a ``StoppedChildError``: a fault of that file, in words; everything else goes on.
"""

import atexit
import contextlib
import logging
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import runtime
from facts.errors import SetupError
from runtime.platform.child_answer import Outcome, read_answer, refusal
from runtime.platform.child_errors import stopped, told, too_much, too_slow, why
from runtime.platform.child_limits import ANSWER, ASK, END, HEAD, JOBS, ChildLimits, ChildTask, Reach
from runtime.platform.child_queue import ChildQueue
from runtime.platform.environment import environment

P = ParamSpec("P")
Result = TypeVar("Result")

_LOG = logging.getLogger("xueshi.work")
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")  # no secret, no address
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_SLACK_S = 30  # the child's own alarm comes first; this is for a machine that is too busy to ring it
_PIECE = 1 << 20
_TRIES = 3


class Children:
    """Starts a child for each piece of work, from a template that is started with the first and kept.

    A template for readers alone is ready in a third of the time; the first work of our own replaces it by one that has
    loaded the jobs as well, and whatever was being read is read once more.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[ChildLimits, ChildQueue] = {}
        self._template: subprocess.Popen[bytes] | None = None
        self._asker: socket.socket | None = None
        self._with_jobs = False

    def run(self, task: ChildTask[Any], name: str, *, patient: bool = False) -> Any:  # noqa: ANN401 - what the work gives
        """What the work gives; refused where too many wait already, unless the asker has all the time there is."""
        with self._lock:
            queue = self._queues.setdefault(task.limits, ChildQueue(task.limits.at_once))
        with queue.turn(patient=patient):
            for _ in range(_TRIES):  # where the template is killed, its children end with it
                with contextlib.suppress(ConnectionError, EOFError), self._child(task) as line:
                    return _answer(line, task, name)
        raise SetupError(f"{name}: the process that opens what was handed in ended {_TRIES} times; look at the log")

    def close(self) -> None:
        """Ends the template, and with it every child."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        asker, self._asker = self._asker, None
        template, self._template = self._template, None
        if asker:
            with contextlib.suppress(OSError):  # children of ours that hold the same line must not keep it waiting
                if template:
                    asker.sendall(END)
            asker.close()
        if template:
            template.wait()

    def adopt(self, asker: socket.socket) -> None:
        """Asks the template of the process that this one was begun by."""
        self._asker, self._template, self._with_jobs = asker, None, True

    def _child(self, task: ChildTask[Any]) -> socket.socket:
        """Our end of a new child's line."""
        ours, theirs = socket.socketpair()
        with theirs:
            for _ in range(_TRIES):
                try:
                    with self._lock:
                        asker = self._started(with_jobs=task.environ is not None)
                        lines = [theirs.fileno()] if task.environ is None else [theirs.fileno(), asker.fileno()]
                        socket.send_fds(asker, [ASK], lines)
                except OSError:
                    self.close()
                else:
                    return ours
        ours.close()
        raise SetupError("the process that opens what was handed in: got none, expected it to start; look at the log")

    def _started(self, *, with_jobs: bool) -> socket.socket:
        fits = self._with_jobs or not with_jobs
        if self._asker and fits and (self._template is None or self._template.poll() is None):
            return self._asker
        self._end()
        self._with_jobs = self._with_jobs or with_jobs
        ours, theirs = socket.socketpair()
        given = environment()
        known = {name: given[name] for name in _KEPT if name in given} | _ONE_THREAD
        known["PYTHONPATH"] = os.pathsep.join([str(Path(runtime.__path__[0]).parent), *filter(None, sys.path)])
        with theirs:
            self._template = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-m", "runtime.platform.child_template", *([JOBS] if self._with_jobs else [])],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=known,
                cwd="/",
            )
        self._asker = ours
        return ours


def _answer(line: socket.socket, task: ChildTask[Any], name: str) -> Any:  # noqa: ANN401 - what the work gives
    line.settimeout(task.limits.wall_s + (_SLACK_S if task.environ is None else 0))
    try:
        with contextlib.suppress(ConnectionError):  # a child that is gone already has its end told
            line.sendall(pickle.dumps(task))
        kind, number = HEAD.unpack(_exactly(line, HEAD.size))
        if kind == END:
            raise stopped(task, why(name, number, task.limits))
        if kind != ANSWER or number > task.limits.output_bytes:
            most = f"{task.limits.output_bytes >> 20} MB"
            raise stopped(task, told(name, f"读出的内容超过 {most}", f"more than {most} come out of it"))
        return _result(_exactly(line, number), task, name)
    except TimeoutError:
        raise stopped(task, too_slow(name, task.limits)) from None


def _result(answer: bytes, task: ChildTask[Any], name: str) -> Any:  # noqa: ANN401 - what the work gives
    outcome, said = read_answer(answer)
    if outcome is Outcome.DONE:
        return said
    if outcome is Outcome.REFUSED:
        raise refusal(said)
    if outcome is Outcome.NO_MEMORY:
        raise stopped(task, too_much(name, task.limits))
    kind, trace = map(str, said)
    _LOG.error("%s: %s\n%s", name, kind, trace)
    raise stopped(task, told(name, f"程序读不了它（{kind[:80]}）", f"this program cannot read it ({kind[:80]})"))


def in_child(
    limits: ChildLimits, reach: Reach, name: str, work: Callable[P, Result], *args: P.args, **named: P.kwargs
) -> Result:
    """What the function gives for the arguments, done by a child; ``name`` is what faults call the file.

    Done here and now where the system forks no processes.
    """
    return _done(ChildTask(partial(work, *args, **named), limits, reach), name, patient=False)


def patiently_in_child(
    limits: ChildLimits, reach: Reach, name: str, work: Callable[P, Result], *args: P.args, **named: P.kwargs
) -> Result:
    """The same for whoever has time to wait for a free child: a worker, never a request."""
    return _done(ChildTask(partial(work, *args, **named), limits, reach), name, patient=True)


def _done(task: ChildTask[Result], name: str, *, patient: bool) -> Result:
    if not hasattr(os, "fork"):
        return task.work()
    result: Result = _CHILDREN.run(task, name, patient=patient)
    return result


def _exactly(line: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = line.recv(min(count - len(data), _PIECE))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


def in_own_process(wall_s: int, name: str, work: Callable[P, Result], *args: P.args, **named: P.kwargs) -> Result:
    """Work of our own in a process that can be ended: neither confined nor limited but in time; it may ask for children."""
    task = ChildTask(partial(work, *args, **named), ChildLimits.of_time(wall_s), Reach(), environ=environment())
    if not hasattr(os, "fork"):
        return task.work()
    result: Result = _CHILDREN.run(task, name, patient=True)
    return result


def adopt(asker: socket.socket) -> None:
    """For a process that was begun by a template: its own children come from there as well."""
    _CHILDREN.adopt(asker)


_CHILDREN = Children()
atexit.register(_CHILDREN.close)
