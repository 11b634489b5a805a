"""The process that every child is forked from: it has the libraries loaded, holds no secret, and opens nothing itself.

Each message on its standard input carries one end of a socket, which a waiting child is handed: it reads its task from
there, answers there and ends; the template then writes how it ended. Where the asker hangs up the child is killed.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from runtime.platform.child_limits import ASK, END, HEAD, JOBS
from runtime.platform.child_start import do_task
from runtime.platform.confinement import code_folders

_DIE_WITH_PARENT = 1
_READERS = (
    "ingest.cameras.newest_keyframe",
    "ingest.claims.reader",
    "ingest.recordings.newest_picture",
    "ingest.recordings.search",
    "ingest.registries.reader",
    "ingest.tables.search",
    "runtime.recordings.living_encoder",
    "runtime.recordings.preview_encoder",
    "runtime.recordings.sheet_unmasking",
    "runtime.reviews.review_view",
)
_JOBS = ("runtime.platform.job_process", "runtime.reviews.job", "runtime.sealing.job", "runtime.verification.job")
_WARM, _MOST_LINES = 2, 2


@dataclass
class ChildTemplate:
    """Forks children for one asker until it hangs up; a few always wait, so that nobody waits for a fork."""

    asker: socket.socket
    code: Sequence[Path]
    _waiting: dict[int, socket.socket] = field(default_factory=dict)  # by the child's number
    _lines: dict[int, socket.socket] = field(default_factory=dict)

    def serve(self) -> None:
        """Until the asker ends; its children end with it."""
        ended, ending = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(ending, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        watched = select.poll()
        watched.register(self.asker, select.POLLIN)
        watched.register(ended, select.POLLIN)
        while True:
            while len(self._waiting) < _WARM:
                self._fork()
            for number, seen in watched.poll():
                if number == ended:
                    with contextlib.suppress(BlockingIOError):
                        os.read(ended, 4096)
                elif number != self.asker.fileno():
                    self._hung_up(number)
                elif not self._asked(watched, seen):
                    return
            self._reap(watched)

    def _fork(self) -> None:
        ours, theirs = socket.socketpair()
        child = os.fork()
        if not child:
            ours.close()
            self._become_child(theirs)
        theirs.close()
        self._waiting[child] = ours

    def _asked(self, watched: select.poll, seen: int) -> bool:
        """Work for one child: a line for its answer, and for our own work the way to ask for children as well.

        Or nothing more, because the asker is gone or says so.
        """
        data, lines, _, _ = socket.recv_fds(self.asker, 1, _MOST_LINES) if seen & select.POLLIN else (END, [], 0, None)
        if data != ASK:
            for child in (*self._waiting, *self._lines):
                os.kill(child, signal.SIGKILL)
            return False
        child = self._handed(lines)
        line, *others = (socket.socket(fileno=number) for number in lines)
        for other in others:
            other.close()
        self._lines[child] = line
        watched.register(line, 0)  # only a line that was hung up wakes us; what is said on it is for the child
        return True

    def _handed(self, lines: list[int]) -> int:
        """The child that has the lines now; one that died while it waited is passed over."""
        while True:
            if not self._waiting:
                self._fork()
            child, private = self._waiting.popitem()
            with private, contextlib.suppress(OSError):
                socket.send_fds(private, [ASK], lines)
                return child

    def _hung_up(self, number: int) -> None:
        """Nobody waits for the answer."""
        for child, line in self._lines.items():
            if line.fileno() == number:
                os.kill(child, signal.SIGKILL)

    def _reap(self, watched: select.poll) -> None:
        while True:
            try:
                child, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:  # none is left
                return
            if not child:
                return
            if private := self._waiting.pop(child, None):
                private.close()
            if line := self._lines.pop(child, None):
                watched.unregister(line)
                with line, contextlib.suppress(OSError):
                    line.sendall(HEAD.pack(END, status))

    def _become_child(self, private: socket.socket) -> NoReturn:
        """Never returns: whatever happens, this process ends here."""
        try:
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in (self.asker, *self._waiting.values(), *self._lines.values()):
                other.close()
            data, lines, _, _ = socket.recv_fds(private, 1, _MOST_LINES)
            private.close()
            if data:
                do_task([socket.socket(fileno=number) for number in lines], self.code)
            os._exit(0)
        except BaseException:  # noqa: BLE001 - the service's log is the only place that can still be told
            traceback.print_exc()
        finally:
            os._exit(1)


def main() -> None:
    """Load what children need once, then fork."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the service, and the service ends this
    for name in _READERS + (_JOBS if JOBS in sys.argv[1:] else ()):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a child shares these pages for as long as nobody writes to them
    with socket.socket(fileno=sys.stdin.fileno()) as asker:
        ChildTemplate(asker, code_folders()).serve()


if __name__ == "__main__":
    main()
