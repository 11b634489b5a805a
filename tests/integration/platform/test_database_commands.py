"""``xueshi db``: how a database stands, and how it comes up to date."""

import json
from pathlib import Path

import pytest

from storage.database.connection import open_engine
from storage.database.schema import newest
from tests.fixtures.folders import xueshi


def test_an_older_database_is_told_and_left_alone_until_it_is_upgraded(empty_database_url: str, tmp_path: Path) -> None:
    engine = open_engine(empty_database_url)
    engine.connect().close()  # SQLite makes the file
    engine.dispose()
    asked = ("--db", empty_database_url, "--lang", "en")
    for _ in range(2):
        before = xueshi("db", "status", *asked, cache=tmp_path, home=tmp_path)
        assert before.code == 0, before
        assert f"schema: none, wanted {newest()}; run xueshi db upgrade" in before.out
    done = xueshi("db", "upgrade", *asked, cache=tmp_path, home=tmp_path)
    assert done.out.strip().endswith(f"schema {newest()}"), done
    after = json.loads(xueshi("db", "status", *asked, "--json", cache=tmp_path, home=tmp_path).out)
    assert after["schema"] == {"at": newest(), "wanted": newest()}
    assert after["rows"]["log_leaf"] == 0


def test_an_ordinary_command_brings_an_older_database_up_to_date(empty_database_url: str, tmp_path: Path) -> None:
    engine = open_engine(empty_database_url)
    engine.connect().close()
    engine.dispose()
    xueshi("log", "heads", "--db", empty_database_url, cache=tmp_path, home=tmp_path)
    ran = xueshi("db", "status", "--db", empty_database_url, cache=tmp_path, home=tmp_path)
    assert f"{newest()} ✓" in ran.out


@pytest.mark.parametrize("words", [("db", "status"), ("log", "check")])
def test_a_mistyped_file_is_refused_and_not_made(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = xueshi(*words, "--db", f"sqlite:///{tmp_path}/typo.db", cache=tmp_path, home=tmp_path)
    assert ran.code == 2
    assert "还没有数据库" in ran.err
    assert not (tmp_path / "typo.db").exists()


def test_without_an_address_it_is_this_users_own_file(tmp_path: Path) -> None:
    assert xueshi("db", "upgrade", cache=tmp_path, home=tmp_path).code == 0
    assert (tmp_path / ".local/share/xueshi/xueshi.db").is_file()
    assert xueshi("db", "status", cache=tmp_path, home=tmp_path).code == 0


def test_a_password_is_never_printed(tmp_path: Path) -> None:
    ran = xueshi("db", "status", "--db", "postgresql://me:geheim@127.0.0.1:9/x", cache=tmp_path, home=tmp_path)
    assert ran.code == 69
    assert "geheim" not in ran.out + ran.err
