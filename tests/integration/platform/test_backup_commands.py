"""``xueshi db backup`` and ``restore`` as an operator uses them."""

import json
from pathlib import Path

from storage.database.connection import sqlite_address
from tests.fixtures.folders import Ran, xueshi


def db(base: Path, *words: object) -> Ran:
    return xueshi("db", *words, cache=base / "cache", home=base / "home")


def test_an_operator_keeps_a_file_and_gets_the_database_back(tmp_path: Path) -> None:
    assert db(tmp_path, "upgrade").code == 0
    kept = db(tmp_path, "backup", tmp_path / "x.backup", "--json")
    assert kept.code == 0, kept
    told = json.loads(kept.out)
    assert told["size_bytes"] == (tmp_path / "x.backup").stat().st_size
    new = sqlite_address(tmp_path / "new.db")
    again = db(tmp_path, "restore", tmp_path / "x.backup", "--db", new)
    assert again.code == 0, again
    assert told["sha256"] in again.out
    assert "日志核查无误" in again.out
    assert db(tmp_path, "status", "--db", new).code == 0
    twice = db(tmp_path, "restore", tmp_path / "x.backup", "--db", new)
    assert twice.code == 2
    assert "nothing is replaced" in twice.err
