"""What only the folder promises: it survives its killer, a full disk, links laid across it, and a wrong clock."""

import errno
import io
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from facts.digest import Digest
from storage.evidence.audit import Condition, audit
from storage.evidence.errors import (
    AlteredError,
    ClockDoubtError,
    NotStoredError,
    StillKeptError,
    StoreError,
    StoreSetupError,
)
from storage.evidence.local import LocalStore
from storage.evidence.port import Ref, Stored
from tests.fixtures.children import forked
from tests.fixtures.disks import make_read_only, tiny_disk
from tests.fixtures.kept import LONG, SHORT, Kept, SetClock, local

STEPS = {"open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.listdir", "fcntl.flock"}
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIVES = int(os.environ.get("XUESHI_KILLS", "25"))
Act = Callable[[LocalStore], None]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """A store in an empty folder."""
    return local(tmp_path)


def file_of(kept: Kept, stored: Stored, kind: str = "objects") -> Path:
    store = kept.store
    assert isinstance(store, LocalStore)
    return store.root / kind / stored.key[:2] / stored.key


def killed_at(step: int, root: Path, now: datetime, act: Act) -> bool:
    """Do it in a child that is killed -9 just before its so-manieth step on the disk; whether it was."""
    return forked(None, counted, step, root, now, act)


def counted(step: int, root: Path, now: datetime, act: Act) -> None:
    left = [step]

    def count(event: str, _: object) -> None:
        if event in STEPS:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    act(LocalStore(root, lambda: now))


def conditions(store: LocalStore) -> dict[str, Condition]:
    return {item.ref.digest.sha256: item.condition for item in audit(store)}


def put(data: bytes, store: LocalStore) -> None:
    store.put(io.BytesIO(data), retain_until=NOW + LONG)


def delete(ref: Ref, store: LocalStore) -> None:
    store.delete(ref)


def test_a_put_killed_at_any_step_leaves_nothing_or_whole_and_locked_evidence(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    ref = Ref(Digest.of(data))
    seen = set()
    for step in range(1000):
        root = tmp_path / str(step)
        died = killed_at(step, root, NOW, partial(put, data))
        store = LocalStore(root, lambda: NOW + 2 * LONG)
        found = conditions(store)
        assert set(found.values()) <= {Condition.SOUND, Condition.UNLOCKED}
        if found.get(ref.digest.sha256) is Condition.UNLOCKED:  # linked, not yet recorded: counts as locked
            with pytest.raises((StillKeptError, ClockDoubtError)):
                store.delete(ref)
        seen.add(found.get(ref.digest.sha256))
        LocalStore(root, lambda: NOW).put(io.BytesIO(data), retain_until=NOW + LONG)
        assert conditions(store) == {ref.digest.sha256: Condition.SOUND}
        assert not [*(root / "staging").iterdir()]
        if not died:
            break
    assert seen == {None, Condition.UNLOCKED, Condition.SOUND}
    assert not died


def test_a_deletion_killed_at_any_step_is_finished_or_has_not_begun(tmp_path: Path) -> None:
    later = NOW + timedelta(days=2)
    seen = set()
    for step in range(1000):
        root = tmp_path / str(step)
        first = LocalStore(root, lambda: NOW)
        stored = first.put(io.BytesIO(b"due"), retain_until=NOW + timedelta(days=1))
        other = first.put(io.BytesIO(b"not due"), retain_until=NOW + LONG)
        died = killed_at(step, root, later, partial(delete, stored.ref))
        store = LocalStore(root, lambda: later)
        found = conditions(store)
        assert found.pop(other.key) is Condition.SOUND
        assert found in ({}, {stored.key: Condition.SOUND})
        seen.add(bool(found))
        store.put(io.BytesIO(b"the next writer tidies up"), retain_until=later + LONG)
        assert (root / "objects" / stored.key[:2] / stored.key).exists() == bool(found)
        assert not [*(root / "deleting").iterdir()]
        if not died:
            break
    assert seen == {True, False}
    assert not died


WRITER = """
import io, random, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from storage.evidence.local import LocalStore
clock = lambda: datetime(2026, 3, 2, 9, tzinfo=UTC)
store, source = LocalStore(Path(sys.argv[1]), clock), random.Random(int(sys.argv[2]))
while True:
    data = source.randbytes(source.randrange(200_000))
    print(store.put(io.BytesIO(data), retain_until=clock() + timedelta(days=700)).key, flush=True)
"""


@pytest.mark.slow
def test_writers_killed_at_random_moments_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    moments = random.Random(5)
    for life in range(LIVES):
        line = [sys.executable, "-c", WRITER, str(tmp_path / "store"), str(life)]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environ) as writer:  # noqa: S603 - our own words
            assert writer.stdout
            acknowledged.add(writer.stdout.readline().strip())
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(moments.random() * 0.2)
            writer.kill()
            acknowledged |= {text.strip() for text in writer.stdout if len(text) == 65}
    found = conditions(LocalStore(tmp_path / "store", SetClock()))
    assert len(acknowledged) >= LIVES
    assert {found[key] for key in acknowledged} == {Condition.SOUND}
    assert set(found.values()) <= {Condition.SOUND, Condition.UNLOCKED}


def test_an_object_without_a_record_counts_as_locked_until_one_is_written(kept: Kept) -> None:
    stored = kept.put(b"orphan", SHORT)
    file_of(kept, stored, "records").unlink()
    kept.clock.wait_until(kept.clock() + timedelta(days=30))
    with pytest.raises(StillKeptError, match="without a retention record"):
        kept.store.delete(stored.ref)
    assert [item.condition for item in audit(kept.store)] == [Condition.UNLOCKED]
    assert kept.put(b"orphan").retain_until == kept.clock() + LONG
    assert [item.condition for item in audit(kept.store)] == [Condition.SOUND]


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"schema": "xueshi.fact/1"}'])
def test_a_damaged_record_locks_and_is_never_believed(kept: Kept, damage: bytes) -> None:
    stored = kept.put(b"x", SHORT)
    file_of(kept, stored, "records").write_bytes(damage)
    kept.clock.wait_until(kept.clock() + timedelta(days=30))
    with pytest.raises(StillKeptError):
        kept.store.delete(stored.ref)


def test_another_objects_record_is_not_believed(kept: Kept) -> None:
    lasting, short = kept.put(b"lasting"), kept.put(b"short", SHORT)
    file_of(kept, lasting, "records").write_bytes(file_of(kept, short, "records").read_bytes())
    kept.clock.wait_until(kept.clock() + timedelta(days=30))
    with pytest.raises(StillKeptError):
        kept.store.delete(lasting.ref)


def test_altered_bytes_are_noticed_by_a_read_an_audit_and_a_second_put(kept: Kept) -> None:
    stored = kept.put(b"original")
    path = file_of(kept, stored)
    path.chmod(0o644)
    path.write_bytes(b"0riginal")
    with pytest.raises(AlteredError, match="do not rely"):
        kept.read(stored)
    with pytest.raises(AlteredError):
        kept.put(b"original")
    assert [item.condition for item in audit(kept.store)] == [Condition.ALTERED]


def test_removed_bytes_are_reported_missing(kept: Kept) -> None:
    stored = kept.put(b"gone")
    file_of(kept, stored).unlink()
    assert [item.condition for item in audit(kept.store)] == [Condition.MISSING]
    with pytest.raises(NotStoredError):
        kept.read(stored)


def test_stored_files_are_read_only(kept: Kept) -> None:
    assert file_of(kept, kept.put(b"x")).stat().st_mode & 0o777 == 0o444


def test_a_clock_set_ahead_by_years_deletes_nothing_until_a_person_confirms_it(kept: Kept) -> None:
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


def test_a_clock_set_back_deletes_nothing(kept: Kept) -> None:
    assert isinstance(kept.clock, SetClock)
    old = kept.put(b"old", timedelta(days=1))
    kept.clock.moment = NOW + timedelta(days=90)
    kept.put(b"new")
    kept.clock.moment = NOW + timedelta(days=50)
    with pytest.raises(ClockDoubtError, match="has already seen"):
        kept.store.delete(old.ref)


@pytest.mark.parametrize("damage", [None, b"", b"soon", b"2026-03-02T09:00:00"])
def test_a_lost_last_seen_time_stops_deletions(kept: Kept, damage: bytes | None) -> None:
    store = kept.store
    assert isinstance(store, LocalStore)
    stored = kept.put(b"x", SHORT)
    kept.clock.wait_until(NOW + timedelta(days=2))
    path = store.root / "last-seen"
    path.unlink() if damage is None else path.write_bytes(damage)
    with pytest.raises(ClockDoubtError, match="missing or damaged"):
        store.delete(stored.ref)


def test_a_store_in_daily_use_deletes_after_two_years_without_questions(kept: Kept) -> None:
    stored = kept.put(b"class day", LONG)
    for month in range(1, 26):
        kept.clock.wait_until(NOW + timedelta(days=30 * month))
        kept.put(bytes([month]))
    kept.store.delete(stored.ref)


def test_a_link_in_place_of_the_stores_own_is_refused_and_followed_nowhere(kept: Kept, tmp_path: Path) -> None:
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


def test_a_link_laid_where_a_record_will_be_written_is_refused(kept: Kept, tmp_path: Path) -> None:
    stored = kept.put(b"kept")
    victim = tmp_path / "victim"
    victim.write_bytes(b"not yours")
    record = file_of(kept, stored, "records")
    record.with_name(record.name + ".new").symlink_to(victim)
    with pytest.raises(StoreSetupError, match="symbolic link"):
        kept.store.extend(stored.ref, NOW + 2 * LONG)
    assert victim.read_bytes() == b"not yours"
    assert kept.store.stat(stored.ref) == stored


def test_a_record_that_lies_elsewhere_is_not_believed(kept: Kept, tmp_path: Path) -> None:
    stored = kept.put(b"kept", SHORT)
    record = file_of(kept, stored, "records")
    record.rename(tmp_path / "forged")
    record.symlink_to(tmp_path / "forged")
    kept.clock.wait_until(NOW + timedelta(days=30))
    with pytest.raises(StillKeptError, match="without a retention record"):
        kept.store.delete(stored.ref)


def test_an_audit_names_a_laid_link_and_goes_on(kept: Kept, tmp_path: Path) -> None:
    stored = sorted((kept.put(bytes([number])) for number in range(3)), key=lambda each: each.ref)
    for kind in ("objects", "records"):
        file_of(kept, stored[1], kind).unlink()
    file_of(kept, stored[1]).symlink_to(tmp_path / "elsewhere")
    found = [item.condition for item in audit(kept.store)]
    assert found == [Condition.SOUND, Condition.ALTERED, Condition.SOUND]


def test_a_link_in_place_of_a_record_or_the_lock_is_not_written_through(kept: Kept, tmp_path: Path) -> None:
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


def test_a_folder_with_other_things_is_not_adopted(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(StoreSetupError, match="other things in it"):
        LocalStore(tmp_path, SetClock())
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    LocalStore(tmp_path, SetClock())
    (tmp_path / "xueshi-store").write_bytes(b"xueshi.store/9\n")
    with pytest.raises(StoreSetupError, match="version that made the store"):
        LocalStore(tmp_path, SetClock())


@contextmanager
def file_size_limit(limit_bytes: int) -> Iterator[None]:
    """The system refuses files beyond this size, for any user."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_the_system_will_not_take_is_refused_and_leaves_nothing(kept: Kept) -> None:
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


def test_a_store_that_vanishes_is_said_to_be_gone(kept: Kept, tmp_path: Path) -> None:
    stored = kept.put(b"x")
    (tmp_path / "store").rename(tmp_path / "unmounted")
    with pytest.raises(StoreSetupError, match="the folder is gone"):
        kept.store.stat(stored.ref)


def test_leavings_of_dead_writers_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    class Slow(io.RawIOBase):
        """A source that lets another writer in between its pieces."""

        left = 2

        def read(self, size: int | None = -1, /) -> bytes:
            """Another writer opens the store and tidies up in the middle of our put."""
            Slow.left -= 1
            if Slow.left:
                other = LocalStore(tmp_path / "store", SetClock())
                other.put(io.BytesIO(b"the other"), retain_until=NOW + LONG)
                return b"ours"[:size]
            return b""

    first = local(tmp_path)
    (tmp_path / "store" / "staging" / ("0" * 32)).write_bytes(b"left by a dead writer")
    stored = first.store.put(Slow(), retain_until=NOW + LONG)  # type: ignore[arg-type] # a stream that can only read
    assert first.read(stored) == b"ours"
    assert not [*(tmp_path / "store" / "staging").iterdir()]


def test_the_systems_words_reach_the_person(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreSetupError, match=os.strerror(errno.ENOTDIR)):
        LocalStore(tmp_path / "file", SetClock())
