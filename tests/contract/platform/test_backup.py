"""A backup of either database is one file, and what is restored from it is the same log."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from facts.digest import Digest
from facts.errors import InputError
from runtime.platform.backup import backup, restore
from runtime.spot_checks.holds import SpotCheckHolds
from runtime.spot_checks.register import SpotChecks
from storage.database.connection import open_engine, sqlite_address, writing
from storage.database.schema import open_database
from storage.database.tables.evidence_log import LEAVES
from storage.evidence_log.errors import LogAlteredError
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.lots import sheet
from tests.fixtures.postgres import Postgres, programs

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> str:
    """A database with a draw, some leaves, and two signed heads."""
    engine = open_database(database_url)
    log = EvidenceLog(engine)
    ring = KeyRing(tmp_path / "keys")
    ring.init(AT)
    for turn in range(5):
        log.append([Leaf(LeafKind.RECORDING, AT + timedelta(seconds=turn), Digest.of(bytes([turn])), f"B{turn}")])
    log.sign(ring.signer(), AT + timedelta(seconds=10))
    SpotChecks(engine, log, lambda: AT + timedelta(seconds=20), SpotCheckHolds(engine, tmp_path)).announce(sheet())
    log.sign(ring.signer(), AT + timedelta(seconds=30))
    engine.dispose()
    return database_url


@pytest.fixture
def elsewhere(filled: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty place of the same kind."""
    if filled.startswith("sqlite"):
        yield sqlite_address(tmp_path / "elsewhere" / "again.db")
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    address = server.new_database()
    yield address
    server.drop(address)


@pytest.fixture(autouse=True)
def _programs() -> None:
    """PostgreSQL's own programs, as the installer put them on the path."""
    if shutil.which("pg_dump") is None or programs() is None:
        pytest.skip("needs PostgreSQL's client programs")


def test_what_is_restored_is_the_same_log_with_the_same_heads(filled: str, elsewhere: str, tmp_path: Path) -> None:
    kept = backup(filled, tmp_path / "out" / "x.backup")
    again = restore(elsewhere, kept.file)
    assert (again.leaves, again.root, again.heads, again.digest) == (kept.leaves, kept.root, kept.heads, kept.digest)
    assert (kept.leaves, kept.heads) == (7, 2), "five recordings, the draw, and the record that it made"
    one, two = open_engine(filled), open_engine(elsewhere)
    assert EvidenceLog(two).heads() == EvidenceLog(one).heads()
    assert [
        draw.commitment for draw in SpotChecks(two, EvidenceLog(two), lambda: AT, SpotCheckHolds(two, tmp_path)).draws()
    ] == [sheet()["commitment"]]
    EvidenceLog(two).append([Leaf(LeafKind.RECORDING, AT + timedelta(hours=1), Digest.of(b"more"), "B9")])
    EvidenceLog(two).verify()
    one.dispose()
    two.dispose()


def test_a_backup_is_for_its_owner_only_and_leaves_nothing_half_done(filled: str, tmp_path: Path) -> None:
    kept = backup(filled, tmp_path / "out" / "x.backup")
    assert kept.file.stat().st_mode & 0o077 == 0
    assert [file.name for file in kept.file.parent.iterdir()] == ["x.backup"]
    assert kept.digest == Digest.of(kept.file.read_bytes())


def test_nothing_is_written_over(filled: str, elsewhere: str, tmp_path: Path) -> None:
    kept = backup(filled, tmp_path / "x.backup")
    with pytest.raises(InputError, match="never written over"):
        backup(filled, kept.file)
    restore(elsewhere, kept.file)
    with pytest.raises(InputError, match="nothing is replaced"):
        restore(elsewhere, kept.file)


def test_a_log_that_was_altered_is_not_restored_in_silence(filled: str, elsewhere: str, tmp_path: Path) -> None:
    engine = open_engine(filled)
    with writing(engine, "test") as connection:
        connection.execute(LEAVES.update().where(LEAVES.c.place == 3).values(body=LEAVES.c.body + " "))
    engine.dispose()
    kept = backup(filled, tmp_path / "x.backup")
    with pytest.raises(LogAlteredError):
        restore(elsewhere, kept.file)


def test_a_backup_while_others_write_is_one_moment(filled: str, elsewhere: str, tmp_path: Path) -> None:
    stop = Event()

    def writer() -> None:
        engine = open_engine(filled)
        turn = 0
        while not stop.is_set():
            turn += 1
            EvidenceLog(engine).append(
                [Leaf(LeafKind.RECORDING, AT + timedelta(hours=1, seconds=turn), Digest.of(b""))]
            )
        engine.dispose()

    thread = Thread(target=writer)
    thread.start()
    try:
        kept = backup(filled, tmp_path / "x.backup")
    finally:
        stop.set()
        thread.join()
    again = restore(elsewhere, kept.file)  # verifies the log
    assert again.leaves >= kept.leaves >= 6


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a backup"])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd"
    file.write_bytes(content)
    with pytest.raises(InputError, match="expected a file that `xueshi db backup` wrote"):
        restore(sqlite_address(tmp_path / "new.db"), file)
    assert not (tmp_path / "new.db").exists()


def test_a_backup_of_the_other_kind_is_refused(filled: str, tmp_path: Path) -> None:
    kept = backup(filled, tmp_path / "x.backup")
    other = "postgresql://xueshi@127.0.0.1:9/x" if filled.startswith("sqlite") else sqlite_address(tmp_path / "n.db")
    with pytest.raises(InputError, match="name a database of the same kind"):
        restore(other, kept.file)


def test_a_file_that_is_not_there_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="got no database"):
        backup(sqlite_address(tmp_path / "none.db"), tmp_path / "x.backup")
    assert not [*tmp_path.iterdir()]
