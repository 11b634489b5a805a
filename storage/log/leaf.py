"""What the log remembers of an event: a digest, a time and a subject, never a name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.digest import Digest
from facts.errors import InputError
from storage.log.errors import LogInputError
from storage.log.proofs import canonical
from storage.log.wire import fields_of, moment_of, trimmed, written

SCHEMA = "xueshi.leaf/1"


class LeafKind(StrEnum):
    """What happened."""

    RECORDING = "recording"
    CHECK_INS = "check_ins"
    ROSTER = "roster"
    TIMETABLE = "timetable"
    PAPER = "paper"
    VERDICT = "verdict"
    REVIEW = "review"
    EXPORT = "export"
    DELETION = "deletion"
    FACTS = "facts"
    DRAW = "draw"
    SPOT_CHECK = "spot_check"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One event: what happened, when the log heard of it, and the digest of what it is about."""

    kind: LeafKind
    at: datetime
    sha256: Digest
    subject: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise LogInputError(f"leaf: got the time {self.at} without a zone, expected an aware one")
        object.__setattr__(self, "at", trimmed(self.at))

    def to_bytes(self) -> bytes:
        """The canonical JSON that is hashed."""
        body = {"schema": SCHEMA, "kind": self.kind.value, "at": written(self.at), "sha256": self.sha256.sha256}
        return canonical({**body, "subject": self.subject, "note": self.note})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Leaf":
        """The leaf that ``to_bytes`` spelled; any other spelling is refused."""
        body = fields_of(data, "leaf", SCHEMA, dict.fromkeys(("kind", "at", "sha256", "subject", "note"), str))
        try:
            kind, digest = LeafKind(body["kind"]), Digest(body["sha256"])
        except (ValueError, InputError) as error:
            raise LogInputError(f"leaf: {error}; expected one of {', '.join(LeafKind)} and a SHA-256") from error
        leaf = cls(kind, moment_of(body["at"], "leaf"), digest, body["subject"], body["note"])
        if leaf.to_bytes() != data:
            raise LogInputError("leaf: got another spelling of the same JSON, expected the canonical one")
        return leaf
