"""Originals on their way into the evidence store, which may take days: what the store acknowledged is not sent again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from facts.digest import Digest
from facts.errors import SetupError
from storage.evidence.errors import StoreError
from storage.evidence.port import EvidenceStore, Ref, StoredObject
from storage.retention.register import EvidenceRegister

SPELL = timedelta(minutes=30)  # after which whoever waits behind a slow line has a turn
_REMEMBERED = timedelta(days=30)  # how long an acknowledgement spares reading the object back; audits read it anyway


@dataclass
class EvidenceUpload:
    """One class's originals: each is put, or found acknowledged; a spell that is over lets others work first."""

    store: EvidenceStore
    register: EvidenceRegister | None
    clock: Callable[[], datetime]
    spell: timedelta | None = None
    most: int = 0
    done: set[Digest] = field(default_factory=set)
    _begun: datetime | None = None

    def put(self, source: Path, digest: Digest, until: datetime, media_type: str) -> StoredObject:
        """What the store vouches for; ``SetupError`` where it goes on later, with at least one more file stored."""
        known = self._acknowledged(digest, until)
        if known is None:
            self._refuse_longer()
            known = self.store.put(source, retain_until=until, media_type=media_type, digest=digest)
        self.done.add(digest)
        return known

    def _refuse_longer(self) -> None:
        at = self.clock()
        if self._begun is None:
            self._begun = at
        elif self.spell is not None and at - self._begun > self.spell:
            raise SetupError(
                f"原件正在传入证据库：已确认 {len(self.done)}/{self.most}，其余仍在本机，稍后自动继续 originals on their way into the"
                f" store: {len(self.done)} of {self.most} acknowledged, the rest is safe on this machine; it goes on by itself"
            )

    def _acknowledged(self, digest: Digest, until: datetime) -> StoredObject | None:
        """An object of these bytes that the store took of late and still has, kept long enough from now on."""
        if self.register is None:
            return None
        for entry in self.register.where(self.store.url, digest.sha256):
            ref = Ref(entry.digest, entry.version_id)
            try:
                stored = self.store.stat(ref)
            except StoreError:
                continue
            fresh = stored.stored_at is not None and self.clock() - stored.stored_at < _REMEMBERED
            if fresh and stored.size_bytes == entry.size_bytes:
                return self.store.extend(ref, max(until, stored.retain_until or until))
        return None
