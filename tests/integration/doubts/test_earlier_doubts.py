"""Doubts that an earlier version raised wait for somebody too, and the next report knows them again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from facts.codec import loads
from facts.report import ClassReport
from pipeline.accounts.rights import Role
from storage.database.connection import reading
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import class_doubts
from storage.database.verification.reports import facts_of
from tests.fixtures.databases import sqlite_database
from tests.fixtures.earlier_version import earlier_database
from tests.fixtures.sample_service import keep
from tests.fixtures.service import Running, running, settings_at


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_database(earlier_database(tmp_path)), tmp_path / "home")) as found:
        yield found


def test_an_earlier_doubt_waits_and_is_the_same_in_the_next_report(served: Running) -> None:
    with reading(served.service.engine, "test") as connection:
        before = class_doubts(connection, CLASS_DOUBTS.c.class_id == 1)
        sealed = loads(ClassReport, facts_of(connection, before[0].report_id))
    assert len(before) == len(sealed.doubts) > 0
    assert {(one.stage, one.raised) for one in before} == {("open", True)}
    with served.as_(Role.INSPECTOR) as inspector:
        assert "等您办理的疑点" in inspector.get("/").text
    served.clock.ahead += timedelta(minutes=5)
    keep(served, 1, sealed)
    with reading(served.service.engine, "test") as connection:
        after = class_doubts(connection, CLASS_DOUBTS.c.class_id == 1)
    assert [(one.id, one.number) for one in after] == [(one.id, one.number) for one in before]
    assert {one.report_id for one in after}.isdisjoint({one.report_id for one in before})
    assert all(one.raised for one in after)
