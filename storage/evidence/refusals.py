"""The refusals in words, one place for all adapters."""

from datetime import datetime

from facts.digest import Digest
from storage.evidence.errors import AlteredError, HeldError, NotStoredError, ShortenError, SourceError, StillKeptError
from storage.evidence.port import Ref, StoredObject


def refuse_early(stored: StoredObject, now: datetime) -> None:
    """Raise if the object may not be deleted at this moment."""
    if stored.retain_until is None:
        raise StillKeptError(
            f"delete {stored.ref.digest.short}: got an object without a retention record, which counts as locked;"
            " record its date with extend first"
        )
    if stored.holds:
        raise HeldError(
            f"delete {stored.ref.digest.short}: got an object under hold ({', '.join(stored.holds)});"
            " release every hold first"
        )
    if now < stored.retain_until:
        raise StillKeptError(
            f"delete {stored.ref.digest.short}: kept until {stored.retain_until.isoformat()},"
            f" now is {now.isoformat(timespec='seconds')}; wait for the date"
        )


def refuse_shorter(stored: StoredObject, retain_until: datetime) -> None:
    """Raise if the new date lies before the recorded one."""
    if stored.retain_until is not None and retain_until < stored.retain_until:
        raise ShortenError(
            f"extend {stored.ref.digest.short}: got {retain_until.isoformat()}, expected a date not before"
            f" {stored.retain_until.isoformat()}; retention can only grow"
        )


def with_hold(stored: StoredObject, reason: str) -> tuple[str, ...]:
    """The holds that stand once this one does."""
    return tuple(sorted({*stored.holds, reason}))


def without_hold(stored: StoredObject, reason: str) -> tuple[str, ...]:
    """The holds that remain once this one is lifted."""
    if reason not in stored.holds:
        standing = ", ".join(stored.holds) or "none"
        raise NotStoredError(
            f"release {stored.ref.digest.short}: got {reason!r}, expected one of the holds that stand ({standing})"
        )
    return tuple(hold for hold in stored.holds if hold != reason)


def not_stored(ref: Ref, url: str) -> NotStoredError:
    """The store lacks it."""
    version = f" version {ref.version_id}" if ref.version_id else ""
    return NotStoredError(f"{url}: got no object {ref.digest.sha256}{version}; check the digest and the store")


def altered(ref: Ref, got: str) -> AlteredError:
    """The store gave other bytes."""
    return AlteredError(
        f"{ref.digest.sha256}: got {got}, expected the acknowledged bytes; do not rely on this copy, compare with"
        " another one and with the log"
    )


def refuse_other(promised: Digest | None, got: Digest) -> None:
    """Raise if the source gave other bytes than its digest announced."""
    if promised is not None and promised != got:
        raise SourceError(
            f"put: got bytes with SHA-256 {got.sha256}, expected {promised.sha256}; the file changed while it was read"
            " or is another one; nothing was stored"
        )
