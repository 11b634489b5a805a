"""What only the folder promises: records that are not believed blindly, altered bytes, and a wrong clock."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.evidence.audit import Condition, audit
from storage.evidence.errors import AlteredError, ClockDoubtError, NotStoredError, StillKeptError, StoreSetupError
from storage.evidence.local import LocalStore
from tests.fixtures.evidence_stores import LONG, SHORT, ClockedStore, ManualClock, file_of, local

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_an_object_without_a_record_counts_as_locked_until_one_is_written(kept: ClockedStore) -> None:
    stored = kept.put(b"orphan", SHORT)
    file_of(kept, stored, "records").unlink()
    kept.clock.wait_until(kept.clock() + timedelta(days=30))
    with pytest.raises(StillKeptError, match="without a retention record"):
        kept.store.delete(stored.ref)
    assert [item.condition for item in audit(kept.store)] == [Condition.UNLOCKED]
    assert kept.put(b"orphan").retain_until == kept.clock() + LONG
    assert [item.condition for item in audit(kept.store)] == [Condition.SOUND]


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"schema": "xueshi.fact/1"}'])
def test_a_damaged_record_locks_and_is_never_believed(kept: ClockedStore, damage: bytes) -> None:
    stored = kept.put(b"x", SHORT)
    file_of(kept, stored, "records").write_bytes(damage)
    kept.clock.wait_until(kept.clock() + timedelta(days=30))
    with pytest.raises(StillKeptError):
        kept.store.delete(stored.ref)


def test_another_objects_record_is_not_believed(kept: ClockedStore) -> None:
    lasting, short = kept.put(b"lasting"), kept.put(b"short", SHORT)
    file_of(kept, lasting, "records").write_bytes(file_of(kept, short, "records").read_bytes())
    kept.clock.wait_until(kept.clock() + timedelta(days=30))
    with pytest.raises(StillKeptError):
        kept.store.delete(lasting.ref)


def test_altered_bytes_are_noticed_by_a_read_an_audit_and_a_second_put(kept: ClockedStore) -> None:
    stored = kept.put(b"original")
    path = file_of(kept, stored)
    path.chmod(0o644)
    path.write_bytes(b"0riginal")
    with pytest.raises(AlteredError, match="do not rely"):
        kept.read(stored)
    with pytest.raises(AlteredError):
        kept.put(b"original")
    assert [item.condition for item in audit(kept.store)] == [Condition.ALTERED]


def test_removed_bytes_are_reported_missing(kept: ClockedStore) -> None:
    stored = kept.put(b"gone")
    file_of(kept, stored).unlink()
    assert [item.condition for item in audit(kept.store)] == [Condition.MISSING]
    with pytest.raises(NotStoredError):
        kept.read(stored)


def test_stored_files_are_read_only(kept: ClockedStore) -> None:
    assert file_of(kept, kept.put(b"x")).stat().st_mode & 0o777 == 0o444


def test_a_clock_set_ahead_by_years_deletes_nothing_until_a_person_confirms_it(kept: ClockedStore) -> None:
    store = kept.store
    assert isinstance(store, LocalStore)
    stored = kept.put(b"two years", LONG)
    kept.clock.wait_until(NOW + timedelta(days=1200))
    with pytest.raises(ClockDoubtError, match="1200 days after"):
        store.delete(stored.ref)
    kept.put(b"a put does not vouch for the clock")
    with pytest.raises(ClockDoubtError):
        store.delete(stored.ref)
    store.confirm_clock()
    store.delete(stored.ref)


def test_a_clock_set_back_deletes_nothing(kept: ClockedStore) -> None:
    assert isinstance(kept.clock, ManualClock)
    old = kept.put(b"old", timedelta(days=1))
    kept.clock.moment = NOW + timedelta(days=90)
    kept.put(b"new")
    kept.clock.moment = NOW + timedelta(days=50)
    with pytest.raises(ClockDoubtError, match="has already seen"):
        kept.store.delete(old.ref)


@pytest.mark.parametrize("damage", [None, b"", b"soon", b"2026-03-02T09:00:00"])
def test_a_lost_last_seen_time_stops_deletions(kept: ClockedStore, damage: bytes | None) -> None:
    store = kept.store
    assert isinstance(store, LocalStore)
    stored = kept.put(b"x", SHORT)
    kept.clock.wait_until(NOW + timedelta(days=2))
    path = store.root / "last-seen"
    path.unlink() if damage is None else path.write_bytes(damage)
    with pytest.raises(ClockDoubtError, match="missing or damaged"):
        store.delete(stored.ref)


def test_a_store_in_daily_use_deletes_after_two_years_without_questions(kept: ClockedStore) -> None:
    stored = kept.put(b"class day", LONG)
    for month in range(1, 26):
        kept.clock.wait_until(NOW + timedelta(days=30 * month))
        kept.put(bytes([month]))
    kept.store.delete(stored.ref)


def test_a_folder_with_other_things_is_not_adopted(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(StoreSetupError, match="other things in it"):
        LocalStore(tmp_path, ManualClock())
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    LocalStore(tmp_path, ManualClock())
    (tmp_path / "xueshi-store").write_bytes(b"xueshi.store/9\n")
    with pytest.raises(StoreSetupError, match="version that made the store"):
        LocalStore(tmp_path, ManualClock())


def test_leavings_of_dead_writers_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    class Slow(io.RawIOBase):
        """A source that lets another writer in between its pieces."""

        left = 2

        def read(self, size: int | None = -1, /) -> bytes:
            """Another writer opens the store and tidies up in the middle of our put."""
            Slow.left -= 1
            if Slow.left:
                other = LocalStore(tmp_path / "store", ManualClock())
                other.put(io.BytesIO(b"the other"), retain_until=NOW + LONG)
                return b"ours"[:size]
            return b""

    first = local(tmp_path)
    (tmp_path / "store" / "staging" / ("0" * 32)).write_bytes(b"left by a dead writer")
    stored = first.store.put(Slow(), retain_until=NOW + LONG)  # type: ignore[arg-type] # a stream that can only read
    assert first.read(stored) == b"ours"
    assert not [*(tmp_path / "store" / "staging").iterdir()]
