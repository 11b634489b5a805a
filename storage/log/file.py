"""The log in a folder: whole lines of canonical JSON, and a small record of how many of them were acknowledged.

log.json       the log's own random name
leaves.jsonl   one leaf a line; what lies beyond the acknowledged bytes was never promised to anybody
acknowledged   so many leaves, so many bytes, this root; replaced only after the leaves are durable
heads/         every signed head, named by its size and the time
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from facts.digest import Digest
from storage.evidence.folders import disk_faults, folder, open_file, read_small, write_all, write_durably
from storage.log.errors import LogAlteredError, LogInputError, LogSetupError
from storage.log.head import Growth, HeadFile, TreeHead, sign_head
from storage.log.leaf import Leaf
from storage.log.proofs import canonical, leaf_hash
from storage.log.signing import Signer
from storage.log.tree import Tree
from storage.log.wire import fields_of

LEAVES, NAME, ACKNOWLEDGED, HEADS = "leaves.jsonl", "log.json", "acknowledged", "heads"
_NAME_SCHEMA, _ACK_SCHEMA = "xueshi.log/1", "xueshi.acknowledged/1"
_ACK = {"leaves": int, "bytes": int, "root": str}


class EvidenceLog:
    """Leaves in the order in which they came; an append has happened when it returns, and never by half."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.leaves: list[Leaf] = []
        self.tree = Tree()
        self._read_bytes = 0
        with disk_faults(root, "opening the log"):
            self._found()
            self.log_id = self._name()
            self.refresh()

    def append(self, leaves: Sequence[Leaf]) -> tuple[int, ...]:
        """The places of the leaves, once they are durable."""
        if not leaves:
            return ()
        with disk_faults(self.root, "appending to the log"), self._locked() as root:
            self.refresh()
            first = self.tree.size
            self._refuse_earlier(leaves)
            self._write(root, b"".join(leaf.to_bytes() + b"\n" for leaf in leaves), leaves)
            return tuple(range(first, first + len(leaves)))

    def sign(self, signer: Signer, at: datetime) -> TreeHead:
        """The signed head of everything acknowledged, kept beside the log."""
        with disk_faults(self.root, "signing the log"), self._locked():
            self.refresh()
            head = sign_head(signer, self.log_id, self.tree.size, self.tree.root(), at)
            name = f"{head.size:012d}-{head.at:%Y%m%dT%H%M%S%f}.json"
            with folder(self.root, HEADS, create=True) as heads:
                write_durably(heads, name, HeadFile((head,)).to_bytes())
        return head

    def heads(self) -> tuple[TreeHead, ...]:
        """Every head that was signed here, oldest first."""
        with disk_faults(self.root, "reading the heads"), folder(self.root, HEADS, create=True) as heads:
            names = sorted(name for name in _entries(heads) if name.endswith(".json"))
            found = [HeadFile.from_bytes(read_small(heads, name) or b"", name) for name in names]
        return tuple(head for file in found for head in file.heads)

    def growth(self, old: int, new: int) -> Growth:
        """The proof that the log only grew from one size to another."""
        return Growth(old, new, self.tree.consistency(old, new) if 0 < old <= new else ())

    def places(self, digest: Digest) -> tuple[int, ...]:
        """Where the log speaks of these bytes."""
        return tuple(index for index, leaf in enumerate(self.leaves) if leaf.sha256 == digest)

    def refresh(self) -> None:
        """Read what others acknowledged meanwhile; what was acknowledged and is not there is an alarm."""
        with folder(self.root) as root:
            ack = self._ack(root)
            with os.fdopen(open_file(root, LEAVES), "rb") as file:
                file.seek(self._read_bytes)
                data = file.read(max(ack["bytes"] - self._read_bytes, 0))
        if self._read_bytes + len(data) != ack["bytes"]:
            raise self._altered(f"{self._read_bytes + len(data)} bytes", f"{ack['bytes']} acknowledged bytes")
        for line in data.splitlines():
            self._take(line)
        self._read_bytes = ack["bytes"]
        if (self.tree.size, self.tree.root().hex()) != (ack["leaves"], ack["root"]):
            raise self._altered(f"{self.tree.size} leaves of another root", f"the {ack['leaves']} acknowledged ones")

    def _refuse_earlier(self, leaves: Sequence[Leaf]) -> None:
        for before, after in pairwise([*self.leaves[-1:], *leaves]):
            if after.at < before.at:
                raise LogSetupError(
                    f"log: got a leaf of {after.at.isoformat()}, expected none before the last one"
                    f" ({before.at.isoformat()}); check this machine's clock"
                )

    def _take(self, line: bytes) -> None:
        try:
            self.leaves.append(Leaf.from_bytes(line))
        except LogInputError as error:
            raise self._altered(f"leaf {self.tree.size}, {error}", "the leaf that was acknowledged") from error
        self.tree.append(leaf_hash(line))

    def _write(self, root: int, data: bytes, leaves: Sequence[Leaf]) -> None:
        descriptor = os.open(LEAVES, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=root)
        try:
            os.ftruncate(descriptor, self._read_bytes)  # a torn tail: nobody was told that it is there
            os.lseek(descriptor, self._read_bytes, os.SEEK_SET)
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            for leaf in leaves:
                self.tree.append(leaf_hash(leaf.to_bytes()))
            self._acknowledge(root, self.tree, self._read_bytes + len(data))
        except OSError:
            self._forget()
            raise
        self.leaves.extend(leaves)
        self._read_bytes += len(data)

    def _forget(self) -> None:
        """Nothing in memory is believed any more; the next call reads what was acknowledged."""
        self.leaves, self.tree, self._read_bytes = [], Tree(), 0

    def _acknowledge(self, root: int, tree: Tree, size_bytes: int) -> None:
        body = {"schema": _ACK_SCHEMA, "leaves": tree.size, "bytes": size_bytes, "root": tree.root().hex()}
        write_durably(root, ACKNOWLEDGED, canonical(body))

    def _ack(self, root: int) -> dict[str, Any]:
        data = read_small(root, ACKNOWLEDGED)
        if data is None:
            raise self._altered("no record of what was acknowledged", "one")
        try:
            return fields_of(data, str(self.root / ACKNOWLEDGED), _ACK_SCHEMA, _ACK)
        except LogInputError as error:
            raise self._altered(str(error), "the record that was written") from error

    def _name(self) -> str:
        with folder(self.root) as root:
            return str(fields_of(read_small(root, NAME) or b"", NAME, _NAME_SCHEMA, {"log_id": str})["log_id"])

    def _found(self) -> None:
        """Open the log, or found one in an empty folder; the name comes last, so that a half-made one is made again."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self._locked() as root:
            if read_small(root, NAME) is not None:
                return
            own = {LEAVES, ACKNOWLEDGED, NAME}
            strangers = _entries(root) - {"lock", *own, *(f"{name}.new" for name in own)}
            if strangers or (read_small(root, LEAVES) or b"") != b"":
                raise LogSetupError(
                    f"{self.root}: got a folder with other things in it and no {NAME}, expected a log or an empty"
                    " folder; name another folder, or restore the log"
                )
            write_durably(root, LEAVES, b"")
            self._acknowledge(root, Tree(), 0)
            write_durably(root, NAME, canonical({"schema": _NAME_SCHEMA, "log_id": secrets.token_hex(16)}))

    @contextmanager
    def _locked(self) -> Iterator[int]:
        with folder(self.root) as root:
            lock = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=root)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield root
            finally:
                os.close(lock)

    def _altered(self, got: str, expected: str) -> LogAlteredError:
        return LogAlteredError(
            f"{self.root}: got {got}, expected {expected}; the log was changed behind the program's back:"
            " keep the folder as it is, compare it with the heads that were handed out, and ask who had access"
        )


def _entries(descriptor: int) -> set[str]:
    return set(os.listdir(descriptor))
