"""Single lines of a recorder's ledger, byte for byte: the one that closed a file, and all that tell of some files."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from facts.digest import Digest
from facts.recorder import EntryKind

_TAIL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class LedgerExcerpt:
    """Lines without a break; ``before`` is the file closed before them, ``after`` the one that the last of them closed.

    They go on behind the last of the files until another was closed, so that they tell why nothing was recorded after it; where
    none was closed since, to the ledger's end.
    """

    lines: bytes = b""
    before: str = ""
    after: str = ""


def closing_digest(path: Path, name: str) -> str:
    """The digest of the line that closed the file of this name; empty where none does. It is sought at the end first."""
    for reach in (_TAIL_BYTES, path.stat().st_size):
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - reach, 0))
            found = [line for line in _whole(file) if _closed(line) == name]
        if found:
            return Digest.of(found[-1]).sha256
    return ""


def ledger_excerpt(path: Path, names: Collection[str]) -> LedgerExcerpt:
    """What was written from the end of the file before the first of these until the one after the last of them was closed."""
    taken: list[bytes] = []
    since: list[bytes] = []
    before, after, left = "", "", set(names)
    with path.open("rb") as file:
        for line in _whole(file):
            since.append(line + b"\n")
            closed = _closed(line)
            if closed in left:
                taken, since = taken + since, []
                left.discard(closed)
            elif closed and taken and not left:
                after = closed
                break
            elif closed and not taken:
                before, since = closed, []
    return LedgerExcerpt(b"".join(taken + (since if not left else [])), before, after) if taken else LedgerExcerpt()


def _whole(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Every line that ends; the last one may be torn, or still being written."""
    return (line[:-1] for line in lines if line.endswith(b"\n"))


def _closed(line: bytes) -> str:
    """The name of the file that the line closed; empty for every other line, and for the rest of one that was cut."""
    if b'"closed"' not in line:
        return ""
    try:
        said = json.loads(line)
        return str(said["told"]["name"]) if said["kind"] == EntryKind.CLOSED else ""
    except (ValueError, KeyError, TypeError):
        return ""
