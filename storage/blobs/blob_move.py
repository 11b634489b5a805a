"""Blobs from one place to another: each is copied, read back and compared; what is there already is not sent again."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from facts.digest import Digest
from storage.blobs.port import BlobEntry, BlobStore
from storage.evidence.errors import AlteredError


class MoveState(StrEnum):
    """What became of one blob."""

    THERE = "there"
    COPIED = "copied"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class MoveStep:
    """One blob and what became of it."""

    entry: BlobEntry
    state: MoveState


def move_blobs(source: BlobStore, target: BlobStore, *, dry: bool = False) -> Iterator[MoveStep]:
    """Every blob in order; broken off anywhere, the next run goes on. The source keeps what it has."""
    for entry in source.entries(""):
        if _same(source, target, entry):
            yield MoveStep(entry, MoveState.THERE)
        elif dry:
            yield MoveStep(entry, MoveState.LACKING)
        else:
            _copy(source, target, entry)
            yield MoveStep(entry, MoveState.COPIED)


def _same(source: BlobStore, target: BlobStore, entry: BlobEntry) -> bool:
    there = target.entry(entry.name)
    if there is None or there.size_bytes != entry.size_bytes:
        return False
    try:
        return target.digest(entry.name) == source.digest(entry.name)
    except AlteredError:
        source.digest(entry.name)  # the target's is sent again; the source's own fault is told
        return False


def _copy(source: BlobStore, target: BlobStore, entry: BlobEntry) -> None:
    descriptor, staged = tempfile.mkstemp(prefix="xueshi-move-")
    try:
        with os.fdopen(descriptor, "wb") as made:
            digest = Digest.of(_written(source.get(entry.name), made.fileno()))
        target.put(entry.name, Path(staged))
        found = target.digest(entry.name)
    finally:
        Path(staged).unlink(missing_ok=True)
    if found != digest:
        raise AlteredError(
            f"{target.url}: got bytes with SHA-256 {found.short} under {entry.name} after they were sent, expected"
            f" {digest.short}; run the same command again"
        )


def _written(pieces: Iterator[bytes], target: int) -> Iterator[bytes]:
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(target, view) :]
        yield piece
