"""A failure by two people is answered by the institution within the rulebook's term, and decided again by others."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from facts.span import local_day
from pipeline.accounts.rights import Role
from pipeline.verification.judgement import judged_again
from pipeline.verification.report import ClassInputs
from runtime.policy.shelf import shelf_of
from runtime.verification.law import law_as_judged
from storage.database.connection import reading, sqlite_address
from storage.database.notifications.events import events
from tests.fixtures.reviewed_hour import ReviewedHour, first, marked, second, told, view_of
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.toy_class import PEOPLE, toy_class, worked_off

WIDER = "山西省"  # the second pair's area, so that they are other people than the first
SAID = "第 5 座的学员低头记笔记，见座位表"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path)) as found:
        for role in (Role.INSPECTOR, Role.REVIEWER, Role.CLERK):
            found.token(role)
        yield found


def failed(served: Running) -> ReviewedHour:
    """An hour that two people found short."""
    hour = ReviewedHour(served, toy_class(served))
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        short = {"frames": marked(sheet, (1,)), "answer": "short", "words": "第 5 座一直空着"}
        told(client, hour.path, {**short, "sign": True})
    second(hour)
    worked_off(served)
    assert hour.verdict()["status"] == "FAIL"
    return hour


def answer(hour: ReviewedHour, status: int = 200, files: Any = None) -> dict[str, Any]:  # noqa: ANN401 - whatever httpx takes
    with hour.found.as_(Role.CLERK) as clerk:
        made = clerk.post(f"{hour.path}/reply", data={"words": SAID}, files=files)
        assert made.status_code == status, made.text
        return dict(made.json())


def test_an_answered_failure_is_decided_again_by_two_others(served: Running) -> None:
    hour = failed(served)
    last = local_day(served.clock()) + timedelta(days=15)
    with served.as_(Role.CLERK) as clerk:
        assert f"{last} 前可以答复" in clerk.get("/").text
        page = clerk.get(f"/classes/{hour.number}/hours/0/review").text
        assert "提交答复" in page
    first(hour, Role.CLERK)  # its own marks, which decide nothing
    for role in (Role.INSPECTOR, Role.REVIEWER):
        served.token(role, area=WIDER)
    kept = answer(hour, files={"files": ("座位表.pdf", b"%PDF-1.4 seats", "application/pdf")})
    assert (kept["words"], kept["files"], kept["decided_by"]) == (SAID, ["座位表.pdf"], None)
    assert answer(hour, 409)["title"] == "已经答复过"
    with served.as_(Role.CLERK) as clerk:
        assert "前可以答复" not in clerk.get("/").text, "it is somebody else's turn"
    with hour.seat(Role.INSPECTOR) as client:
        barred = client.get(hour.path).json()
        assert barred["turn"] == "none"
        again = client.post(hour.path, json={"frames": marked(barred), "sign": True})
        assert again.status_code == 403
        assert "另外的人" in again.json()["title"]
    tasks = {}
    for role in (Role.INSPECTOR, Role.REVIEWER):
        with served.as_(role, area=WIDER) as client:
            tasks[role] = "机构已答复，请您重新复核" in client.get("/").text
    (drawn,) = [role for role, task in tasks.items() if task]
    (other,) = {Role.INSPECTOR, Role.REVIEWER} - {drawn}
    with hour.seat(drawn, WIDER) as client:
        page = client.get(f"/classes/{hour.number}/hours/0/review").text
        assert SAID in page
        assert "座位表.pdf" not in page, "papers take a reason of their own"
    first(hour, drawn, WIDER)
    assert second(hour, other, WIDER)["state"] == "agreed"
    worked_off(served)
    entry = hour.verdict()
    assert (entry["status"], view_of(entry)["reason"]) == ("PASS", "WHOLE_CLASS_REVIEWED")
    reply = entry["review"]["reply"]
    assert (reply["words"], reply["files"][0]["path"], reply["counts"]) == (SAID, "座位表.pdf", [PEOPLE] * 3)
    report = hour.report()
    law = law_as_judged(ClassInputs(report.training_class), report, shelf_of(served.service))
    assert judged_again(report, law).verdicts == report.verdicts
    with reading(served.service.engine, "test") as connection:
        kinds = [one.kind for one in events(connection) if one.kind.startswith("review")]
    assert kinds == ["review.made", "review.agreed", "review.made", "review.answered", "review.made", "review.agreed"]
    with served.as_(drawn, area=WIDER) as client:
        assert "机构已答复" not in client.get("/").text


def test_papers_of_an_answer_take_a_reason_and_are_nobody_else_s(served: Running) -> None:
    hour = failed(served)
    answer(hour, files={"files": ("座位表.pdf", b"%PDF-1.4 seats", "application/pdf")})
    page = f"/classes/{hour.number}/hours/0/review"
    with hour.seat(Role.INSPECTOR) as client:
        assert "座位表.pdf" not in client.get(page).text
        assert client.post(f"{page}/look", data={"reason": "阅看机构答复的附件"}).status_code == 303
        (paper,) = re.findall(rf"{page}/papers/[0-9a-f]{{64}}", client.get(page).text)
        assert client.get(paper).content == b"%PDF-1.4 seats"
    with served.as_(Role.REVIEWER) as client:
        assert client.get(paper).status_code == 403, "another person has to say why first"
    with served.as_(Role.INSPECTOR, area="山西省吕梁市") as stranger, served.as_(Role.CLERK, "邻校") as neighbour:
        assert [one.get(paper).status_code for one in (stranger, neighbour)] == [404, 404]


def test_what_others_decided_again_stands(served: Running) -> None:
    hour = failed(served)
    for role in (Role.INSPECTOR, Role.REVIEWER):
        served.token(role, area=WIDER)
    answer(hour)
    with hour.seat(Role.INSPECTOR, WIDER) as client:
        sheet = client.get(hour.path).json()
        assert sheet["reply"]["words"] == SAID
        short = {"frames": marked(sheet, (1,)), "answer": "short", "words": "仍空着"}
        told(client, hour.path, {**short, "sign": True})
    assert second(hour, Role.REVIEWER, WIDER, seats=(1,))["state"] == "agreed"
    worked_off(served)
    entry = hour.verdict()
    assert entry["status"] == "FAIL"
    assert "维持" in view_of(entry)["remedy"]["zh"]
    assert "没有可以答复" in answer(hour, 409)["title"]


def test_nothing_is_left_to_answer_once_others_saw_everybody(served: Running) -> None:
    hour = failed(served)
    for role in (Role.INSPECTOR, Role.REVIEWER):
        served.token(role, area=WIDER)
    first(hour, Role.INSPECTOR, WIDER)
    assert second(hour, Role.REVIEWER, WIDER)["state"] == "agreed"
    worked_off(served)
    assert hour.verdict()["status"] == "PASS"
    with served.as_(Role.CLERK) as clerk:
        assert "前可以答复" not in clerk.get("/").text
    assert "没有可以答复" in answer(hour, 409)["title"]


def test_after_the_term_the_failure_stands(served: Running) -> None:
    hour = failed(served)
    served.clock.ahead += timedelta(days=16)
    served.again(Role.CLERK)
    assert "答复期限 15 天已过" in answer(hour, 409)["title"]
    with served.as_(Role.CLERK) as clerk:
        assert "前可以答复" not in clerk.get("/").text
        page = clerk.get(f"/classes/{hour.number}/hours/0/review").text
        assert "答复期限已过" in page
    assert hour.verdict()["status"] == "FAIL"


def test_an_answer_without_words_with_odd_files_or_by_somebody_else_is_refused(served: Running) -> None:
    hour = failed(served)
    path = f"/classes/{hour.number}/hours/0/review/reply"
    with served.as_(Role.CLERK) as clerk:
        blank = clerk.post(path, data={"words": "  "})
        assert blank.status_code == 422
        assert "请写明情况或理由" in blank.text
        odd = clerk.post(path, data={"words": SAID}, files={"files": ("a.exe", b"MZ", "application/octet-stream")})
        assert odd.status_code == 422
        assert SAID in odd.text, "what was written is still there"
    with served.as_(Role.INSPECTOR) as inspector:
        assert inspector.post(f"{hour.path}/reply", data={"words": SAID}).status_code == 403
    assert hour.verdict()["status"] == "FAIL"
