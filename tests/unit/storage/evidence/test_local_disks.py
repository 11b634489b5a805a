"""Disks that are full, shut, gone or too small are named, and nothing acknowledged is lost."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.evidence.audit import Condition, audit
from storage.evidence.errors import StoreError, StoreSetupError
from storage.evidence.local import LocalStore
from tests.fixtures.disks import make_read_only, tiny_disk
from tests.fixtures.evidence_stores import ClockedStore, ManualClock, local

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@contextmanager
def file_size_limit(limit_bytes: int) -> Iterator[None]:
    """The system refuses files beyond this size, for any user."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_the_system_will_not_take_is_refused_and_leaves_nothing(kept: ClockedStore) -> None:
    before = kept.put(b"before")
    with file_size_limit(1 << 20), pytest.raises(StoreSetupError, match="nothing was changed"):
        kept.put(bytes(3 << 20))
    assert [item.ref for item in kept.store.list()] == [before.ref]
    assert kept.put(bytes(3 << 20)).size_bytes == 3 << 20


def test_a_full_disk_is_named_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", "size=512k") as disk:
        kept = local(disk)
        stored = kept.put(b"x" * 100_000)
        with pytest.raises(StoreSetupError, match="disk is full"):
            kept.put(b"y" * 600_000)
        assert not [*(disk / "store" / "staging").iterdir()]
        assert kept.read(stored) == b"x" * 100_000
        assert {item.condition for item in audit(kept.store)} == {Condition.SOUND}


def test_a_disk_that_fills_up_between_bytes_and_record_acknowledges_nothing(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", "size=512k") as disk:
        kept = local(disk)
        acknowledged = []
        for number in range(1000):
            try:
                acknowledged.append(kept.put(bytes([number % 256]) * (4096 + number)))
            except StoreError as error:
                assert "disk is full" in str(error)  # noqa: PT017 - each of several failures is looked at
                break
        assert acknowledged
        assert all(kept.store.stat(stored.ref).retain_until for stored in acknowledged)
        assert Condition.ALTERED not in {item.condition for item in audit(kept.store)}


def test_a_read_only_disk_can_be_read_and_audited_but_not_written(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", "size=1m") as disk:
        stored = local(disk).put(b"kept")
        make_read_only(disk)
        kept = local(disk)
        assert kept.read(stored) == b"kept"
        assert {item.condition for item in audit(kept.store)} == {Condition.SOUND}
        with pytest.raises(StoreSetupError, match="read-only"):
            kept.put(b"more")


def test_a_store_that_vanishes_is_said_to_be_gone(kept: ClockedStore, tmp_path: Path) -> None:
    stored = kept.put(b"x")
    (tmp_path / "store").rename(tmp_path / "unmounted")
    with pytest.raises(StoreSetupError, match="the folder is gone"):
        kept.store.stat(stored.ref)


def test_the_systems_words_reach_the_person(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreSetupError, match=os.strerror(errno.ENOTDIR)):
        LocalStore(tmp_path / "file", ManualClock())
