"""Deletion certificates as files: each with the proof that the log holds it, and how anybody checks one."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from facts.errors import InputError, SetupError
from facts.retention import RetentionEntry
from facts.text import Text
from runtime.retention.command import RetentionRequest, open_register
from storage.evidence_log.errors import LogInputError
from storage.evidence_log.head import TreeHead
from storage.evidence_log.ledger import EvidenceLog
from storage.retention.certificate import bundle, check_bundle
from storage.retention.register import EvidenceRegister

_MOST_BYTES, _AT_ONCE = 1 << 20, 200


@dataclass(frozen=True, slots=True)
class Proven:
    """One certificate and everything wrong with it."""

    name: str
    said: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Text, ...] = ()


def bundles(wishes: RetentionRequest) -> Iterator[tuple[str, bytes]]:
    """A file for each certificate under the newest signed head, by the name it is written under."""
    yield from ((name, data) for _, name, data in certified(open_register(wishes)))


def certified(register: EvidenceRegister) -> Iterator[tuple[RetentionEntry, str, bytes]]:
    """The same over a register that is open already, each with what was deleted."""
    log = EvidenceLog(register.engine)
    for head in log.heads(1):
        yield from of_deleted(log, head, register.deleted())


def of_deleted(
    log: EvidenceLog, head: TreeHead, deleted: Iterable[RetentionEntry]
) -> Iterator[tuple[RetentionEntry, str, bytes]]:
    """The same of some deletions, under this head of the log."""
    # A sweep that was killed before it signed has places that no head covers: the next sweep signs.
    placed = ((kept, one) for kept in deleted if (one := _certificate(kept)) and one[0] < head.size)
    while part := list(islice(placed, _AT_ONCE)):
        proofs = log.prove([place for _, (place, _) in part], head.size)
        for (kept, (place, said)), proof in zip(part, proofs, strict=True):
            yield kept, f"{place:08d}-{kept.digest.short}.json", bundle(said, proof, head)


def _certificate(kept: RetentionEntry) -> tuple[int, str] | None:
    """Where the log has it, and what it says."""
    done = kept.deletion
    return (done.place, done.certificate) if done and done.place is not None else None


def write_bundles(folder: Path, wishes: RetentionRequest) -> tuple[Path, ...]:
    """Every certificate as a file."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in bundles(wishes):
            (folder / name).write_bytes(data)
            written.append(folder / name)
    except OSError as error:
        raise SetupError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from error
    return tuple(written)


def checked(path: Path, fingerprints: Collection[str] = ()) -> Proven:
    """What a file of this kind says, and everything wrong with it."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError as error:
        raise InputError(
            f"{path}: got a file that cannot be read ({error.strerror}), expected a certificate"
        ) from error
    return proven(path.name, data, fingerprints)


def proven(name: str, data: bytes, fingerprints: Collection[str] = ()) -> Proven:
    """The same of its bytes; what is no certificate at all is a fault too."""
    try:
        said, faults = check_bundle(data, name, fingerprints)
    except LogInputError as error:
        return Proven(name, faults=(Text(f"不是删除证明：{error}", f"no deletion certificate: {error}"),))
    return Proven(name, said, faults)
