"""What somebody with our own keys and another client can do to evidence in a bucket, and what we then say."""

import io
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE, GOVERNANCE, Tags
from minio.error import S3Error
from minio.retention import Retention

from facts.errors import InputError
from storage.evidence.audit import Condition, audit
from storage.evidence.doctor import examine
from storage.evidence.errors import HeldError, RefusedError, StillKeptError
from storage.evidence.port import UNNAMED_HOLD, ByteRange, Enforcement, Ref
from storage.evidence.s3 import PART_BYTES, S3Store
from storage.evidence.trials import TrialOutcome
from tests.fixtures.evidence_stores import LONG, SHORT, ClockedStore, RealClock, bare_client, s3
from tests.fixtures.radosgw import Radosgw

pytestmark = pytest.mark.s3


@pytest.fixture
def kept(s3_server: Radosgw) -> ClockedStore:
    """A new bucket with Object Lock."""
    return s3(s3_server)


@pytest.fixture
def other(s3_server: Radosgw) -> Minio:
    """Another program with our keys."""
    return bare_client(s3_server)


def place(kept: ClockedStore, ref: Ref) -> tuple[str, str]:
    return kept.store.url.rpartition("/")[2], f"sha256/{ref.digest.sha256}"


@pytest.mark.parametrize("size_bytes", [20, PART_BYTES + 1], ids=["whole", "in parts"])
def test_the_lock_is_the_servers_own_and_stops_every_client(kept: ClockedStore, other: Minio, size_bytes: int) -> None:
    stored = kept.put(secrets.token_bytes(size_bytes))
    where, version = place(kept, stored.ref), stored.version_id
    assert stored.retain_until
    sooner = Retention(COMPLIANCE, stored.retain_until - timedelta(days=1))
    softer = Retention(GOVERNANCE, stored.retain_until)
    for attempt in (
        lambda: other.remove_object(*where, version_id=version),
        lambda: other.set_object_retention(*where, config=sooner, version_id=version),
        lambda: other.set_object_retention(*where, config=softer, version_id=version),
    ):
        with pytest.raises(S3Error, match="AccessDenied"):
            attempt()
    assert kept.store.stat(stored.ref) == stored


def test_an_overwrite_changes_nothing_for_us_and_an_audit_shows_the_stranger(kept: ClockedStore, other: Minio) -> None:
    stored = kept.put(b"the class was there")
    forged = other.put_object(*place(kept, stored.ref), data=io.BytesIO(b"the class was huge!"), length=19)
    assert kept.read(stored) == b"the class was there"
    assert kept.put(b"the class was there").ref == stored.ref
    found = {item.ref: item.condition for item in audit(kept.store)}
    assert forged.version_id
    assert found == {
        stored.ref: Condition.SOUND,
        Ref(stored.ref.digest, forged.version_id): Condition.ALTERED,
    }


def test_a_delete_marker_hides_nothing_from_us(kept: ClockedStore, other: Minio) -> None:
    stored = kept.put(b"hidden?")
    other.remove_object(*place(kept, stored.ref))
    assert kept.read(stored) == b"hidden?"
    assert [item.ref for item in kept.store.list()] == [stored.ref]


def test_right_bytes_without_a_lock_are_reported_and_locked_by_the_next_put(kept: ClockedStore, other: Minio) -> None:
    gone = kept.put(b"right", SHORT)
    bare = other.put_object(*place(kept, gone.ref), data=io.BytesIO(b"right"), length=5)
    assert gone.retain_until
    kept.clock.wait_until(gone.retain_until)
    kept.store.delete(gone.ref)
    assert [item.condition for item in audit(kept.store)] == [Condition.UNLOCKED]
    with pytest.raises(StillKeptError, match="without a retention record"):
        kept.store.delete(Ref(gone.ref.digest, bare.version_id or ""))
    again = kept.put(b"right")
    assert (again.version_id, again.enforcement) == (bare.version_id, Enforcement.S3_COMPLIANCE)
    assert [item.condition for item in audit(kept.store)] == [Condition.SOUND]


def test_a_governance_lock_is_not_taken_for_compliance(kept: ClockedStore, other: Minio) -> None:
    stored = kept.put(b"soft", SHORT)
    assert stored.retain_until
    lock = Retention(GOVERNANCE, RealClock()() + LONG)
    soft = other.put_object(*place(kept, stored.ref), data=io.BytesIO(b"soft"), length=4, retention=lock)
    found = {item.ref.version_id: item.condition for item in audit(kept.store)}
    assert found[soft.version_id or ""] is Condition.UNLOCKED


def test_a_hold_whose_reason_was_lost_still_holds_and_can_be_lifted(kept: ClockedStore, other: Minio) -> None:
    stored = kept.put(b"held", SHORT)
    other.enable_object_legal_hold(*place(kept, stored.ref), version_id=stored.version_id)
    assert kept.store.stat(stored.ref).holds == (UNNAMED_HOLD,)
    with pytest.raises(HeldError):
        kept.store.delete(stored.ref)
    assert kept.store.release(stored.ref, UNNAMED_HOLD).holds == ()


def test_tags_of_other_programs_survive_a_hold_and_its_release(kept: ClockedStore, other: Minio) -> None:
    stored = kept.put(b"tagged")
    where, tags = place(kept, stored.ref), Tags.new_object_tags()
    tags["owner"] = "archive"
    other.set_object_tags(*where, tags=tags, version_id=stored.version_id)
    kept.store.hold(stored.ref, "抽查")
    assert kept.store.release(stored.ref, "抽查").holds == ()
    assert other.get_object_tags(*where, version_id=stored.version_id) == {"owner": "archive"}


def test_ten_holds_and_no_more(kept: ClockedStore) -> None:
    stored = kept.put(b"popular")
    for number in range(10):
        kept.store.hold(stored.ref, f"第{number}号申诉：" + "长" * 50)
    assert len(kept.store.stat(stored.ref).holds) == 10
    with pytest.raises(InputError, match="at most 10"):
        kept.store.hold(stored.ref, "one more")


def test_our_own_wrong_clock_is_overruled_by_the_server(kept: ClockedStore) -> None:
    stored = kept.put(b"early", timedelta(hours=1))
    assert isinstance(kept.store, S3Store)
    fast = S3Store(kept.store.settings, lambda: RealClock()() + LONG)
    with pytest.raises(RefusedError, match="its lock still stands"):
        fast.delete(stored.ref)
    assert kept.read(stored) == b"early"


def test_a_reference_without_a_version_is_refused(kept: ClockedStore) -> None:
    stored = kept.put(b"x")
    with pytest.raises(InputError, match="no version id"):
        kept.store.get(Ref(stored.ref.digest))


def test_a_signed_address_plays_ranges_of_this_version_and_cannot_be_bent(kept: ClockedStore, other: Minio) -> None:
    film = io.BytesIO(b"0123456789")
    stored = kept.store.put(film, retain_until=RealClock()() + LONG, media_type="video/mp4", name="一班.mp4")
    other.put_object(*place(kept, stored.ref), data=io.BytesIO(b"forged"), length=6)
    link = kept.store.link(stored.ref, timedelta(minutes=5))
    assert link
    with urllib3.PoolManager() as pool:
        answer = pool.request("GET", link, headers={"Range": "bytes=2-4"})
        bent = pool.request("GET", link.replace(stored.key[:8], "00000000"))
    assert (answer.status, answer.data, answer.headers["content-type"]) == (206, b"234", "video/mp4")
    assert bent.status == 403
    assert b"".join(kept.store.get(stored.ref, ByteRange(2, 5))) == b"234"
    assert kept.store.stat(stored.ref).name == "一班.mp4"


@pytest.mark.slow
def test_a_list_of_more_than_a_page_is_complete(kept: ClockedStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        refs = sorted(pool.map(lambda number: kept.put(number.to_bytes(2)).ref, range(1050)))
    assert [stored.ref for stored in kept.store.list()] == refs
    assert [stored.ref for stored in kept.store.list(refs[500].digest)] == refs[501:]


@pytest.mark.slow
def test_the_doctor_finds_every_promise_kept_and_leaves_nothing_behind(kept: ClockedStore, other: Minio) -> None:
    trials = list(examine(kept.store, kept.clock, kept.clock.wait_until))
    assert [trial.name.en for trial in trials if trial.outcome is TrialOutcome.BROKEN] == []
    assert len(trials) >= 10
    bucket = kept.store.url.rpartition("/")[2]
    assert list(other.list_objects(bucket, recursive=True, include_version=True)) == []
