from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import RLock

from facts.digest import Digest
from storage.evidence import refusals
from storage.evidence.port import (
    ByteRange,
    Clock,
    Enforcement,
    Ref,
    Source,
    StoredObject,
    checked_label,
    checked_reason,
    future_date,
)
from storage.evidence.streams import CHUNK_BYTES, opened_source, source_pieces, verified_pieces


class MemoryStore:
    """Keeps nothing beyond the process: the fake that tests of other parts use, under the same contract."""

    enforcement = Enforcement.APPLICATION

    def __init__(self, clock: Clock) -> None:
        self.url = "memory:"
        self._clock = clock
        self._lock = RLock()
        self._kept: dict[Digest, tuple[StoredObject, bytes]] = {}

    def put(
        self,
        source: Source,
        *,
        retain_until: datetime,
        media_type: str = "application/octet-stream",
        name: str = "",
        digest: Digest | None = None,
    ) -> StoredObject:
        """Store the bytes."""
        until = future_date(retain_until, self._clock())
        checked_label(name, media_type)
        with opened_source(source) as stream:
            data = b"".join(source_pieces(stream))
        found = Digest.of(data)
        refusals.refuse_other(digest, found)
        ref = Ref(found)
        with self._lock:
            if found in self._kept:
                return self._change(
                    replace(self.stat(ref), retain_until=max(until, self.stat(ref).retain_until or until))
                )
            stored = StoredObject(ref, len(data), until, self.enforcement, (), media_type, name, self._clock())
            self._kept[found] = stored, data
        return stored

    def get(self, ref: Ref, part: ByteRange | None = None) -> Iterator[bytes]:
        """The bytes in pieces."""
        data = self._find(ref)[1]
        start, end = (part.within(len(data))) if part else (0, len(data))
        pieces = (data[at : min(at + CHUNK_BYTES, end)] for at in range(start, end, CHUNK_BYTES))
        return verified_pieces(pieces, ref, part)

    def stat(self, ref: Ref) -> StoredObject:
        """What the store vouches for."""
        return self._find(ref)[0]

    def extend(self, ref: Ref, retain_until: datetime) -> StoredObject:
        """Keep it longer."""
        until = future_date(retain_until, self._clock())
        with self._lock:
            refusals.refuse_shorter(self.stat(ref), until)
            return self._change(replace(self.stat(ref), retain_until=until))

    def hold(self, ref: Ref, reason: str) -> StoredObject:
        """Keep it while the reason stands."""
        with self._lock:
            holds = refusals.with_hold(self.stat(ref), checked_reason(reason))
            return self._change(replace(self.stat(ref), holds=holds))

    def release(self, ref: Ref, reason: str) -> StoredObject:
        """Lift one hold."""
        with self._lock:
            return self._change(replace(self.stat(ref), holds=refusals.without_hold(self.stat(ref), reason)))

    def delete(self, ref: Ref) -> None:
        """Delete what is due."""
        with self._lock:
            refusals.refuse_early(self.stat(ref), self._clock())
            del self._kept[ref.digest]

    def list(self, after: Digest | None = None) -> Iterator[StoredObject]:
        """Everything stored."""
        return iter([self._kept[digest][0] for digest in sorted(self._kept) if after is None or digest > after])

    def link(self, ref: Ref, lifetime: timedelta) -> str | None:
        """No server, no address."""
        del lifetime
        self.stat(ref)
        return None

    def _find(self, ref: Ref) -> tuple[StoredObject, bytes]:
        if ref.version_id or ref.digest not in self._kept:
            raise refusals.not_stored(ref, self.url)
        return self._kept[ref.digest]

    def _change(self, stored: StoredObject) -> StoredObject:
        self._kept[stored.ref.digest] = stored, self._kept[stored.ref.digest][1]
        return stored
