"""A spot check's hold stands in the way of every sweep, with or without a key on the machine that drew."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from facts.retention import Scope
from runtime.spot_checks.holds import SpotCheckHolds
from storage.database.schema import open_database
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.retention.register import EvidenceRegister
from tests.fixtures.databases import sqlite_database
from tests.fixtures.log_keeper import events

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CASE = "0123456789abcdef"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(sqlite_database(tmp_path / "xueshi.db"))
    yield opened
    opened.dispose()


def holds(engine: Engine, home: Path) -> SpotCheckHolds:
    return SpotCheckHolds(engine, home, lambda: AT)


@pytest.mark.parametrize("with_key", [True, False])
def test_a_drawn_class_is_held_once_until_the_case_is_lifted(engine: Engine, tmp_path: Path, *, with_key: bool) -> None:
    if with_key:
        KeyRing(tmp_path / "keys").init(AT)
    own = holds(engine, tmp_path)
    for _ in range(2):
        own.place("JZ-2024-02", CASE, "抽查未结", AT)
    (standing,) = EvidenceRegister(engine).holds()
    assert (standing.scope, standing.case, standing.reason) == (Scope(class_id="JZ-2024-02"), CASE, "抽查未结")
    own.lift("JZ-2024-02", "another case", "王检查", AT + timedelta(days=1))
    assert len(EvidenceRegister(engine).holds()) == 1
    for _ in range(2):
        own.lift("JZ-2024-02", CASE, "王检查", AT + timedelta(days=1))
    assert EvidenceRegister(engine).holds() == ()
    (ended,) = EvidenceRegister(engine).holds(released=True)
    assert ended.released_by == "王检查"


def test_with_a_key_the_log_says_of_the_hold(engine: Engine, tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").init(AT)
    holds(engine, tmp_path).place("JZ-2024-02", CASE, "抽查未结", AT)
    assert [entry.leaf.kind for entry in events(EvidenceLog(engine))] == [LeafKind.HOLD]
