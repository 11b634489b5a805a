"""政策库, 证据包校验, 审计日志 and what of them stands on the first page."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from facts.report import ClassReport
from pipeline.rights import Role
from storage.database.jobs import JobState
from storage.database.opening import sqlite_address, writing
from storage.database.tables.service import JOBS
from tests.fixtures.console import seeded
from tests.fixtures.sealed import papers
from tests.fixtures.service import Running, running, settings_at

__all__ = ["ClassReport"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("others")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        seeded(found)
        yield found


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sealed")
    bench = papers(root)
    bench.ring.init(bench_now := __import__("datetime").datetime.now(__import__("datetime").UTC))
    del bench_now
    return bench.seal(root / "out").packages[0]


def test_the_shelf_says_of_each_document_whether_it_is_in_force(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        page = clerk.get("/policy").text
    assert "阳人社规发〔2024〕2号" in page
    assert "已失效" in page


def test_a_rule_stands_beside_the_words_of_its_clause(served: Running) -> None:
    with served.as_(Role.TEACHER) as teacher:
        page = teacher.get("/policy/yangquan-2024").text
    card = page[page.index('id="YQ-V1"') : page.index('id="YQ-V2"')]
    assert "理论教学、实操培训每学时连续录像不低于10分钟" in card
    assert "第十一条" in card


def test_a_document_that_lapses_today_is_announced(served: Running) -> None:
    behind = served.clock.ahead
    ahead = next_lapse(served)
    served.clock.ahead = ahead
    try:
        with served.as_(Role.REVIEWER) as reviewer:
            assert "今日失效" in reviewer.get("/policy").text
            assert "今日失效" in reviewer.get("/").text
    finally:
        served.clock.ahead = behind
