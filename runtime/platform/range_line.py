"""A child's line to whoever gives it ranges of recordings that lie elsewhere; what is said on it are numbers and bytes.

    asked   one part after the other: the recording's number, where the part begins, how many bytes; many parts are ``many``
    given   the bytes of all parts in one, or in words why there are none

The line is opened before the process is confined, and the first thing said on it, by our own code, is of which
recordings it may ask: bytes of a stranger that take the process over later can change neither.
"""

import os
import struct
from collections.abc import Sequence
from multiprocessing.connection import Client
from pathlib import Path
from threading import Lock

from facts.errors import SetupError
from ingest.recordings.range_source import Part
from runtime.platform.child_limits import RangeDoor

ONE, MANY = b"r", b"m"
GIVEN, REFUSED = b"g", b"x"
ASKED = struct.Struct("<IQQ")
NUMBER = struct.Struct("<I")


class RangeLine:
    """Asks at the door; see ``RangeSource``."""

    def __init__(self, door: RangeDoor) -> None:
        self._numbers = {os.path.realpath(path): number for path, number, _ in door.recordings}
        self._sizes = {os.path.realpath(path): size for path, _, size in door.recordings}
        self._lock = Lock()
        self._connection = Client(door.address, authkey=door.key)
        self._connection.send_bytes(b"".join(NUMBER.pack(number) for number in self._numbers.values()))

    def size_bytes(self, path: Path) -> int:
        """See ``RangeSource``."""
        return self._sizes[os.path.realpath(path)]

    def read(self, path: Path, pos: int, count: int) -> bytes:
        """See ``RangeSource``."""
        return self._given(ONE, path, [(pos, count)])

    def read_parts(self, path: Path, parts: Sequence[Part]) -> list[bytes]:
        """See ``RangeSource``."""
        data, found, at = self._given(MANY, path, parts), [], 0
        for _, count in parts:
            found.append(data[at : at + count])
            at += count
        return found

    def _given(self, kind: bytes, path: Path, parts: Sequence[Part]) -> bytes:
        number = self._numbers[os.path.realpath(path)]
        asked = b"".join(ASKED.pack(number, *part) for part in parts)
        try:
            with self._lock:
                self._connection.send_bytes(kind + asked)
                said = self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise SetupError(f"{path.name}: the process that gives its bytes is gone; verify again") from error
        if said[:1] != GIVEN:
            raise SetupError(said[1:].decode("utf-8", "replace"))
        return said[1:]
