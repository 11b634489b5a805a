"""What every evidence store promises, tried on the fake, on a folder and on a real S3 server."""

import io
import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facts.digest import Digest
from facts.errors import InputError
from storage.evidence.audit import Condition, audit
from storage.evidence.errors import HeldError, NotStoredError, ShortenError, SourceError, StillKeptError
from storage.evidence.port import ByteRange, Enforcement, Ref
from storage.evidence.range_reader import range_reader
from tests.fixtures.evidence_stores import FAKES, LONG, SHORT, ClockedStore, s3

STORES = [*FAKES, pytest.param("s3", marks=pytest.mark.s3)]


@pytest.fixture(params=STORES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> ClockedStore:
    """One of the stores, empty."""
    if request.param == "s3":
        return s3(request.getfixturevalue("s3_server"))
    return FAKES[request.param](tmp_path)


def refs(kept: ClockedStore) -> list[Ref]:
    return [stored.ref for stored in kept.store.list()]


def test_what_was_put_is_there_byte_for_byte_under_its_sha256(kept: ClockedStore) -> None:
    stored = kept.put(b"a class hour")
    assert stored.key == Digest.of(b"a class hour").sha256
    assert stored.size_bytes == len(b"a class hour")
    assert kept.read(stored) == b"a class hour"
    assert kept.store.stat(stored.ref) == stored
    assert stored.enforcement is kept.store.enforcement
    assert refs(kept) == [stored.ref]


def test_an_empty_file_is_evidence_too(kept: ClockedStore) -> None:
    stored = kept.put(b"")
    assert kept.read(stored) == b""
    assert kept.store.stat(stored.ref).size_bytes == 0


def test_a_file_of_many_parts_survives_and_is_locked(kept: ClockedStore, tmp_path: Path) -> None:
    data = random.Random(7).randbytes((33 << 20) + 5)
    path = tmp_path / "录像.mp4"
    path.write_bytes(data)
    until = kept.clock() + LONG
    stored = kept.store.put(path, retain_until=until, media_type="video/mp4", name=path.name)
    assert (stored.name, stored.media_type) == ("录像.mp4", "video/mp4")
    assert stored.retain_until is not None
    assert stored.retain_until >= until
    assert stored.enforcement is kept.store.enforcement
    assert Digest.of(kept.store.get(stored.ref)) == Digest.of(data)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (ByteRange(0, 1), b"0"),
        (ByteRange(3, 6), b"345"),
        (ByteRange(7), b"789"),
        (ByteRange(8, 99), b"89"),
        (ByteRange(0), b"0123456789"),
    ],
)
def test_a_part_is_the_half_open_range_clipped_to_the_end(kept: ClockedStore, part: ByteRange, expected: bytes) -> None:
    stored = kept.put(b"0123456789")
    assert b"".join(kept.store.get(stored.ref, part)) == expected


@pytest.mark.parametrize("part", [ByteRange(10), ByteRange(-1, 3), ByteRange(4, 4), ByteRange(6, 2)])
def test_a_part_outside_the_object_is_refused(kept: ClockedStore, part: ByteRange) -> None:
    stored = kept.put(b"0123456789")
    with pytest.raises(InputError, match="byte range"):
        kept.store.get(stored.ref, part)


def test_the_same_bytes_are_stored_once_and_the_later_date_holds(kept: ClockedStore) -> None:
    first = kept.put(b"twice", LONG)
    again = kept.put(b"twice", LONG + timedelta(days=10))
    assert again.ref == first.ref
    assert first.retain_until
    assert again.retain_until
    assert again.retain_until > first.retain_until
    assert kept.put(b"twice", SHORT).retain_until == again.retain_until
    assert refs(kept) == [first.ref]


def test_retention_grows_and_never_shrinks(kept: ClockedStore) -> None:
    stored = kept.put(b"kept")
    assert stored.retain_until
    later = stored.retain_until + timedelta(days=1)
    assert kept.store.extend(stored.ref, later).retain_until == later
    with pytest.raises(ShortenError, match="only grow"):
        kept.store.extend(stored.ref, stored.retain_until)
    assert kept.store.stat(stored.ref).retain_until == later


def test_a_fraction_of_a_second_is_rounded_up(kept: ClockedStore) -> None:
    until = datetime(2044, 3, 1, 12, 0, 0, 1, UTC)
    stored = kept.store.put(io.BytesIO(b"x"), retain_until=until)
    assert stored.retain_until == datetime(2044, 3, 1, 12, 0, 1, tzinfo=UTC)


def test_nothing_is_deleted_before_its_date_and_what_is_due_is(kept: ClockedStore) -> None:
    stored = kept.put(b"due soon", SHORT)
    with pytest.raises(StillKeptError, match="kept until"):
        kept.store.delete(stored.ref)
    assert kept.read(stored) == b"due soon"
    assert stored.retain_until
    kept.clock.wait_until(stored.retain_until)
    kept.store.delete(stored.ref)
    assert refs(kept) == []
    with pytest.raises(NotStoredError):
        kept.store.stat(stored.ref)


def test_a_hold_outlasts_the_date_until_every_reason_is_released(kept: ClockedStore) -> None:
    stored = kept.put(b"disputed", SHORT)
    kept.store.hold(stored.ref, "抽查 2026-07")
    assert kept.store.hold(stored.ref, "申诉 3 号").holds == ("抽查 2026-07", "申诉 3 号")
    assert stored.retain_until
    kept.clock.wait_until(stored.retain_until)
    with pytest.raises(HeldError, match="申诉 3 号"):
        kept.store.delete(stored.ref)
    assert kept.store.release(stored.ref, "申诉 3 号").holds == ("抽查 2026-07",)
    with pytest.raises(HeldError):
        kept.store.delete(stored.ref)
    assert kept.store.release(stored.ref, "抽查 2026-07").holds == ()
    kept.store.delete(stored.ref)
    assert refs(kept) == []


def test_only_a_standing_hold_can_be_released(kept: ClockedStore) -> None:
    stored = kept.put(b"free")
    with pytest.raises(NotStoredError, match="one of the holds that stand"):
        kept.store.release(stored.ref, "nobody's")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 61, "two\nlines"])
def test_a_hold_needs_a_reason_that_can_be_read(kept: ClockedStore, reason: str) -> None:
    stored = kept.put(b"free")
    with pytest.raises(InputError, match="hold"):
        kept.store.hold(stored.ref, reason)
    assert kept.store.stat(stored.ref).holds == ()


def test_bytes_other_than_promised_are_not_stored(kept: ClockedStore) -> None:
    with pytest.raises(SourceError, match="changed while it was read"):
        kept.store.put(io.BytesIO(b"other"), retain_until=kept.clock() + LONG, digest=Digest.of(b"promised"))
    data = bytes(20 << 20)
    with pytest.raises(SourceError):
        kept.store.put(io.BytesIO(data), retain_until=kept.clock() + LONG, digest=Digest.of(b"promised"))
    assert refs(kept) == []


def test_a_promise_that_is_kept_is_stored(kept: ClockedStore) -> None:
    digest = Digest.of(b"promised")
    stored = kept.store.put(io.BytesIO(b"promised"), retain_until=kept.clock() + LONG, digest=digest)
    assert stored.ref.digest == digest


class FailingDisk(io.RawIOBase):
    """A source whose disk dies after a while."""

    def __init__(self) -> None:
        super().__init__()
        self._left = 3

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Zeros, then the fault."""
        self._left -= 1
        if not self._left:
            raise OSError(5, "Input/output error")
        return bytes(min(1 << 16, size or 1))


def test_a_source_that_fails_midway_leaves_nothing(kept: ClockedStore) -> None:
    with pytest.raises(SourceError, match="nothing was stored"):
        kept.store.put(FailingDisk(), retain_until=kept.clock() + LONG)  # type: ignore[arg-type] # a stream that can only read
    assert refs(kept) == []


def test_a_stream_that_cannot_be_rewound_is_stored(kept: ClockedStore) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"piped")
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        stored = kept.store.put(stream, retain_until=kept.clock() + LONG)
    assert kept.read(stored) == b"piped"


def test_a_pipe_or_a_missing_file_is_no_source(kept: ClockedStore, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path / "missing", tmp_path):
        with pytest.raises(SourceError, match="file"):
            kept.store.put(path, retain_until=kept.clock() + LONG)


def test_a_date_without_a_zone_or_in_the_past_is_refused(kept: ClockedStore) -> None:
    with pytest.raises(InputError, match="time zone"):
        kept.store.put(io.BytesIO(b"x"), retain_until=datetime(2044, 1, 1))  # noqa: DTZ001 - the fault under test
    with pytest.raises(InputError, match="after now"):
        kept.store.put(io.BytesIO(b"x"), retain_until=kept.clock() - SHORT)
    assert refs(kept) == []


def test_what_is_not_there_is_said_to_be_not_there(kept: ClockedStore) -> None:
    stored = kept.put(b"there")
    for ref in (Ref(Digest.of(b"elsewhere"), stored.version_id), Ref(stored.ref.digest, "v" * 32)):
        for ask in (kept.store.stat, kept.store.get, kept.store.delete):
            with pytest.raises(NotStoredError):
                ask(ref)
        with pytest.raises(NotStoredError):
            kept.store.hold(ref, "a case")


def test_the_list_is_in_order_and_goes_on_after_a_digest(kept: ClockedStore) -> None:
    stored = sorted(kept.put(bytes([number])).ref for number in range(7))
    assert refs(kept) == stored
    assert [item.ref for item in kept.store.list(stored[2].digest)] == stored[3:]


def test_many_writers_of_the_same_bytes_all_get_them_kept(kept: ClockedStore) -> None:
    with ThreadPoolExecutor(6) as pool:
        acknowledged = list(pool.map(lambda _: kept.put(b"same" * 50_000), range(12)))
    assert all(kept.read(stored) == b"same" * 50_000 for stored in acknowledged)
    assert {stored.ref for stored in acknowledged} == set(refs(kept))


def test_an_audit_of_sound_evidence_finds_it_sound_and_says_what_is_missing(kept: ClockedStore) -> None:
    stored = [kept.put(bytes([number]) * 1000).ref for number in range(3)]
    gone = Ref(Digest.of(b"never stored"), "v1")
    found = {item.ref: item.condition for item in audit(kept.store, expected=[*stored, gone])}
    assert found == {**dict.fromkeys(stored, Condition.SOUND), gone: Condition.MISSING}


def test_every_store_states_its_level_and_keeps_credentials_out_of_its_address(kept: ClockedStore) -> None:
    assert kept.store.enforcement in set(Enforcement)
    assert kept.store.enforcement.text.zh
    assert "only-for" not in kept.store.url


def test_an_address_to_play_from_is_given_only_by_a_server(kept: ClockedStore) -> None:
    link = kept.store.link(kept.put(b"film").ref, timedelta(minutes=5))
    assert (link is not None) == (kept.store.enforcement is Enforcement.S3_COMPLIANCE)


def test_parts_are_read_again_and_again_by_one_reader(kept: ClockedStore) -> None:
    data = random.Random(17).randbytes(300_000)
    reader = range_reader(kept.store, kept.put(data).ref)
    wanted = [(0, 1), (0, 16), (299_990, 300_000), (4_096, 70_001), (0, 300_000), (4_096, 70_001)]
    assert reader.size_bytes == 300_000
    assert [reader.read(*part) for part in wanted] == [data[start:end] for start, end in wanted]
    with ThreadPoolExecutor(4) as crew:
        many = [(start, start + 1000) for start in range(0, 299_000, 9_000)]
        assert list(crew.map(lambda part: reader.read(*part), many)) == [data[start:end] for start, end in many]
    reader.close()
    reader.close()


def test_a_reader_of_what_is_not_there_is_refused(kept: ClockedStore) -> None:
    stored = kept.put(b"here")
    with pytest.raises(NotStoredError):
        range_reader(kept.store, Ref(Digest.of(b"elsewhere"), stored.version_id))
