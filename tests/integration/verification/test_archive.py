"""The archive walked again: what would change is told, and nothing is changed."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from facts.errors import InputError
from runtime.verification.archive import JOURNAL, ArchiveRequest, ArchiveWalk
from runtime.verification.job import ClassVerifier
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.verification import REPORTS
from tests.fixtures.county_rulebook import county_text
from tests.fixtures.service import Running
from tests.fixtures.toy_class import toy_class

pytestmark = pytest.mark.slow
SINCE = date(2025, 4, 1)


def in_view(_seat: int, _second: int) -> str:
    return "face"


def stricter(folder: Path) -> str:
    """A rulebook that asks for a quarter of an hour without a break, and its place on the disk."""
    text = county_text().replace("first = 2026-01-01", "first = 2024-10-16").replace("汇东县", "平定县")
    path = folder / "stricter.toml"
    path.write_text(text.replace("min_s = 600", "min_s = 900"), "utf-8")
    return str(path)


def walk(found: Running, out: Path, policy: str = "", since: date = SINCE) -> ArchiveWalk:
    service = found.service
    return ArchiveWalk(ClassVerifier(service.engine, service.settings, found.clock), ArchiveRequest(since, policy), out)


def kept(found: Running) -> tuple[object, ...]:
    """What may not change: reports, leaves, and which report counts."""
    with reading(found.service.engine, "test") as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (REPORTS, LEAVES)
        ]
        newest = connection.execute(select(CLASSES.c.id, CLASSES.c.report_id, CLASSES.c.status)).all()
    return (*counts, *newest)


def test_another_rulebook_tells_what_would_change_and_changes_nothing(running_service: Running, tmp_path: Path) -> None:
    numbers = [toy_class(running_service, in_view, code=code) for code in ("one", "two")]
    before = kept(running_service)
    assert [one.changes for one in walk(running_service, tmp_path / "same").walk()] == [(), ()]
    other = walk(running_service, tmp_path / "other", stricter(tmp_path))
    told = list(other.walk())
    assert [(one.class_id, one.fault) for one in told] == [(number, "") for number in numbers]
    assert [(change.before, change.after) for one in told for change in one.changes] == [("PASS", "FAIL")] * 2
    assert kept(running_service) == before
    plan = walk(running_service, tmp_path / "plan").plan()
    assert (plan.classes, plan.hours, plan.core_s) == (2, 2, 0.0)
    assert not (tmp_path / "plan").exists()
    assert walk(running_service, tmp_path / "plan", since=date(2025, 5, 1)).plan().classes == 0


def test_a_walk_that_was_stopped_goes_on_and_another_one_does_not(running_service: Running, tmp_path: Path) -> None:
    for code in ("one", "two"):
        toy_class(running_service, in_view, code=code)
    first = next(iter(walk(running_service, tmp_path).walk()))
    journal = tmp_path / JOURNAL
    with journal.open("a", encoding="utf-8") as cut:
        cut.write('{"class_id": 2, "co')
    lines = journal.read_text("utf-8").splitlines()
    assert json.loads(lines[1])["code"] == first.code == "one"
    assert [one.code for one in walk(running_service, tmp_path).walk()] == ["one", "two"]
    with pytest.raises(InputError, match="go on with the same words"):
        list(walk(running_service, tmp_path, since=date(2025, 4, 2)).walk())
