"""The recorder's ledger: one JSON object a line, each naming the digest of the line before, each on the disk before it counts."""

import errno
import fcntl
import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from facts.digest import Digest
from facts.errors import InputError, SetupError
from facts.recorder import EntryKind, RecorderEntry

LEDGER_NAME = "ledger.jsonl"
_START = "0" * 64
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LedgerFile:
    """Appends under a lock that one recorder holds; a line torn by a dead machine is cut off, anything else refused."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LEDGER_NAME
        self._lock = Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = self.path.open("ab+")
        except OSError as error:
            raise SetupError(f"{self.path}: cannot be opened ({error.strerror}); choose another --out") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise SetupError(
                f"{folder}: got a folder in which another recorder records, expected a free one; stop that one first"
            ) from error
        self.entries, self._last, self._whole = _read(self.path)
        self._file.truncate(self._whole)
        self._waiting: list[RecorderEntry] = []

    def add(self, entry: RecorderEntry) -> None:
        """Append; on return it is on the disk, or, where the disk is full, waits for room ahead of what comes later."""
        with self._lock:
            self._waiting.append(entry)
            while self._waiting and self._wrote(self._waiting[0]):
                self.entries.append(self._waiting.pop(0))

    def lines(self) -> tuple[RecorderEntry, ...]:
        """What is kept of it in memory, as it stands now."""
        with self._lock:
            return tuple(self.entries)

    def shorten(self, fewer: Callable[[Sequence[RecorderEntry]], Sequence[RecorderEntry]]) -> None:
        """Keep less of it in memory; the file stays whole."""
        with self._lock:
            self.entries = list(fewer(self.entries))

    def _wrote(self, entry: RecorderEntry) -> bool:
        line = _line(entry, self._last).encode()
        try:
            os.write(self._file.fileno(), line + b"\n")
            os.fsync(self._file.fileno())
        except OSError as error:
            if error.errno not in FULL:
                raise
        if os.fstat(self._file.fileno()).st_size != self._whole + len(line) + 1:
            os.ftruncate(self._file.fileno(), self._whole)
            return False
        self._last, self._whole = Digest.of(line).sha256, self._whole + len(line) + 1
        return True

    def close(self) -> None:
        """Let another recorder have the folder."""
        self._file.close()


def read_ledger(folder: Path) -> Sequence[RecorderEntry]:
    """Every entry, each checked against the digest in the next; a missing ledger is an error with its place."""
    path = folder / LEDGER_NAME
    if not path.is_file():
        raise InputError(f"{path}: got no ledger, expected one; nothing was recorded into this folder")
    return _read(path)[0]


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _line(entry: RecorderEntry, previous: str) -> str:
    said: dict[str, Any] = {"kind": entry.kind, "at": entry.at.isoformat()}
    said |= {name: value for name in ("camera", "file", "reason") if (value := getattr(entry, name))}
    said |= {name: moment.isoformat() for name in ("start", "end") if (moment := getattr(entry, name))}
    said |= {"follows": True} if entry.follows else {}
    said |= {"told": dict(entry.told)} if entry.told else {}
    return json.dumps(said | {"previous": previous}, ensure_ascii=False, separators=(",", ":"))


def _read(path: Path) -> tuple[list[RecorderEntry], str, int]:
    """The entries, the digest of the last line, and how many bytes are whole lines."""
    entries, previous, whole = [], _START, 0
    content = path.read_bytes()
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            break  # the last line, torn when the machine died: its entry was never promised
        try:
            said = json.loads(line)
            entry = _entry(said)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path} line {number}: got no entry ({type(error).__name__}), expected one; "
                "keep this ledger and record into a new folder"
            ) from error
        if said.get("previous") != previous:
            raise InputError(
                f"{path} line {number}: got another line before it than was written, expected the digest {previous[:12]}…; "
                "somebody changed the ledger: keep it and record into a new folder"
            )
        entries.append(entry)
        previous, whole = Digest.of(line[:-1]).sha256, whole + len(line)
    return entries, previous, whole


def _entry(said: dict[str, Any]) -> RecorderEntry:
    return RecorderEntry(
        EntryKind(said["kind"]),
        datetime.fromisoformat(said["at"]),
        said.get("camera", ""),
        _moment(said.get("start", "")),
        _moment(said.get("end", "")),
        said.get("file", ""),
        said.get("reason", ""),
        said.get("follows", False),
        said.get("told", {}),
    )
