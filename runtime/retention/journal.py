"""The Merkle log as retention speaks to it."""

from dataclasses import dataclass

from facts.digest import Digest
from runtime.retention.vault import Clock
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.signature import DigitalSigner


@dataclass(frozen=True, slots=True)
class LogJournal:
    """The pipeline's port ``Journal`` over the log; a leaf that is there already keeps its place."""

    log: EvidenceLog
    signer: DigitalSigner
    clock: Clock

    def deleted(self, certificate: Digest, subject: str) -> int:
        """See ``Journal``."""
        return self._once(LeafKind.DELETION, certificate, subject)

    def held(self, what: Digest, subject: str, note: str) -> int:
        """See ``Journal``."""
        return self._once(LeafKind.HOLD, what, subject, note)

    def reviewed(self, what: Digest, subject: str, note: str) -> int:
        """See ``Journal``."""
        return self._once(LeafKind.REVIEW, what, subject, note)

    def sign(self) -> None:
        """See ``Journal``."""
        if all(head.size < self.log.size for head in self.log.heads(1)):
            self.log.sign(self.signer, self.clock())

    def _once(self, kind: LeafKind, digest: Digest, subject: str, note: str = "") -> int:
        return self.log.append_once([Leaf(kind, self.clock(), digest, subject, note)])[0]
