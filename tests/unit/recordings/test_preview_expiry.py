"""Previews go when their week is over, and the log says so before they are gone; what was redrawn goes again."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from facts.digest import Digest
from runtime.recordings.preview_expiry import by_recording, expire_previews, stored_previews
from runtime.recordings.previews import LIFE, previews_folder
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog

NOW = datetime(2026, 4, 7, tzinfo=UTC)
OVER = NOW + LIFE + timedelta(seconds=1)


def drawn(home: Path, name: str, data: bytes = b"picture", at: datetime = NOW) -> Path:
    file = previews_folder(home) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    os.utime(file, (at.timestamp(), at.timestamp()))
    return file


def deletions(database: Engine) -> list[Leaf]:
    return [one.leaf for one in EvidenceLog(database).leaves() if one.leaf.kind is LeafKind.DELETION]


def test_a_preview_lives_a_week_and_the_log_knows_its_bytes_its_recording_and_its_stretch(
    tmp_path: Path, database: Engine
) -> None:
    made, young = drawn(tmp_path, "ab/0-300.mp4"), drawn(tmp_path, "ab/300-300.mp4", at=NOW + timedelta(days=1))
    assert expire_previews(database, tmp_path, NOW + LIFE) == 0
    assert expire_previews(database, tmp_path, OVER) == 1
    assert (made.exists(), young.exists()) == (False, True)
    (leaf,) = deletions(database)
    assert (leaf.sha256, leaf.subject) == (Digest.of(b"picture"), "preview ab 0-300 20260407T000000Z")


def test_whoever_was_killed_between_the_leaf_and_the_file_leaves_one_leaf(tmp_path: Path, database: Engine) -> None:
    drawn(tmp_path, "ab/0-300.mp4")
    expire_previews(database, tmp_path, OVER)
    drawn(tmp_path, "ab/0-300.mp4")  # the file as it was before it went
    assert expire_previews(database, tmp_path, OVER + timedelta(hours=1)) == 1
    assert len(deletions(database)) == 1
    drawn(tmp_path, "ab/0-300.mp4", at=OVER)  # drawn anew, the same to the byte
    expire_previews(database, tmp_path, OVER + LIFE + timedelta(seconds=1))
    assert len(deletions(database)) == 2


def test_what_was_never_finished_goes_without_a_word(tmp_path: Path, database: Engine) -> None:
    drawn(tmp_path, "ab/0123.part")
    assert expire_previews(database, tmp_path, OVER) == 1
    assert stored_previews(tmp_path) == ()
    assert deletions(database) == []


def test_they_are_told_by_recording_with_the_first_that_goes(tmp_path: Path) -> None:
    drawn(tmp_path, "ab/300-300.mp4", b"123", NOW + timedelta(days=1))
    drawn(tmp_path, "ab/0-300.mp4", b"12", NOW)
    drawn(tmp_path, "cd/0-300.mp4", b"1", NOW)
    shown = [(one.source, one.count, one.size_bytes, one.ends_at) for one in by_recording(stored_previews(tmp_path))]
    assert shown == [("ab", 2, 5, NOW + LIFE), ("cd", 1, 1, NOW + LIFE)]
