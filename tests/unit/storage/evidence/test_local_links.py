"""Links laid across the folder are refused, named, and followed nowhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.evidence.audit import Condition, audit
from storage.evidence.errors import AlteredError, StillKeptError, StoreSetupError
from storage.evidence.local import LocalStore
from tests.fixtures.evidence_stores import LONG, SHORT, ClockedStore, file_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_link_in_place_of_the_stores_own_is_refused_and_followed_nowhere(kept: ClockedStore, tmp_path: Path) -> None:
    store = kept.store
    assert isinstance(store, LocalStore)
    stored = kept.put(b"kept")
    victim = tmp_path / "victim"
    victim.write_bytes(b"not yours")
    path = file_of(kept, stored)
    path.unlink()
    path.symlink_to(victim)
    with pytest.raises(AlteredError, match="no regular file"):
        kept.read(stored)
    (store.root / "staging").rmdir()
    (store.root / "staging").symlink_to(tmp_path)
    with pytest.raises(StoreSetupError, match=r"symbolic link|something else"):
        kept.put(b"new")
    assert victim.read_bytes() == b"not yours"


def test_a_link_laid_where_a_record_will_be_written_is_refused(kept: ClockedStore, tmp_path: Path) -> None:
    stored = kept.put(b"kept")
    victim = tmp_path / "victim"
    victim.write_bytes(b"not yours")
    record = file_of(kept, stored, "records")
    record.with_name(record.name + ".new").symlink_to(victim)
    with pytest.raises(StoreSetupError, match="symbolic link"):
        kept.store.extend(stored.ref, NOW + 2 * LONG)
    assert victim.read_bytes() == b"not yours"
    assert kept.store.stat(stored.ref) == stored


def test_a_record_that_lies_elsewhere_is_not_believed(kept: ClockedStore, tmp_path: Path) -> None:
    stored = kept.put(b"kept", SHORT)
    record = file_of(kept, stored, "records")
    record.rename(tmp_path / "forged")
    record.symlink_to(tmp_path / "forged")
    kept.clock.wait_until(NOW + timedelta(days=30))
    with pytest.raises(StillKeptError, match="without a retention record"):
        kept.store.delete(stored.ref)


def test_an_audit_names_a_laid_link_and_goes_on(kept: ClockedStore, tmp_path: Path) -> None:
    stored = sorted((kept.put(bytes([number])) for number in range(3)), key=lambda each: each.ref)
    for kind in ("objects", "records"):
        file_of(kept, stored[1], kind).unlink()
    file_of(kept, stored[1]).symlink_to(tmp_path / "elsewhere")
    found = [item.condition for item in audit(kept.store)]
    assert found == [Condition.SOUND, Condition.ALTERED, Condition.SOUND]


def test_a_link_in_place_of_a_record_or_the_lock_is_not_written_through(kept: ClockedStore, tmp_path: Path) -> None:
    store = kept.store
    assert isinstance(store, LocalStore)
    stored = kept.put(b"kept")
    victim = tmp_path / "victim"
    victim.write_bytes(b"not yours")
    record = file_of(kept, stored, "records")
    record.unlink()
    record.symlink_to(victim)
    assert kept.store.stat(stored.ref).retain_until is None
    kept.store.extend(stored.ref, NOW + LONG)
    assert not record.is_symlink()
    (store.root / "lock").unlink()
    (store.root / "lock").symlink_to(victim)
    with pytest.raises(StoreSetupError, match="symbolic link"):
        kept.put(b"more")
    assert victim.read_bytes() == b"not yours"
