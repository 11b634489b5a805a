"""Whose turn it is: a doubt leaves one person's 待办 when it becomes another's, and nobody's when it is over."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx

from pipeline.accounts.rights import Role
from tests.fixtures.doubted_class import GAPS, accept, doubted, doubted_report, explain, of_kind, uphold
from tests.fixtures.sample_service import keep, seeded
from tests.fixtures.service import Running

AMBIGUOUS = "AMBIGUOUS_NAME"


def waiting(client: httpx.Client) -> int:
    """How many doubts the first page says wait for this person."""
    found = re.search(r"等您办理的疑点 (\d+)", client.get("/").text)
    return int(found[1]) if found else 0


def test_a_doubt_waits_for_whoever_is_to_act_and_for_nobody_else(running_service: Running) -> None:
    number, everything = doubted(running_service), len(doubted_report().doubts)
    with (
        running_service.as_(Role.CLERK) as clerk,
        running_service.as_(Role.INSPECTOR) as inspector,
        running_service.as_(Role.INSPECTOR, area="山西省") as colleague,
        running_service.as_(Role.REVIEWER) as reviewer,
        running_service.as_(Role.TEACHER) as teacher,
    ):
        everybody = (clerk, inspector, colleague, reviewer, teacher)
        (shared,) = of_kind(clerk, "SHARED_DEVICE")
        assert [waiting(one) for one in everybody] == [everything, everything, everything, 0, 0]
        assert explain(clerk, number, [shared]).status_code == 200
        assert [waiting(one) for one in everybody] == [everything - 1, everything, everything, 0, 0]
        assert "已说明待复核" in inspector.get("/").text
        assert uphold(inspector, number, shared).status_code == 200
        assert [waiting(one) for one in everybody] == [everything - 1, everything - 1, everything, 1, 0]
        assert uphold(reviewer, number, shared).status_code == 200
        assert [waiting(one) for one in everybody] == [everything - 1] * 3 + [0, 0]
        gaps = of_kind(clerk, "ROSTER_GAP")
        assert accept(inspector, number, gaps).status_code == 200
        assert [waiting(one) for one in everybody] == [1, 1, 1, 0, 0]
        running_service.clock.ahead += timedelta(minutes=5)
        keep(running_service, number, replace(doubted_report(), doubts=()))
        assert [waiting(one) for one in everybody] == [0] * 5, "no longer raised"


def test_the_oldest_stand_first_and_alike_ones_are_counted(running_service: Running) -> None:
    doubted(running_service)
    running_service.clock.ahead += timedelta(minutes=5)
    seeded(running_service, code="later")
    with running_service.as_(Role.CLERK) as clerk:
        page = clerk.get("/").text
    paths = re.findall(r'href="(/classes/\d/doubts#doubt-\d+)">◆ 疑点', page)
    assert [path[:10] for path in paths] == ["/classes/1"] * 3 + ["/classes/2"] * 3
    assert f"未打卡也未请假 {len(GAPS)} 项" in page or f" {len(GAPS)} 项" in page
    assert f"等您办理的疑点 {len(GAPS) + 2 + 3}" in page


def test_the_list_filters_by_stage(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.REVIEWER) as reviewer:
        gaps, (bare,) = of_kind(clerk, "ROSTER_GAP"), of_kind(clerk, AMBIGUOUS)
        explain(clerk, number, gaps[:2])
        uphold(reviewer, number, bare)

        def count(client: httpx.Client, **asked: str) -> int:
            return client.get("/doubts", params=asked).text.count('<article class="doubt"')

        assert count(reviewer) == 5
        assert count(reviewer, stage="explained") == 2
        assert count(reviewer, stage="explained", kind=AMBIGUOUS) == 0
        assert count(reviewer, stage="upheld") == 1
        assert (count(clerk, stage="mine"), count(reviewer, stage="mine")) == (2, 0)
        assert (count(reviewer, stage="gone"), count(reviewer, stage="nonsense")) == (0, 0)
        running_service.clock.ahead += timedelta(minutes=5)
        keep(running_service, number, replace(doubted_report(), doubts=doubted_report().doubts[1:]))
        assert (count(reviewer), count(reviewer, stage="gone")) == (4, 1)
        assert "不再出现" in reviewer.get("/doubts", params={"stage": "gone"}).text
        page = reviewer.get(f"/classes/{number}/doubts").text
        assert page.index('id="doubt-1"') < page.index("不再出现") < page.index(f'id="gone-{gaps[0]}"')
