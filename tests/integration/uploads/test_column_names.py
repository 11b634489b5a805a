"""Columns that cannot be guessed are asked for in the console and remembered for the institution."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from tests.fixtures.databases import sqlite_database
from tests.fixtures.hand_in import sent
from tests.fixtures.office.table import number
from tests.fixtures.sample_service import blank
from tests.fixtures.service import Running, running, settings_at

ODD = f"谁,证件,几时,设备\n甲一二,{number(1)},2025-04-07 08:20:00,phone-1\n".encode()
ASKED = "请指出哪一列是什么"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_database(tmp_path / "xueshi.db"), tmp_path)) as found:
        yield found


def page(client: httpx.Client, class_id: int) -> str:
    return client.get(f"/classes/{class_id}/files", headers={"accept": "text/html"}).text


def answer(client: httpx.Client, class_id: int, **fields: str) -> httpx.Response:
    given = {"where": "打卡.csv"} | {f"field-{name}": header for name, header in fields.items()}
    return client.post(f"/classes/{class_id}/columns", data=given, headers={"accept": "text/html"})


def test_the_question_shows_the_first_rows_masked(served: Running) -> None:
    own = blank(served, "one")
    with served.as_(Role.CLERK) as clerk:
        sent(clerk, own, "打卡.csv", ODD)
        shown = page(clerk, own)
    assert ASKED in shown
    assert '<th scope="col">几时</th>' in shown
    assert "2025-04-07 08:20:00" in shown
    assert number(1) not in shown
    assert "甲一二" not in shown
    assert "[columns.checkins]" not in shown


def test_a_roster_without_a_head_is_told_so_and_shows_nobody(served: Running) -> None:
    own = blank(served, "one")
    people = f"甲一二,{number(1)},13900000001\n乙三四,{number(2)},13900000002\n".encode()
    with served.as_(Role.CLERK) as clerk:
        sent(clerk, own, "花名册.csv", people)
        shown = page(clerk, own)
    assert "像是花名册，但没有找到表头" in shown
    assert ASKED not in shown
    assert [word for word in ("甲一二", "乙三四", number(1), number(2), "13900000001") if word in shown] == []


def test_one_answer_serves_every_class_of_the_institution(served: Running) -> None:
    first, second = blank(served, "one"), blank(served, "two")
    with served.as_(Role.CLERK) as clerk:
        for own in (first, second):
            sent(clerk, own, "打卡.csv", ODD)
        assert ASKED in page(clerk, second)
        assert answer(clerk, first, name="谁", time="几时").status_code == 303
        for own in (first, second):
            shown = page(clerk, own)
            assert ASKED not in shown
            assert "打卡 1 次" in shown
        forget = re.findall(rf'action="(/classes/{first}/columns/\d+/forget)"', page(clerk, first))
        assert len(forget) == 2
        assert clerk.post(forget[0]).status_code == 303
        assert ASKED in page(clerk, second)


@pytest.mark.parametrize(
    "fields", [{}, {"name": "谁"}, {"name": "谁", "time": "谁"}, {"name": "谁", "time": "没有这列"}]
)
def test_half_an_answer_is_not_remembered(served: Running, fields: dict[str, str]) -> None:
    own = blank(served, "one")
    with served.as_(Role.CLERK) as clerk:
        sent(clerk, own, "打卡.csv", ODD)
        refused = answer(clerk, own, **fields)
        assert refused.status_code == 422
        assert "没有记住" in refused.text
        assert ASKED in page(clerk, own)


def test_a_usual_table_of_the_same_institution_is_read_as_before(served: Running) -> None:
    own = blank(served, "one")
    with served.as_(Role.CLERK) as clerk:
        sent(clerk, own, "打卡.csv", ODD)
        answer(clerk, own, name="谁", time="几时")
        sent(clerk, own, "打卡2.csv", "姓名,打卡时间\n乙二,2025-04-07 08:25:00\n".encode())
        assert "打卡 2 次" in page(clerk, own)
