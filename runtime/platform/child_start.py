"""What a child does from its first moment: it reads its task, holds itself to it, works, and answers."""

import contextlib
import io
import logging
import os
import pickle
import resource
import signal
import socket
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from facts.errors import XueshiError
from ingest.recordings.range_source import lie_elsewhere
from runtime.platform import child_process
from runtime.platform.child_answer import Answer, Outcome
from runtime.platform.child_limits import ANSWER, HEAD, ChildLimits, ChildTask, Reach
from runtime.platform.confinement import confine
from runtime.platform.environment import change_environment
from runtime.platform.range_line import RangeLine

_PROTOCOL = 5
_FOR_PROGRAMS = (Path("/etc/ssl"), Path("/dev/null"))
_OPEN_FILES = 64
_MOST_CHARS = 4000
_MORE_KILLABLE = "900"  # of 1000: where memory ends nevertheless, the kernel takes the child and not the service


def do_task(lines: Sequence[socket.socket], code: Sequence[Path]) -> None:
    """The task that comes on the first line is answered there; work of our own gets a line to ask for children."""
    line, *askers = lines
    with line.makefile("rb") as said:
        task: ChildTask[object] = pickle.load(said)  # noqa: S301 - from the service itself
    os.chdir(task.folder)
    if task.environ is None:
        hold(task.limits, task.reach, code)
    else:
        change_environment(task.environ)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every connection
        child_process.adopt(askers[0])
    line.sendall(_packed(task))


def hold(limits: ChildLimits, reach: Reach, code: Sequence[Path]) -> None:
    """For this process and for good: its limits first, then what it may reach."""
    _hold_to(limits)
    connect(reach)
    if reach.writes:
        tempfile.tempdir = str(reach.writes[0])
    run = (*code, *reach.programs, *_FOR_PROGRAMS) if reach.programs else code
    confine(reach.reads, reach.writes, run, programs=bool(reach.programs))


def connect(reach: Reach) -> None:
    """While this process can still reach the door: afterwards its line to it is all that is left."""
    if reach.ranges:
        lie_elsewhere((path for path, _, _ in reach.ranges.recordings), RangeLine(reach.ranges))


def _packed(task: ChildTask[object]) -> bytes:
    answer: Answer
    try:
        answer = Outcome.DONE, task.work()
    except XueshiError as error:
        answer = Outcome.REFUSED, (type(error), error.args, dict(vars(error)))
    except MemoryError:
        answer = Outcome.NO_MEMORY, None
    except Exception as error:  # noqa: BLE001 - whatever the bytes brought about is a fault of the file that holds them
        answer = Outcome.BROKEN, (type(error).__name__, traceback.format_exc()[-_MOST_CHARS:])
    written = io.BytesIO()
    _Writer(written, _PROTOCOL).dump(answer)
    return HEAD.pack(ANSWER, written.tell()) + written.getvalue()


class _Writer(pickle.Pickler):
    """Writes a zone as its name: by itself it would be written as a call."""

    def reducer_override(self, one: object) -> Any:  # noqa: ANN401 - as the library has it
        """As the library has it; everything else is written as ever."""
        return (ZoneInfo, (one.key,)) if isinstance(one, ZoneInfo) else NotImplemented


def _hold_to(limits: ChildLimits) -> None:
    """For this process and for good; the kernel sees to every one of them."""
    held = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (limits.cpu_s, limits.cpu_s + 1),
        resource.RLIMIT_AS: (_mapped_bytes() + limits.memory_bytes,) * 2,
        resource.RLIMIT_FSIZE: (limits.output_bytes,) * 2,
        resource.RLIMIT_NOFILE: (_OPEN_FILES,) * 2,
    }
    for kind, most in held.items():
        resource.setrlimit(kind, most)
    with contextlib.suppress(OSError):  # not every system has it
        Path("/proc/self/oom_score_adj").write_text(_MORE_KILLABLE, "ascii")
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_s)


def _mapped_bytes() -> int:
    """What this process has mapped before it begins; nothing where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0
