"""A worker without a common disk: it has recordings from shared blobs as they were hashed, or it says so and looks at nothing."""

from pathlib import Path

import pytest

from facts.digest import Digest
from facts.errors import SetupError
from runtime.cluster.errors import BlobsAwayError, UnfitWorkerError
from runtime.cluster.recording_place import RecordingPlace
from runtime.cluster.recording_shelf import RecordingShelf
from runtime.cluster.worker import group_of
from storage.blobs.folder import FolderBlobs
from storage.blobs.port import BlobStore
from storage.evidence.errors import StoreLostError

NAME = "classes/1/录像/a.mp4"
CONTENT = b"a recording"


def place(content: bytes = CONTENT, name: str = NAME) -> RecordingPlace:
    return RecordingPlace(Path("/asker") / name, name, len(content), Digest.of(content).sha256)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    kept = FolderBlobs(tmp_path / "blobs")
    kept.put(NAME, source)
    return kept


def shelf(tmp_path: Path, blobs: BlobStore, most_bytes: int = 1000) -> RecordingShelf:
    return RecordingShelf(tmp_path / "cache", lambda: blobs, most_bytes)


def test_a_recording_is_brought_once_and_kept(tmp_path: Path, blobs: FolderBlobs) -> None:
    own = shelf(tmp_path, blobs)
    found = place().here(tmp_path / "home", own, "group")
    assert found.read_bytes() == CONTENT
    assert found.is_relative_to(own.folder("group"))
    blobs.delete(NAME)
    assert place().here(tmp_path / "home", own, "group") == found


def test_a_file_of_its_own_home_is_taken_first(tmp_path: Path, blobs: FolderBlobs) -> None:
    lying = tmp_path / "home" / NAME
    lying.parent.mkdir(parents=True)
    lying.write_bytes(CONTENT)
    assert place().here(tmp_path / "home", shelf(tmp_path, blobs), "group") == lying


def test_the_askers_own_path_is_not_believed_where_blobs_are_shared(tmp_path: Path, blobs: FolderBlobs) -> None:
    lying = tmp_path / "asker.mp4"
    lying.write_bytes(CONTENT)
    outside = RecordingPlace(lying, "", len(CONTENT), Digest.of(CONTENT).sha256)
    assert outside.here(tmp_path / "home") == lying
    with pytest.raises(UnfitWorkerError, match="outside the asker's home"):
        outside.here(tmp_path / "home", shelf(tmp_path, blobs), "group")


def test_what_is_not_there_or_other_bytes_are_told_and_nothing_is_kept(tmp_path: Path, blobs: FolderBlobs) -> None:
    own = shelf(tmp_path, blobs)
    with pytest.raises(UnfitWorkerError, match=r"got no classes/1/b\.mp4"):
        place(name="classes/1/b.mp4").here(tmp_path / "home", own, "group")
    with pytest.raises(UnfitWorkerError, match="got bytes with SHA-256"):
        place(b"other bytes").here(tmp_path / "home", own, "group")
    assert not [one for one in own.folder("").rglob("*") if one.is_file()]


def test_a_store_that_is_away_is_told_as_this_workers_lack(tmp_path: Path) -> None:
    def away() -> BlobStore:
        raise SetupError("s3: got no answer")

    with pytest.raises(UnfitWorkerError, match=r"a\.mp4: could not be fetched by this worker: s3: got no answer"):
        place().here(tmp_path / "home", RecordingShelf(tmp_path / "cache", away), "group")


def test_the_oldest_class_is_given_up_for_room_and_never_one_in_use(tmp_path: Path, blobs: FolderBlobs) -> None:
    own = shelf(tmp_path, blobs, most_bytes=2 * len(CONTENT))
    with own.using("first"):
        first = place().here(tmp_path / "home", own, "first")
    with own.using("second"):
        second = place().here(tmp_path / "home", own, "second")
        third = place().here(tmp_path / "home", own, "third")
        assert (first.exists(), second.exists(), third.exists()) == (False, True, True)
        place().here(tmp_path / "home", own, "fourth")
        assert second.exists()


def test_a_class_has_a_folder_of_its_own_that_another_class_of_the_same_film_has_not() -> None:
    assert group_of((place(),)) == group_of((place(),))
    assert group_of((place(),)) != group_of((place(name="classes/2/录像/a.mp4"),))


def test_blobs_that_do_not_answer_are_told_from_blobs_that_lack_it(tmp_path: Path, blobs: FolderBlobs) -> None:
    def away() -> BlobStore:
        raise StoreLostError("s3+http://nowhere/blobs: the server could not be reached")

    lost = RecordingShelf(tmp_path / "cache", away)
    with pytest.raises(BlobsAwayError, match="could not be reached"):
        place().here(tmp_path / "home", lost, "group")
    with pytest.raises(UnfitWorkerError, match="got no classes/2") as told:
        place(name="classes/2/a.mp4").here(tmp_path / "home", shelf(tmp_path, blobs), "group")
    assert not isinstance(told.value, BlobsAwayError)
