"""What a package is made from: what its class has in common, its day, and its part of the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from attendance.law import Law
from facts.codec import dumps, plain
from facts.report import ClassReport
from pipeline.retention.terms import RetentionPeriod
from pipeline.sealing.pseudonyms import Pseudonyms
from runtime.evidence_log.time_stamps import SealingStamps
from runtime.sealing.originals import Original
from runtime.sealing.recorder_papers import NO_PAPERS, RecorderPapers
from runtime.sealing.request import SealRequest
from runtime.verification.command import Verification, VerificationResult
from storage.evidence.port import EvidenceStore
from storage.evidence_log.keyring import KeyEntry
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.signature import DigitalSigner


@dataclass(frozen=True, slots=True)
class SealContext:
    """What the packages of one class have in common."""

    request: SealRequest
    session: Verification
    made: VerificationResult
    law: Law
    store: EvidenceStore | None
    signer: DigitalSigner
    chain: tuple[KeyEntry, ...]
    pseudonyms: Pseudonyms | None
    originals: Mapping[str, Original]
    log: EvidenceLog
    stamping: SealingStamps


@dataclass(frozen=True, slots=True)
class PackageDay:
    """One class day, judged from the facts that its package will hold."""

    day: date
    sealed: ClassReport
    paths: Mapping[str, str]
    originals: tuple[Original, ...]
    recorder: RecorderPapers = NO_PAPERS

    @property
    def facts(self) -> bytes:
        """``facts.json``."""
        return dumps(self.sealed).encode() + b"\n"

    @property
    def verdicts(self) -> tuple[bytes, ...]:
        """The lines of ``verdicts.jsonl``, each of which is a leaf of the log."""
        lines = (json.dumps(plain(one), ensure_ascii=False, sort_keys=True) for one in self.sealed.verdicts)
        return tuple(line.encode() for line in lines)


@dataclass(frozen=True, slots=True)
class PreparedClass:
    """A class whose originals are stored and registered, ready to be logged and packed."""

    context: SealContext
    days: tuple[PackageDay, ...]
    period: RetentionPeriod
