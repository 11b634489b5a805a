"""One ffmpeg process: fragments from its standard output, words from its standard error, nothing by its exit code."""

import fcntl
import os
import selectors
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from facts.recorder import GapReason, StreamEnd, StreamFragment, StreamShape
from ingest.cameras.address import CameraAddress
from ingest.cameras.fragments import FragmentReader
from ingest.cameras.stream_boxes import BrokenStreamError
from ingest.cameras.stream_errors import reason_of

_PIPE_BYTES = 1 << 20  # room for a fragment, so that ffmpeg need not wait for us, nor we read it in pieces
_CHUNK = 1 << 14
_LINES = 200
_STOP_S = 3.0


class FfmpegStream:
    """A connection to one camera; ends with the process, and the process with it."""

    def __init__(
        self, command: Sequence[str], feed: str, address: CameraAddress, monotonic: Callable[[], float]
    ) -> None:
        self._address, self._monotonic = address, monotonic
        self._reader = FragmentReader()
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._rest = b""
        self._ready: deque[StreamFragment | StreamEnd] = deque()
        self._began = False
        self._process = subprocess.Popen(  # noqa: S603 - a list of words, no shell; the address is checked
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,  # a Ctrl-C in the terminal is the recorder's to answer
        )
        if self._process.stdout:
            with suppress(OSError):  # a machine may allow less
                fcntl.fcntl(self._process.stdout.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._selector = selectors.DefaultSelector()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                os.set_blocking(stream.fileno(), False)
                self._selector.register(stream, selectors.EVENT_READ)
        if self._process.stdin:
            with suppress(BrokenPipeError):  # it died at once; its words say why
                self._process.stdin.write(feed.encode())
                self._process.stdin.close()

    @property
    def pid(self) -> int:
        """Which process it is."""
        return self._process.pid

    @property
    def shape(self) -> StreamShape | None:
        """What the pictures are, once the first was here."""
        return self._reader.shape

    def take(self, wait_s: float) -> StreamFragment | StreamEnd | None:
        """The next fragment, the end, or nothing within ``wait_s``."""
        until = self._monotonic() + wait_s
        while not self._ready:
            left = until - self._monotonic()
            if left < 0 or not self._listen(left):
                break
        return self._ready.popleft() if self._ready else None

    def stop(self) -> list[StreamFragment | StreamEnd]:
        """Ask it to end, which flushes what it holds; kill it where it does not."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        found: list[StreamFragment | StreamEnd] = []
        until = self._monotonic() + _STOP_S
        while (left := until - self._monotonic()) > 0:
            event = self.take(left)
            if event is not None:
                found.append(event)
            if isinstance(event, StreamEnd):
                return found
        return [*found, self._finished()]

    def _listen(self, wait_s: float) -> bool:
        """Read what is there; whether there is anything left to listen to."""
        for key, _ in self._selector.select(wait_s):
            heard = key.fileobj is self._process.stderr
            if not (self._hear(key.fd) if heard else self._read(key.fd)):
                self._selector.unregister(key.fileobj)
        if not self._selector.get_map():
            self._ready.append(self._finished())
        return True

    def _hear(self, pipe: int) -> bool:
        data = os.read(pipe, _CHUNK)
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._lines += [line.decode("utf-8", "replace") for line in lines]
        return bool(data)

    def _read(self, pipe: int) -> bool:
        with self._reader.space() as space:
            count = os.readv(pipe, [space])
        try:
            found = self._reader.filled(count, self._monotonic()) if count else []
        except BrokenStreamError as error:
            self._ready.append(StreamEnd(GapReason.UNDECODABLE, str(error)))
            self._process.kill()
            return True
        self._began = self._began or bool(found)
        self._ready += found
        return bool(count)

    def _finished(self) -> StreamEnd:
        """Nothing comes any more: the process is gone or is ended now."""
        if self._process.poll() is None:
            try:
                self._process.wait(0.2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._selector.close()
        for stream in (self._process.stdout, self._process.stderr, self._process.stdin):
            if stream:
                stream.close()
        reason, words = reason_of(self._lines, began=self._began)
        return StreamEnd(reason, self._address.without_secrets(words))
