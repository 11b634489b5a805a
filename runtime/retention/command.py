"""What a command of retention is asked, and the register, stores, log and key that it works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from facts.retention import RetentionEntry
from pipeline.retention.deadlines import GRACE
from pipeline.retention.ports import RetentionPorts
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.environment import environment
from runtime.platform.home import home
from runtime.platform.version import TOOL
from runtime.retention.journal import LogJournal
from runtime.retention.vault import Clock, StoreVault
from storage.evidence_log.keyring import KeyRing, load_signer
from storage.evidence_log.ledger import EvidenceLog
from storage.retention.certificate import DeletionDetails, certificate
from storage.retention.register import EvidenceRegister


@dataclass(frozen=True, slots=True)
class RetentionRequest:
    """What a command is asked about retention, and where everything is; what is not named lies in this user's own folder."""

    home: Path
    database: str = ""
    key: Path | None = None
    grace: timedelta = GRACE
    environ: Mapping[str, str] = field(default_factory=dict)


def request_of(database: str, key: Path | None = None, grace: timedelta = GRACE) -> RetentionRequest:
    """The same from this process's environment."""
    return RetentionRequest(home(environment()), database, key, grace, environment())


def open_register(request: RetentionRequest) -> EvidenceRegister:
    """The register alone, for lists and checks; a mistyped name is refused, not taken for an empty register."""
    return EvidenceRegister(database_at(request.home, request.database, must_exist=True))


def open_ports(request: RetentionRequest, clock: Clock = now) -> RetentionPorts:
    """What sweeps and orders work with; without a key nothing is deleted, because nothing could be certified."""
    return ports_of(request, open_register(request).engine, clock)


def ports_of(request: RetentionRequest, engine: Engine, clock: Clock = now) -> RetentionPorts:
    """The same over a database that is open already."""
    ring = KeyRing(request.home / "keys")
    signer = load_signer(request.key) if request.key else ring.signer()
    vault = StoreVault(request.environ, clock)
    register = EvidenceRegister(engine)
    journal = LogJournal(EvidenceLog(engine), signer, clock)

    def certify(kept: RetentionEntry, deleted_at: datetime, resumed: bool) -> str:  # noqa: FBT001 - the port's own shape
        begun = kept.deletion.begun_at if kept.deletion else deleted_at
        level = vault.store(kept.store).enforcement.value
        return certificate(
            kept, DeletionDetails(_public_address(kept.store), level, begun, deleted_at, resumed, TOOL), signer
        )

    return RetentionPorts(register, vault, journal, certify, clock, request.grace)


def _public_address(store: str) -> str:
    """The address as a certificate may publish it: a local path would tell strangers about this machine."""
    return "xueshi://local-store" if store.startswith("file:") else store
