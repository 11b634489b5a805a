"""What every place for blobs promises, tried on a folder and on a real S3 server."""

import random
import secrets
from pathlib import Path

import pytest

from facts.digest import Digest
from facts.errors import InternalError
from storage.blobs.address import open_blobs
from storage.blobs.bucket import BucketBlobs
from storage.blobs.port import BlobEntry, BlobStore
from storage.evidence.errors import AlteredError, NotStoredError, StoreSetupError
from storage.evidence.s3_settings import settings_from
from tests.fixtures.evidence_stores import bare_client
from tests.fixtures.radosgw import Radosgw

DATA = random.Random(3).randbytes(300_000)


def bucket(server: Radosgw) -> BucketBlobs:
    made = BucketBlobs(settings_from(server.url(f"blobs-{secrets.token_hex(6)}"), server.environ))
    made.create()
    made.check()
    return made


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """One of them, empty."""
    if request.param == "s3":
        return bucket(request.getfixturevalue("s3_server"))
    return open_blobs(str(tmp_path / "home"), {})


def kept(blobs: BlobStore, tmp_path: Path, name: str, data: bytes = DATA) -> None:
    source = tmp_path / "source"
    source.write_bytes(data)
    blobs.put(name, source)


def test_what_was_kept_is_there_byte_for_byte(blobs: BlobStore, tmp_path: Path) -> None:
    kept(blobs, tmp_path, "classes/7/录像/CH02 上午.mp4")
    assert b"".join(blobs.get("classes/7/录像/CH02 上午.mp4")) == DATA
    assert blobs.entry("classes/7/录像/CH02 上午.mp4") == BlobEntry("classes/7/录像/CH02 上午.mp4", len(DATA))
    assert blobs.digest("classes/7/录像/CH02 上午.mp4") == Digest.of(DATA)


def test_an_empty_file_is_kept_too(blobs: BlobStore, tmp_path: Path) -> None:
    kept(blobs, tmp_path, "pictures/1/empty.jpg", b"")
    assert b"".join(blobs.get("pictures/1/empty.jpg")) == b""


def test_a_name_holds_the_newest_bytes(blobs: BlobStore, tmp_path: Path) -> None:
    kept(blobs, tmp_path, "pictures/1/a.jpg", b"older, and longer")
    kept(blobs, tmp_path, "pictures/1/a.jpg", b"newer")
    assert b"".join(blobs.get("pictures/1/a.jpg")) == b"newer"
    assert [one.name for one in blobs.entries("")] == ["pictures/1/a.jpg"]


def test_a_folder_of_names_is_listed_in_order_and_no_other(blobs: BlobStore, tmp_path: Path) -> None:
    for name in ("packages/3/9/bag/b", "packages/3/9/bag/a/x", "packages/3/91/bag/c", "pictures/3/9"):
        kept(blobs, tmp_path, name, name.encode())
    assert [one.name for one in blobs.entries("packages/3/9")] == ["packages/3/9/bag/a/x", "packages/3/9/bag/b"]
    assert [one.size_bytes for one in blobs.entries("pictures/3")] == [len("pictures/3/9")]
    assert len(list(blobs.entries(""))) == 4


def test_what_is_deleted_is_gone_and_deleting_again_is_no_fault(blobs: BlobStore, tmp_path: Path) -> None:
    kept(blobs, tmp_path, "previews/a/0-60.mp4")
    blobs.delete("previews/a/0-60.mp4")
    blobs.delete("previews/a/0-60.mp4")
    assert blobs.entry("previews/a/0-60.mp4") is None
    for asked in (blobs.get, blobs.reader, blobs.digest):
        with pytest.raises(NotStoredError, match=r"previews/a/0-60\.mp4"):
            asked("previews/a/0-60.mp4")


def test_parts_are_read_again_and_again(blobs: BlobStore, tmp_path: Path) -> None:
    kept(blobs, tmp_path, "classes/7/a.mp4")
    reader = blobs.reader("classes/7/a.mp4")
    assert reader.size_bytes == len(DATA)
    for start, end in ((0, 1), (299_999, 300_000), (5, 200_000)):
        assert reader.read(start, end) == DATA[start:end]
    reader.close()
    reader.close()


@pytest.mark.parametrize("name", ["keys/a", "../a", "classes/../keys/a", "classes//a", "", "classes/\0"])
def test_a_name_that_leads_elsewhere_is_refused(blobs: BlobStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(InternalError):
        kept(blobs, tmp_path, name)


@pytest.mark.s3
def test_bytes_that_somebody_exchanged_are_told(s3_server: Radosgw, tmp_path: Path) -> None:
    blobs = bucket(s3_server)
    kept(blobs, tmp_path, "packages/1/a")
    (tmp_path / "other").write_bytes(b"other bytes")
    name = blobs.settings.bucket
    bare_client(s3_server).fput_object(name, "blobs/packages/1/a", str(tmp_path / "other"))
    with pytest.raises(AlteredError, match="expected a digest"):
        list(blobs.get("packages/1/a"))


@pytest.mark.s3
def test_a_bucket_that_is_not_there_is_named(s3_server: Radosgw) -> None:
    with pytest.raises(StoreSetupError, match="got no bucket"):
        open_blobs(s3_server.url("nobody-made-these"), s3_server.environ)


@pytest.mark.s3
def test_a_bucket_is_made_once_and_gives_up_half_sent_blobs_alone(s3_server: Radosgw) -> None:
    made = BucketBlobs(settings_from(s3_server.url(f"blobs-{secrets.token_hex(6)}"), s3_server.environ))
    assert made.create()
    assert not made.create()
    told = made._client.get_bucket_lifecycle(made.settings.bucket)  # noqa: SLF001 - what the server really has
    assert told
    (rule,) = told.rules
    assert rule.abort_incomplete_multipart_upload
    assert rule.abort_incomplete_multipart_upload.days_after_initiation == 7
    assert rule.expiration is None
