"""Retention put together: the register in the database, the stores by their addresses, the log, and the signing key."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine

from facts.digest import Digest
from facts.errors import SetupError
from facts.retention import Category, Hold, RetentionEntry, Scope
from facts.span import local_day
from pipeline.retention.deadlines import EMBEDDING_LIFE_AFTER_VERIFICATION, GRACE, LOOK_LIFE
from pipeline.retention.ports import RetentionPorts, VaultObject
from runtime.platform.clock import now
from runtime.platform.database import database_at
from runtime.platform.environment import environment
from runtime.platform.home import home
from runtime.platform.version import TOOL
from runtime.recordings.preview_expiry import RecordingPreviews, by_recording, expire_previews, stored_previews
from storage.evidence.address import open_store
from storage.evidence.errors import NotStoredError, RefusedError
from storage.evidence.local import MARK
from storage.evidence.port import EvidenceStore, Ref, Source
from storage.evidence_log.keyring import KeyRing, load_signer
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.signature import DigitalSigner
from storage.retention.certificate import DeletionDetails, certificate
from storage.retention.register import EvidenceRegister

Clock = Callable[[], datetime]
_ID_BYTES = 4
_SHORTEST_LOCK = timedelta(minutes=1)  # derived data must go soon; a store wants some date that lies ahead


@dataclass(frozen=True, slots=True)
class RetentionWishes:
    """Where everything is; what is not named lies in this user's own folder."""

    home: Path
    database: str = ""
    key: Path | None = None
    grace: timedelta = GRACE
    environ: Mapping[str, str] = field(default_factory=dict)


def wishes_of(database: str, key: Path | None = None, grace: timedelta = GRACE) -> RetentionWishes:
    """The same from this process's environment."""
    return RetentionWishes(home(environment()), database, key, grace, environment())


def open_register(wishes: RetentionWishes) -> EvidenceRegister:
    """The register alone, for lists and checks; a mistyped name must not pass for an empty one."""
    return EvidenceRegister(database_at(wishes.home, wishes.database, must_exist=True))


def open_desk(wishes: RetentionWishes, clock: Clock = now) -> RetentionPorts:
    """Everything that sweeps and orders work with; without a key nothing is deleted, because nobody could certify it."""
    return desk_of(wishes, open_register(wishes).engine, clock)


def passing_of(wishes: RetentionWishes) -> tuple[RecordingPreviews, ...]:
    """The previews that lie here; they are in no store and in no register, and go at their own early end."""
    return by_recording(stored_previews(wishes.home))


def forget_passing(wishes: RetentionWishes, clock: Clock = now) -> int:
    """Previews whose life is over go, with a leaf each."""
    return expire_previews(open_register(wishes).engine, wishes.home, clock())


def desk_of(wishes: RetentionWishes, engine: Engine, clock: Clock = now) -> RetentionPorts:
    """The same over a database that is open already."""
    ring = KeyRing(wishes.home / "keys")
    signer = load_signer(wishes.key) if wishes.key else ring.signer()
    vault = Vault(wishes.environ, clock)
    register = EvidenceRegister(engine)
    journal = Journal(EvidenceLog(engine), signer, clock)

    def certify(kept: RetentionEntry, deleted_at: datetime, resumed: bool) -> str:  # noqa: FBT001 - the port's own shape
        begun = kept.deletion.begun_at if kept.deletion else deleted_at
        level = vault.store(kept.store).enforcement.value
        return certificate(kept, DeletionDetails(_shown(kept.store), level, begun, deleted_at, resumed, TOOL), signer)

    return RetentionPorts(register, vault, journal, certify, clock, wishes.grace)


def _shown(store: str) -> str:
    """A folder of a private machine is nobody else's business."""
    return "xueshi://local-store" if store.startswith("file:") else store


@dataclass(frozen=True, slots=True)
class Vault:
    """The stores behind the port of the pipeline; opened when the first of their objects is touched."""

    environ: Mapping[str, str]
    clock: Clock
    opened: dict[str, EvidenceStore] = field(default_factory=dict)

    def store(self, url: str) -> EvidenceStore:
        """The store at the address; a folder that is not mounted is no empty store."""
        if url not in self.opened:
            folder = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None
            if folder and not (folder / MARK).is_file():
                raise SetupError(
                    f"{url}: got no evidence store there, expected the one that the register names; mount its disk"
                )
            self.opened[url] = open_store(url, self.environ, self.clock)
        return self.opened[url]

    def found(self, kept: RetentionEntry) -> VaultObject | None:
        """See ``Vault`` of the pipeline."""
        try:
            stored = self.store(kept.store).stat(_ref(kept))
        except NotStoredError:
            return None
        return VaultObject(stored.stored_at, stored.retain_until)

    def delete(self, kept: RetentionEntry) -> str:
        """See ``Vault`` of the pipeline."""
        return self._tried(kept, lambda store: store.delete(_ref(kept)), gone="")

    def extend(self, kept: RetentionEntry, until: datetime) -> datetime | str:
        """See ``Vault`` of the pipeline."""
        store = self.store(kept.store)
        try:
            locked = store.stat(_ref(kept)).retain_until
            if locked and locked >= until:
                return locked
            return store.extend(_ref(kept), until).retain_until or until
        except (NotStoredError, RefusedError) as error:
            return str(error)

    def hold(self, kept: RetentionEntry, label: str) -> str:
        """See ``Vault`` of the pipeline."""
        return self._tried(kept, lambda store: store.hold(_ref(kept), label), gone=None)

    def release(self, kept: RetentionEntry, label: str) -> str:
        """See ``Vault`` of the pipeline."""
        return self._tried(kept, lambda store: store.release(_ref(kept), label), gone="")

    def _tried(self, kept: RetentionEntry, act: Callable[[EvidenceStore], object], *, gone: str | None) -> str:
        try:
            act(self.store(kept.store))
        except NotStoredError as error:
            return str(error) if gone is None else gone
        except RefusedError as error:
            return str(error)
        return ""


def _ref(kept: RetentionEntry) -> Ref:
    return Ref(kept.digest, kept.version_id)


@dataclass(frozen=True, slots=True)
class Journal:
    """The log behind the port of the pipeline; a leaf that is there already keeps its place."""

    log: EvidenceLog
    signer: DigitalSigner
    clock: Clock

    def deleted(self, certificate: Digest, subject: str) -> int:
        """See ``Journal`` of the pipeline."""
        return self._once(LeafKind.DELETION, certificate, subject)

    def held(self, what: Digest, subject: str, note: str) -> int:
        """See ``Journal`` of the pipeline."""
        return self._once(LeafKind.HOLD, what, subject, note)

    def reviewed(self, what: Digest, subject: str, note: str) -> int:
        """See ``Journal`` of the pipeline."""
        return self._once(LeafKind.REVIEW, what, subject, note)

    def sign(self) -> None:
        """See ``Journal`` of the pipeline."""
        if all(head.size < self.log.size for head in self.log.heads(1)):
            self.log.sign(self.signer, self.clock())

    def _once(self, kind: LeafKind, digest: Digest, subject: str, note: str = "") -> int:
        return self.log.append_once([Leaf(kind, self.clock(), digest, subject, note)])[0]


def new_hold(scope: Scope, reason: str, case: str, by: str, clock: Clock = now) -> Hold:
    """A hold that nobody has placed yet."""
    return Hold(secrets.token_hex(_ID_BYTES), scope, reason, case, by, clock())


@dataclass(frozen=True, slots=True)
class Life:
    """What somebody made from evidence, and how long it may live at most."""

    label: str
    life: timedelta


PREVIEW = Life("preview", LOOK_LIFE)
EMBEDDING = Life("embedding", EMBEDDING_LIFE_AFTER_VERIFICATION)


def keep_derived(
    register: EvidenceRegister, store: EvidenceStore, source: RetentionEntry, data: Source, life: Life, moment: datetime
) -> RetentionEntry:
    """Put derived personal data beside its source; it goes at its own early end, and never outlives the source."""
    stored = store.put(data, retain_until=moment + _SHORTEST_LOCK)
    own = source.binding
    derived = replace(
        own,
        category=Category.DERIVED,
        label=life.label,
        rule=f"life:{life.label}",
        base=local_day(moment),
        keep_until=min(moment + life.life, source.keep_until),
        terms=(),
        source=source.digest,
    )
    return register.record(store.url, stored, derived)
