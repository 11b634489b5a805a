"""班期: the list finds, pages and keeps to its reader's reach; the class's pages say what its report says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.rights import Role
from storage.database.classes.classes import add_file
from storage.database.connection import sqlite_address, writing
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.service import Running, running, settings_at


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("console")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        seeded(found)
        yield found


def test_the_list_names_the_class_its_verdict_and_how_its_hours_stand(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get("/classes", params={"status": "FAIL"}).text
    assert "家政服务员2班" in page
    assert "✗</span> 不达标 2" in page
    assert "正信职校" in page


def test_another_institution_sees_none_of_it(served: Running) -> None:
    with served.as_(Role.CLERK, "邻校") as other:
        assert "家政服务员2班" not in other.get("/classes").text
        for path in ("", "/doubts", "/attendance", "/inputs", "/days/2025-04-08"):
            assert other.get(f"/classes/1{path}").status_code == 404


def test_a_filter_finds_and_says_so_when_nothing_fits(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        assert "家政服务员2班" in inspector.get("/classes", params={"q": "JZ-02", "status": "FAIL"}).text
        assert "没有符合条件的班期" in inspector.get("/classes", params={"q": "100%_"}).text
        assert "No class fits" in inspector.get("/classes", params={"status": "PASS", "lang": "en"}).text


def test_pages_follow_each_other_without_a_gap(served: Running) -> None:
    for no in range(120):
        blank(served, f"p{no}", "翻页班")
    seen, address = [], "/classes?q=翻页班"
    with served.as_(Role.INSPECTOR) as inspector:
        while address:
            page = inspector.get(address).text
            seen += re.findall(r"· (p\d+)<", page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == [f"p{no}" for no in reversed(range(120))]


def test_the_calendar_leads_from_every_cell_to_its_day(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get("/classes/1").text
    cells = re.findall(r'<td class="[a-z-]+"><a href="(/classes/1/days/2025-04-\d\d#hour-\d+)"', page)
    assert len(cells) == 25
    assert "/classes/1/days/2025-04-08#hour-8" in cells
    assert "请从录像机补导 CH02" in page


def test_doubts_name_their_clause_their_innocent_reasons_and_the_cost(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get("/classes/1/doubts").text
    assert "教师用一部手机代为协助年长学员打卡" in page
    assert "核实约" in page
    assert "录像须能够显示全体参训人员" in page
    assert "赵晓样" not in page


def test_the_matrix_is_masked_and_names_its_sources(served: Running) -> None:
    with served.as_(Role.TEACHER) as teacher:
        page = teacher.get("/classes/1/attendance").text
    assert "赵*" in page
    assert "赵晓样" not in page
    assert not re.search(r"\d{17}[\dX]", page)


def test_a_regulator_is_told_that_a_code_can_be_relayed(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get("/classes/1/attendance").text
    assert "任何打卡码都排除不了" in page
    assert "打卡从不单独作数" in page


def test_a_class_without_a_report_says_what_is_missing(served: Running) -> None:
    number = blank(served, "empty")
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get(f"/classes/{number}")
    assert page.status_code == 200
    assert "还没有核验报告" in page.text


def test_a_clerk_asks_for_a_verification_once_there_are_files(served: Running) -> None:
    number = blank(served, "to verify")
    with served.as_(Role.CLERK) as clerk, served.as_(Role.INSPECTOR) as inspector:
        assert f'action="/classes/{number}/verify"' in clerk.get(f"/classes/{number}").text
        assert "/verify" not in inspector.get(f"/classes/{number}").text
        assert clerk.post(f"/classes/{number}/verify").status_code == 409
        with writing(served.service.engine, "test") as connection:
            add_file(connection, number, "花名册.xlsx", "roster", 1, "0" * 64, "test", served.clock())
        asked = clerk.post(f"/classes/{number}/verify")
        assert (asked.status_code, asked.headers["location"]) == (303, f"/classes/{number}")
        assert "正在核验" in clerk.get(f"/classes/{number}").text
