"""A class that no document in force judges, as the commands and the console tell it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.rights import Role
from runtime.platform.worker import Worker
from storage.database.connection import sqlite_address
from tests.fixtures.folders import xueshi
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.table_folder import LAW_CLASS, table_folder
from tests.fixtures.tus import uploaded

YQ = "yangquan-2024"


def test_verify_says_that_no_document_is_in_force_and_ends_with_20(tmp_path: Path) -> None:
    ran = xueshi("verify", table_folder(tmp_path / "class", "山西省阳泉市平定县"), cache=tmp_path / "cache")
    assert ran.code == 20, ran
    assert ran.out.count("没有现行政策文件") == 1
    assert "? 存疑待核  2026-11-02" in ran.out
    assert "--provisional" in ran.out
    assert "locality =" not in ran.out


@pytest.mark.parametrize("command", ["verify", "doctor"])
def test_a_misspelt_place_never_ends_with_0_and_names_the_place_that_was_meant(command: str, tmp_path: Path) -> None:
    folder = table_folder(tmp_path / "class", "山西省阳全市", LAW_CLASS)
    ran = xueshi(command, folder, cache=tmp_path / "cache")
    assert ran.code == 20, ran
    assert "写法最接近的是 山西省阳泉市" in ran.out
    assert "不知道这个地点适用哪份文件" in ran.out
    assert "没有现行" not in ran.out


def test_a_document_of_another_place_is_not_the_law_because_the_class_names_it(tmp_path: Path) -> None:
    folder = table_folder(tmp_path / "class", "山西省阳泉市平定县", LAW_CLASS, 'policy = "wuyi-2020"\n')
    ran = xueshi("verify", folder, "--json", "-", cache=tmp_path / "cache")
    assert ran.code == 20, ran
    spoken = json.loads(ran.out)
    assert spoken["policy"] is None
    reasons = {one["reason"] for hour in spoken["hours"] for one in hour["findings"]}
    assert reasons == {"RULEBOOK_UNFIT"}
    assert {hour["status"] for hour in spoken["hours"]} == {"UNPROVEN"}
    tried = xueshi("verify", folder, "--policy", "wuyi-2020", "--provisional", cache=tmp_path / "cache")
    assert tried.code == 2, tried
    assert "wuyi-2020" in tried.err


def test_doctor_calls_nothing_complete_without_a_document(tmp_path: Path) -> None:
    ran = xueshi("doctor", table_folder(tmp_path / "class", "阳泉市"), "--json", "-", cache=tmp_path / "cache")
    assert ran.code == 20, ran
    assert json.loads(ran.out)["no_rulebook"]["reason"] == "NO_RULEBOOK_IN_FORCE"


def test_a_provisional_run_is_marked_in_the_command_the_page_and_the_json(tmp_path: Path) -> None:
    folder = table_folder(tmp_path / "class", "阳泉市")
    ran = xueshi("verify", folder, "--policy", YQ, "--provisional", cache=tmp_path / "cache")
    assert ran.code in {20, 30}, ran
    assert "暂按已失效文件" in ran.out
    spoken = json.loads((folder / "核验报告" / "report.json").read_text("utf-8"))
    assert (spoken["policy"]["id"], spoken["policy"]["provisional"]) == (YQ, True)
    assert len(spoken["policy"]["sha256"]) == 64
    assert "暂按已失效文件" in (folder / "核验报告" / "report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, int]]:
    """A class dated after every document, verified."""
    home = tmp_path_factory.mktemp("no-law")
    folder = table_folder(home / "class", "")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home / "home")) as found:
        with found.as_(Role.CLERK) as clerk:
            number = uploaded(clerk, folder)
            assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
        work(found)
        yield found, number


def work(found: Running) -> None:
    worker = Worker(found.service.engine, found.service.settings, found.clock)
    while worker.step():
        pass


@pytest.mark.parametrize("role", [Role.CLERK, Role.INSPECTOR, Role.REVIEWER])
def test_clerk_and_regulator_have_it_first_among_what_is_to_do(served: tuple[Running, int], role: Role) -> None:
    found, number = served
    with found.as_(role) as person:
        page = person.get("/").text
    first = page.partition('<ul class="tasks">')[2].partition("</li>")[0]
    assert "没有现行政策文件，1 个班期不能判定" in first
    assert f'href="/classes/{number}"' in first


def test_the_class_page_tells_it_without_a_tick_and_offers_a_trial_to_the_clerk_alone(
    served: tuple[Running, int],
) -> None:
    found, number = served
    with found.as_(Role.CLERK) as clerk, found.as_(Role.INSPECTOR) as inspector:
        own, others = clerk.get(f"/classes/{number}").text, inspector.get(f"/classes/{number}").text
        material = clerk.get(f"/classes/{number}/files").text
    for page in (own, others):
        assert "没有现行政策文件，所有学时都不能判定" in page
        assert "没有需要处理的学时" not in page
    assert 'name="provisional"' in own
    assert 'name="provisional"' not in others
    assert "无现行文件" in material


def test_the_policy_page_lists_the_classes_that_wait(served: tuple[Running, int]) -> None:
    found, number = served
    with found.as_(Role.REVIEWER) as reviewer:
        page = reviewer.get("/policy").text
    assert page.partition('id="missing"')[2].count(f'href="/classes/{number}"') == 1


def test_only_a_document_that_lapsed_can_be_tried(served: tuple[Running, int]) -> None:
    found, number = served
    with found.as_(Role.CLERK) as clerk:
        answer = clerk.post(f"/api/v1/classes/{number}/verifications", params={"provisional": "nowhere"})
        foreign = clerk.post(f"/api/v1/classes/{number}/verifications", params={"provisional": "wuyi-2020"})
        assert 'value="wuyi-2020"' not in clerk.get(f"/classes/{number}").text
    assert (answer.status_code, foreign.status_code) == (422, 422)
    assert YQ in answer.text


def test_a_trial_from_the_console_marks_every_page_and_an_ordinary_run_takes_it_back(
    served: tuple[Running, int],
) -> None:
    found, number = served
    with found.as_(Role.CLERK) as clerk:
        clerk.post(f"/classes/{number}/verify", data={"document": YQ, "provisional": "1"})
        work(found)
        for path in ("", "/doubts", "/attendance", "/inputs", "/settings", "/files", "/days/2026-11-02"):
            assert "暂按已失效文件" in clerk.get(f"/classes/{number}{path}").text, path
        report = clerk.get("/api/v1/verdicts", params={"class_id": number}).json()
        assert {one["status"] for one in report["items"]} <= {"UNPROVEN", "FAIL"}
        clerk.post(f"/classes/{number}/verify")
        work(found)
        assert "暂按已失效文件 ·" not in clerk.get(f"/classes/{number}").text
