"""Which localities a draw lists is read once and remembered for the draws used last, and for no more of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from runtime.spot_checks.localities import DrawLocalities
from storage.database.connection import reading, writing
from storage.database.schema import open_database
from storage.spot_checks import register
from tests.fixtures.databases import sqlite_database

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(sqlite_database(tmp_path / "xueshi.db"))
    with writing(opened, "test") as connection:
        for number in range(6):
            announce(connection, str(number))
    yield opened
    opened.dispose()


def announce(connection: Connection, commitment: str) -> None:
    listed = [{"locality": f"阳泉市{commitment}"}, {"locality": "阳泉市城区"}]
    published = {"commitment": commitment, "rules": {"title": "抽查"}, "classes": listed}
    register.announce(connection, published, AT)


def test_it_stays_bounded_however_many_draws_are_asked_for(engine: Engine) -> None:
    localities = DrawLocalities(most=3)
    with reading(engine, "test") as connection:
        for _ in range(2):
            for number in range(6):
                assert localities.of(connection, str(number)) == {f"阳泉市{number}", "阳泉市城区"}
                assert len(localities) <= 3
    assert len(localities) == 3


def test_a_draw_that_is_used_stays_and_the_one_unused_longest_is_read_again(engine: Engine) -> None:
    localities, statements = DrawLocalities(most=2), list[str]()
    with reading(engine, "test") as connection:
        event.listen(engine, "before_cursor_execute", lambda *what: statements.append(what[2]))
        for commitment in ("0", "1", "0", "2"):
            localities.of(connection, commitment)
        read = len(statements)
        assert len([one for one in statements if one.startswith("SELECT")]) == 3
        localities.of(connection, "0")
        localities.of(connection, "2")
        assert len(statements) == read
        localities.of(connection, "1")
        assert len(statements) == read + 1
