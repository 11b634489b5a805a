"""Two ways out for a clerk who has the console alone: a recording that tells no time, and a list that was wrong."""

import json
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder, packages_folder
from runtime.platform.worker import Worker
from runtime.roll_call.rolls import refresh_rolls
from runtime.sealing.package_check import PackageCheckRequest, check
from storage.database.connection import reading
from storage.database.roll_call import rolls
from storage.evidence_log.keyring import KeyRing
from tests.fixtures import scenarios
from tests.fixtures.folders import honest, written
from tests.fixtures.hand_in import sent
from tests.fixtures.service import Running
from tests.fixtures.tus import uploaded

WHY = "多录了没有来的人，已另传更正版"


def verified(running: Running, client: httpx.Client, number: int) -> dict[str, object]:
    """The class's newest report, after every job that waits was done."""
    worker = Worker(running.service.engine, running.service.settings, running.clock)
    while worker.step():
        pass
    report = client.get(f"/api/v1/classes/{number}").json()["report_id"]
    return dict(client.get(f"/api/v1/reports/{report}/document").json())


def statuses(document: dict[str, object]) -> list[str]:
    return [hour["status"] for hour in document["hours"]]  # type: ignore[attr-defined, index]


def told(document: dict[str, object]) -> dict[str, str]:
    return {one["id"]: one["value"] for one in document["assumptions"]}  # type: ignore[attr-defined, index]


def entry(document: dict[str, object], path: str) -> dict[str, object]:
    return next(one for one in document["inputs"] if one["path"] == path)  # type: ignore[attr-defined, index]


def file_number(client: httpx.Client, number: int, name: str) -> int:
    (found,) = client.get(f"/api/v1/classes/{number}/files", params={"name": name}).json()["items"]
    return int(found["id"])


@pytest.mark.slow
def test_a_recording_without_a_time_proves_nothing_until_the_clerk_states_it_on_the_console(
    running_service: Running, tmp_path: Path
) -> None:
    folder = written(replace(scenarios.no_clock, teacher=""), tmp_path / "class")
    (video,) = (folder / "录像").iterdir()
    name = f"录像/{video.name}"
    with running_service.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder)
        times = f"/classes/{number}/times"
        assert "还没有核验过" in clerk.get(times).text
        clerk.post(f"/api/v1/classes/{number}/verifications")
        before = verified(running_service, clerk, number)
        assert statuses(before) == ["UNPROVEN"]
        (fault,) = entry(before, name)["faults"]  # type: ignore[misc, attr-defined]
        assert "控制台本班“设置”的“录像时间”" in fault["text"]["zh"]  # type: ignore[unreachable]
        assert "class.toml" in fault["text"]["zh"]
        shown = clerk.get(times).text
        assert name in shown
        assert "1 个还没有时间" in shown
        assert "1 个录像没有时间" in clerk.get(f"/classes/{number}/settings").text
        form = {"version": "0", "file": name, "camera": "CH02", "start": "2025-04-07 八点半"}
        wrong = clerk.post(times, data=form)
        assert wrong.status_code == 422
        assert re.search(r'aria-describedby="w-0-start"', wrong.text)
        assert 'value="2025-04-07 八点半"' in wrong.text
        future = clerk.post(times, data=form | {"start": "2099-04-07T08:30:00"})
        assert (future.status_code, "已经过去的时间" in future.text) == (422, True)
        saved = clerk.post(times, data=form | {"start": "2025-04-07T08:30:00"})
        assert saved.headers["location"] == f"{times}?saved=1"
        assert clerk.post(times, data=form | {"start": "2025-04-07T09:30:00"}).status_code == 409
        after = verified(running_service, clerk, number)
        settings = clerk.get(f"/api/v1/classes/{number}/settings").json()
        assert "已按此时间核验" in clerk.get(times).text
        history = clerk.get(f"/classes/{number}/settings").text
    assert statuses(after) == ["PASS"]
    assert entry(after, name)["clock_source"] == "manifest"
    assert told(after)["S4"] == f"{name} 2025-04-07 08:30:00"
    assert "S4" not in told(before)
    assert settings["recordings"] == [{"file": name, "start": "2025-04-07T00:30:00Z", "camera": "CH02"}]
    assert f"录像时间 {name}：– → 2025-04-07 08:30:00 CH02" in history
    with running_service.as_(Role.INSPECTOR) as inspector:
        read = inspector.get(times).text
        assert "2025-04-07 08:30:00" in read
        assert "<input" not in read.split("<h2")[1]
        assert inspector.post(times, data=form).status_code == 403


@pytest.mark.slow
def test_a_wrong_roster_is_set_aside_for_a_corrected_one_and_stays_for_everybody_to_see(
    running_service: Running, tmp_path: Path
) -> None:
    home = running_service.service.settings.home
    KeyRing(home / "keys").init(running_service.clock())
    folder = honest(tmp_path / "class")
    right = (folder / "花名册.xlsx").read_bytes()
    with running_service.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder)
        page = f"/classes/{number}/files"
        clerk.post(f"/api/v1/classes/{number}/verifications")
        assert statuses(verified(running_service, clerk, number)) == ["PASS"]
        old = file_number(clerk, number, "花名册.xlsx")
        assert clerk.post(f"{page}/{old}/remove").status_code == 409
        assert "不再采用" in clerk.get(page).text
        short = clerk.post(f"{page}/{old}/aside", data={"reason": "旧"})
        assert (short.status_code, "2 至 200 个字的理由" in short.text) == (422, True)
        assert clerk.post(f"{page}/{old}/aside", data={"reason": WHY}).status_code == 303
        bare = verified(running_service, clerk, number)
        assert statuses(bare) == ["UNPROVEN"], "without a roster nobody knows how many should be there"
        assert "不再采用 1 份，以上数字都不含：花名册.xlsx" in clerk.get(page).text
        assert "还没有花名册" in clerk.get(page).text
        sent(clerk, number, "花名册（更正）.xlsx", right)
        clerk.post(f"/api/v1/classes/{number}/verifications")
        after = verified(running_service, clerk, number)
        assert statuses(after) == ["PASS"]
        left = entry(after, "花名册.xlsx")
        assert (left["role"], left["aside"]) == ("roster", WHY)
        assert left["sha256"]
        assert told(after)["S5"] == f"花名册.xlsx（{WHY}）"
        packages = clerk.get("/api/v1/packages", params={"class_id": number}).json()["items"]
        with running_service.as_(Role.AUDITOR) as auditor:
            leaves = auditor.get("/api/v1/log/leaves", params={"limit": 200}).json()["items"]
        assert clerk.post(f"{page}/{old}/restore").status_code == 303
        assert clerk.get(f"/api/v1/classes/{number}/settings").json()["aside"] == []
        assert "恢复采用 花名册.xlsx" in clerk.get(f"/classes/{number}/settings").text
    assert f"class:{number} settings:1" in {one["subject"] for one in leaves if one["kind"] == "settings"}
    assert len(packages) == 3
    newest = max(packages_folder(home).rglob("facts.json"), key=lambda path: path.stat().st_mtime).parents[1]
    checked = check(PackageCheckRequest(newest, recompute=True))
    assert checked.sound, [line.en for line in checked.lines]
    originals = json.loads((newest / "data/originals.json").read_text("utf-8"))["originals"]
    (kept,) = (one for one in originals if one["path"] == "花名册.xlsx")
    assert (kept["role"], kept["sha256"]) == ("roster", left["sha256"])
    assert json.loads((newest / "data/settings.json").read_text("utf-8"))["class"]["aside"][0]["reason"] == WHY


@pytest.mark.slow
def test_check_ins_that_were_set_aside_count_for_nothing_and_are_a_doubt(
    running_service: Running, tmp_path: Path
) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, honest(tmp_path / "class"))
        (name,) = (
            one["name"]
            for one in clerk.get(f"/api/v1/classes/{number}/files").json()["items"]
            if one["role"] == "checkins"
        )
        body = {"version": 0, "aside": [{"file": name, "reason": WHY}]}
        assert clerk.put(f"/api/v1/classes/{number}/settings", json=body).status_code == 200
        document = verified(running_service, clerk, number)
    (doubt,) = (one for one in document["doubts"] if one["kind"] == "CHECKINS_ASIDE")  # type: ignore[attr-defined, index]
    assert document["checkins"] == []
    assert WHY in doubt["text"]["zh"]
    assert doubt["innocent"]
    assert [one["path"] for one in doubt["evidence"]] == [name]


def test_the_roll_for_phones_is_made_anew_without_the_list_that_was_left(
    running_service: Running, tmp_path: Path
) -> None:
    engine, home = running_service.service.engine, running_service.service.settings.home

    def people(number: int) -> int:
        refresh_rolls(engine, home, running_service.clock)
        with reading(engine, "test") as connection:
            return len(rolls.people(connection, number))

    with running_service.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, honest(tmp_path / "class"))
        assert people(number) > 0
        body = {"version": 0, "aside": [{"file": "花名册.xlsx", "reason": WHY}]}
        assert clerk.put(f"/api/v1/classes/{number}/settings", json=body).status_code == 200
        assert people(number) == 0
        assert clerk.put(f"/api/v1/classes/{number}/settings", json={"version": 1}).status_code == 200
        assert people(number) > 0


def test_a_recording_is_never_set_aside_and_no_list_gets_a_time(running_service: Running, tmp_path: Path) -> None:
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.CLERK, "邻校") as other:
        number = uploaded(clerk, honest(tmp_path / "class"))
        path = f"/api/v1/classes/{number}/settings"
        (video,) = (
            one for one in clerk.get(f"/api/v1/classes/{number}/files").json()["items"] if one["role"] == "recording"
        )
        left = {"version": 0, "aside": [{"file": video["name"], "reason": WHY}]}
        timed = {"version": 0, "recordings": [{"file": "花名册.xlsx", "start": "2025-04-07T08:30:00+08:00"}]}
        for body, where in ((left, "aside.0.file"), (timed, "recordings.0.file")):
            answer = clerk.put(path, json=body)
            assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, where)
        aside = f"/classes/{number}/files/{video['id']}/aside"
        assert clerk.post(aside, data={"reason": WHY}).status_code == 422
        assert other.post(aside, data={"reason": WHY}).status_code == 404
        assert clerk.post(f"/classes/{number}/files/999999/aside", data={"reason": WHY}).status_code == 404
        assert clerk.get(path).json()["version"] == 0


def test_the_other_settings_pages_keep_what_was_said_of_the_material(running_service: Running, tmp_path: Path) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, honest(tmp_path / "class"))
        path = f"/api/v1/classes/{number}/settings"
        said = {
            "recordings": [{"file": "录像/hiv00001.mp4", "start": "2025-04-07T00:30:00Z", "camera": ""}],
            "aside": [{"file": "课表.xlsx", "reason": WHY}],
        }
        assert clerk.put(path, json={"version": 0, **said}).status_code == 200
        form = {"version": "1", "act": "save", "people_per_phone": "3"}
        assert clerk.post(f"/classes/{number}/settings", data=form).status_code == 303
        now = clerk.get(path).json()
    assert (now["version"], now["device"]["people_per_phone"]) == (2, 3)
    assert {name: now[name] for name in said} == said
    assert (class_folder(running_service.service.settings.home, number) / "课表.xlsx").is_file()
