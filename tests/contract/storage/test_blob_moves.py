"""Moving blobs between a folder and a bucket: whole, compared, and resumed where it was broken off."""

import itertools
import json
import secrets
from pathlib import Path

import pytest

from storage.blobs.address import open_blobs
from storage.blobs.blob_move import MoveState, move_blobs
from storage.blobs.bucket import BucketBlobs
from storage.blobs.folder import FolderBlobs
from storage.blobs.port import BlobStore
from storage.evidence.errors import AlteredError
from storage.evidence.s3_settings import settings_from
from tests.fixtures.evidence_stores import bare_client
from tests.fixtures.folders import xueshi
from tests.fixtures.radosgw import Radosgw

NAMES = ("classes/1/录像/CH02.mp4", "classes/1/花名册.xlsx", "packages/1/2/bag/bagit.txt", "pictures/9/sheet-0.jpg")
THERE, COPIED, LACKING = MoveState


def home(root: Path) -> FolderBlobs:
    """A service's home with files, a key and a database, which stay where they are."""
    for name in (*NAMES, "keys/service.secret", "xueshi.db"):
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(name.encode() * 1000)
    return FolderBlobs(root)


def bucket(server: Radosgw) -> BucketBlobs:
    made = BucketBlobs(settings_from(server.url(f"blobs-{secrets.token_hex(6)}"), server.environ))
    made.create()
    return made


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "s3":
        return bucket(request.getfixturevalue("s3_server"))
    return open_blobs(str(tmp_path / "new"), {})


def states(source: BlobStore, target: BlobStore, *, dry: bool = False) -> list[MoveState]:
    return [step.state for step in move_blobs(source, target, dry=dry)]


def test_everything_that_is_a_blob_goes_and_comes_back(target: BlobStore, tmp_path: Path) -> None:
    source = home(tmp_path / "old")
    assert states(source, target) == [COPIED] * 4
    assert sorted(one.name for one in target.entries("")) == sorted(NAMES)
    back = FolderBlobs(tmp_path / "back")
    assert states(target, back) == [COPIED] * 4
    assert {one: (tmp_path / "back" / one).read_bytes() for one in NAMES} == {one: one.encode() * 1000 for one in NAMES}
    assert len(list(source.entries(""))) == 4, "the source keeps what it has"


def test_a_move_that_was_broken_off_goes_on_and_sends_nothing_twice(target: BlobStore, tmp_path: Path) -> None:
    source = home(tmp_path / "old")
    assert len(list(itertools.islice(move_blobs(source, target), 2))) == 2
    assert states(source, target) == [THERE, THERE, COPIED, COPIED]
    assert states(source, target) == [THERE] * 4


def test_a_dry_run_changes_nothing(target: BlobStore, tmp_path: Path) -> None:
    source = home(tmp_path / "old")
    assert states(source, target, dry=True) == [LACKING] * 4
    assert list(target.entries("")) == []


def test_other_bytes_of_the_same_length_are_sent_again(target: BlobStore, tmp_path: Path) -> None:
    source = home(tmp_path / "old")
    states(source, target)
    other = tmp_path / "other"
    other.write_bytes(b"x" * len(NAMES[1].encode() * 1000))
    target.put(NAMES[1], other)
    assert states(source, target) == [THERE, COPIED, THERE, THERE]


@pytest.mark.s3
def test_a_source_whose_bytes_were_exchanged_is_told_and_not_copied(s3_server: Radosgw, tmp_path: Path) -> None:
    blobs = bucket(s3_server)
    states(home(tmp_path / "old"), blobs)
    (tmp_path / "other").write_bytes(b"other")
    bare_client(s3_server).fput_object(blobs.settings.bucket, f"blobs/{NAMES[3]}", str(tmp_path / "other"))
    with pytest.raises(AlteredError, match="sheet-0"):
        states(blobs, FolderBlobs(tmp_path / "back"))
    assert not (tmp_path / "back" / NAMES[3]).exists()


@pytest.mark.s3
def test_the_command_says_what_it_did(s3_server: Radosgw, tmp_path: Path) -> None:
    home(tmp_path / "old")
    url = bucket(s3_server).url
    told = [
        json.loads(
            xueshi(
                "store", "move", tmp_path / "old", url, "--json", *more, cache=tmp_path / "c", given=s3_server.environ
            ).out
        )
        for more in (["--dry-run"], [], [])
    ]
    assert [(one["lacking"]["files"], one["copied"]["files"], one["there"]["files"]) for one in told] == [
        (4, 0, 0),
        (0, 4, 0),
        (0, 0, 4),
    ]
    same = xueshi("store", "move", tmp_path / "old", tmp_path / "old", cache=tmp_path / "c")
    assert (same.code, "the same place twice" in same.err) == (2, True)
