"""Gives confined children ranges of recordings that lie in the evidence store; they themselves reach no network.

    with RangeBroker({path: reader}) as broker: ... Reach(ranges=broker.door([path])) ...; broker.refuse_lost()

Whether every range was given is known here and nowhere else: libav may take a read that failed for the end of a damaged
file. So whoever judges asks ``refuse_lost`` before anything is believed.
"""

import contextlib
import logging
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Self

from facts.errors import InputError, InternalError, SetupError, XueshiError
from ingest.recordings.range_source import Part, lying_elsewhere
from runtime.platform.child_limits import RangeDoor
from runtime.platform.range_cache import RangeCache
from runtime.platform.range_line import ASKED, GIVEN, MANY, NUMBER, REFUSED
from storage.evidence.errors import StoreLostError
from storage.evidence.range_reader import RangeReader

_LOG = logging.getLogger("xueshi.work")
AT_ONCE = 8  # ranges under way at the store
PAUSES_S = (1.0, 4.0, 15.0)  # a store that is away is asked again after each
_MOST_BYTES = 64 << 20  # of one answer; uncompressed 4K has half of it
_MOST_ASKED = 1 << 20
_STOP_S = 5.0
_SOCKETS = hasattr(socket, "AF_UNIX")


class LostRangeError(SetupError):
    """The store did not give what was needed; another time it may."""


class GoneRangeError(InputError):
    """The store has not what the record says; a person must look."""


class RangeBroker:
    """Reads for children what they ask, and counts it; the process that it runs in reads through it as well."""

    def __init__(
        self, readers: Mapping[Path, RangeReader], at_once: int = AT_ONCE, pauses_s: Sequence[float] = PAUSES_S
    ) -> None:
        self._paths = tuple(readers)
        self._readers = tuple(readers.values())
        self._numbers = {os.path.realpath(path): number for number, path in enumerate(self._paths)}
        self._pauses_s = pauses_s
        self._cache, self._crew = RangeCache(), ThreadPoolExecutor(at_once, "xueshi-range")
        self._turn, self._lock = threading.BoundedSemaphore(at_once), threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="xueshi-ranges-")
        self._key = secrets.token_bytes(32)
        self._listener = Listener(str(Path(self._folder.name, "door")) if _SOCKETS else None, authkey=self._key)
        self._closing = False
        self._lost: XueshiError | None = None
        self._here = contextlib.ExitStack()
        self.ranges = self.bytes_read = 0

    def __enter__(self) -> Self:
        self._here.enter_context(lying_elsewhere(self._paths, self))
        self._waiting = threading.Thread(target=self._wait, name="xueshi-range-door", daemon=True)
        self._waiting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._here.close()
        self._closing = True
        self._wake()
        self._waiting.join(_STOP_S)
        self._listener.close()
        self._crew.shutdown(wait=True, cancel_futures=True)
        for reader in self._readers:
            reader.close()
        self._folder.cleanup()

    def _wake(self) -> None:
        """Whoever waits for a line comes back from it; no answer is waited for, since it may have gone by itself."""
        with contextlib.suppress(OSError, EOFError, AuthenticationError):
            if not _SOCKETS:
                Client(self._listener.address, authkey=self._key).close()
                return
            with socket.socket(socket.AF_UNIX) as knock:
                knock.settimeout(_STOP_S)
                knock.connect(str(self._listener.address))

    def door(self, paths: Iterable[Path]) -> RangeDoor | None:
        """For a child that may ask for these recordings; none where all of them are files of this machine."""
        own = [(path, self._numbers[real]) for path in paths if (real := os.path.realpath(path)) in self._numbers]
        if not own:
            return None
        sizes = tuple((path, number, self._readers[number].size_bytes) for path, number in own)
        return RangeDoor(str(self._listener.address), self._key, sizes)

    def refuse_lost(self) -> None:
        """Nothing that was made of these recordings counts once a range of them could not be had."""
        if self._lost:
            raise self._lost

    def size_bytes(self, path: Path) -> int:
        """See ``RangeSource``."""
        return self._readers[self._number(path)].size_bytes

    def read(self, path: Path, pos: int, count: int) -> bytes:
        """See ``RangeSource``."""
        return self._read(self._number(path), pos, count)

    def read_parts(self, path: Path, parts: Sequence[Part]) -> list[bytes]:
        """See ``RangeSource``."""
        return self._read_parts([(self._number(path), *part) for part in parts])

    def _number(self, path: Path) -> int:
        return self._numbers[os.path.realpath(path)]

    def _read(self, number: int, pos: int, count: int) -> bytes:
        known = self._cache.known(number, pos, count)
        if known is not None:
            return known
        end = self._cache.wanted(number, pos, count, self._readers[number].size_bytes)
        data = self._fetched(number, pos, end)
        self._cache.keep(number, pos, data)
        return data[:count]

    def _read_parts(self, parts: Sequence[tuple[int, int, int]]) -> list[bytes]:
        return list(self._crew.map(lambda part: self._fetched(part[0], part[1], part[1] + part[2]), parts))

    def _fetched(self, number: int, start: int, end: int) -> bytes:
        """From the store, which is asked again while it is away; never more than so many at once."""
        reader, name = self._readers[number], self._paths[number].name
        for pause_s in (*self._pauses_s, None):
            self.refuse_lost()
            try:
                with self._turn:
                    data = reader.read(start, end)
            except StoreLostError as error:
                if pause_s is None:
                    raise self._told(LostRangeError(_sentence(name, error))) from error
                _LOG.warning("%s: asked again after %s s: %s", name, pause_s, error)
                time.sleep(pause_s)
            except XueshiError as error:
                kind = LostRangeError if isinstance(error, SetupError) else GoneRangeError
                raise self._told(kind(_sentence(name, error))) from error
            else:
                with self._lock:
                    self.ranges, self.bytes_read = self.ranges + 1, self.bytes_read + len(data)
                return data
        raise InternalError(f"{name}: a range was neither given nor refused")

    def _told(self, fault: XueshiError) -> XueshiError:
        with self._lock:
            self._lost = self._lost or fault
        return fault

    def _wait(self) -> None:
        while not self._closing:
            with contextlib.suppress(OSError, EOFError, AuthenticationError):
                line = self._listener.accept()
                threading.Thread(target=self._serve, args=(line,), name="xueshi-range-line", daemon=True).start()

    def _serve(self, line: "Connection[bytes, bytes]") -> None:
        """One child's questions until it ends; one that asks for what it may not have is hung up on."""
        with line, contextlib.suppress(OSError, EOFError):
            allowed = frozenset(number for (number,) in NUMBER.iter_unpack(line.recv_bytes(_MOST_ASKED)))
            while True:
                asked = line.recv_bytes(_MOST_ASKED)
                parts = list(ASKED.iter_unpack(asked[1:])) if len(asked) % ASKED.size == 1 else []
                if not parts or not all(self._allowed(part, allowed) for part in parts):
                    return
                if sum(count for _, _, count in parts) > _MOST_BYTES:
                    return
                line.send_bytes(self._answer(asked[:1], parts))

    def _allowed(self, part: tuple[int, int, int], allowed: frozenset[int]) -> bool:
        number, pos, count = part
        return number in allowed and count > 0 and pos + count <= self._readers[number].size_bytes

    def _answer(self, kind: bytes, parts: Sequence[tuple[int, int, int]]) -> bytes:
        try:
            return GIVEN + (b"".join(self._read_parts(parts)) if kind == MANY else self._read(*parts[0]))
        except XueshiError as error:
            return REFUSED + str(error).encode()


def _sentence(name: str, error: XueshiError) -> str:
    return (
        f"{name}：证据库没有给出所需的字节，未作任何结论 the evidence store did not give the bytes that were needed, so"
        f" nothing was judged: {error}"
    )
