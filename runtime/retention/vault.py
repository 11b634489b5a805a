"""The evidence stores as retention works with them, by the addresses that the register remembers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from facts.errors import SetupError
from facts.retention import RetentionEntry
from pipeline.retention.ports import VaultObject
from storage.evidence.address import open_store
from storage.evidence.errors import NotStoredError, RefusedError
from storage.evidence.local import MARK
from storage.evidence.port import EvidenceStore, Ref

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class StoreVault:
    """The pipeline's port ``Vault`` over stores that are opened when the first of their objects is touched."""

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
        """See ``Vault``."""
        try:
            stored = self.store(kept.store).stat(_ref(kept))
        except NotStoredError:
            return None
        return VaultObject(stored.stored_at, stored.retain_until)

    def delete(self, kept: RetentionEntry) -> str:
        """See ``Vault``."""
        return self._tried(kept, lambda store: store.delete(_ref(kept)), gone="")

    def extend(self, kept: RetentionEntry, until: datetime) -> datetime | str:
        """See ``Vault``."""
        store = self.store(kept.store)
        try:
            locked = store.stat(_ref(kept)).retain_until
            if locked and locked >= until:
                return locked
            return store.extend(_ref(kept), until).retain_until or until
        except (NotStoredError, RefusedError) as error:
            return str(error)

    def hold(self, kept: RetentionEntry, label: str) -> str:
        """See ``Vault``."""
        return self._tried(kept, lambda store: store.hold(_ref(kept), label), gone=None)

    def release(self, kept: RetentionEntry, label: str) -> str:
        """See ``Vault``."""
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
