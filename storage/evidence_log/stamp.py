"""Time stamps (RFC 3161) of signed tree heads: another authority's word that a head was there by a certain moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from facts.digest import Digest
from storage.evidence.folders import disk_faults, folder, read_small, write_durably
from storage.evidence_log.der import SHA256_OID, stamp_words
from storage.evidence_log.errors import StampError
from storage.evidence_log.head import TreeHead
from storage.evidence_log.proofs import canonical

SLACK = timedelta(days=1)  # between a machine's clock and the authority's; more means that one of them is wrong
MOST_BYTES = 1 << 18


class TimeStamper(Protocol):
    """Asks a time stamping authority to put its time on bytes, of which the authority sees the digest alone."""

    @property
    def address(self) -> str:
        """Whom it asks."""
        ...

    def stamp(self, message: bytes) -> bytes:
        """The authority's answer, checked as far as can be; ``StampError`` if none came that can be believed."""
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """An authority's answer about one head, as it was received."""

    head: Digest
    at: datetime
    by: str
    response: bytes


def stamped_bytes(head: TreeHead) -> bytes:
    """What is stamped: the head with its signature, so that the key, too, is shown to have been in use by then."""
    return canonical(head.plain())


def stamp_of(response: bytes, head: TreeHead) -> Stamp:
    """The stamp that the bytes hold, if it is one of this head."""
    try:
        words = stamp_words(response)
    except (ValueError, IndexError) as error:
        raise StampError(f"time stamp: got an answer that is none ({error}), expected one by RFC 3161") from error
    message = stamped_bytes(head)
    if words.algorithm != SHA256_OID or words.imprint != sha256(message).hexdigest():
        raise StampError("time stamp: got the stamp of something else, expected one of this head; ask again")
    return Stamp(Digest(words.imprint), words.at, words.by, response)


def stamp_head(stamper: TimeStamper, head: TreeHead) -> Stamp:
    """A new stamp of the head, refused where the two clocks contradict each other."""
    stamp = stamp_of(stamper.stamp(stamped_bytes(head)), head)
    if abs(stamp.at - head.at) > SLACK:
        raise StampError(
            f"{stamper.address}: got the time {stamp.at.isoformat()}, expected one near this machine's"
            f" ({head.at.isoformat()}); one of the clocks is wrong: correct this machine's, or ask another authority"
        )
    return stamp


class StampShelf:
    """The stamps of an institution, one file for each head, in a folder beside its log."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, stamp: Stamp) -> None:
        """Keep a stamp durably."""
        with disk_faults(self.root, "keeping a time stamp"):
            self.root.mkdir(parents=True, exist_ok=True)
            with folder(self.root) as root:
                write_durably(root, f"{stamp.head.sha256}.tsr", stamp.response)

    def of(self, head: TreeHead) -> Stamp | None:
        """The stamp of this head, if there is one."""
        if not self.root.is_dir():
            return None
        name = f"{sha256(stamped_bytes(head)).hexdigest()}.tsr"
        with disk_faults(self.root, "reading a time stamp"), folder(self.root) as root:
            response = read_small(root, name, MOST_BYTES)
        return stamp_of(response, head) if response else None

    def all(self, heads: Iterable[TreeHead]) -> tuple[Stamp, ...]:
        """The stamps that there are, in the order of the heads."""
        return tuple(stamp for head in heads if (stamp := self.of(head)))
