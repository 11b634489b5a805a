"""A camera's clock that is off by a stated amount: two people see what shows the time, and the hour is judged on it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from pipeline.accounts.rights import Role
from pipeline.verification.judgement import judged_again
from pipeline.verification.report import ClassInputs
from runtime.policy.shelf import shelf_of
from runtime.verification.law import law_as_judged
from storage.database.connection import sqlite_address
from tests.fixtures.drawn_room import State
from tests.fixtures.reviewed_hour import Marks, ReviewedHour, told
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.toy_class import toy_class, worked_off

FAST = "录像/CH01_20250407083500_20250407084700.mp4"  # five minutes fast, as its institution states


def all_faces(_seat: int, _second: int) -> str:
    return "face"


ALL_FACES: State = all_faces


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("clock-reviews")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        for role in (Role.INSPECTOR, Role.REVIEWER):
            found.token(role)
        yield found


_codes = iter(range(100))


@pytest.fixture
def hour(served: Running) -> ReviewedHour:
    number = toy_class(served, ALL_FACES, code=f"clock-{next(_codes)}", recording=FAST, offset_s=-300)
    return ReviewedHour(served, number)


def seen(sheet: dict[str, Any], off_s: float = 0, frames: int = 1) -> dict[str, Any]:
    """What the wall clock shows on the first frames, so many seconds from the recording's own time."""
    clock: list[Marks] = []
    for frame in sheet["frames"][:frames]:
        shows = datetime.fromisoformat(frame["at"]) + timedelta(seconds=off_s)
        clock.append(
            {name: frame[name] for name in ("at", "path", "at_s")} | {"shows": shows.isoformat(), "by": "墙上的钟"}
        )
    return {"answer": "clock", "frames": [], "clock": clock}


def continuity(entry: dict[str, Any]) -> dict[str, Any]:
    return dict(next(one for one in entry["findings"] if one["rule"].endswith("V1")))


def test_a_stated_offset_counts_once_two_people_saw_what_shows_it(hour: ReviewedHour) -> None:
    assert (hour.verdict()["status"], continuity(hour.verdict())["reason"]) == ("UNPROVEN", "CLOCK_OFFSET")
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        assert "clock" in sheet["answers"]
        tried = told(client, hour.path, seen(sheet))
        assert (tried["status"], tried["view_status"], tried["further"]) == ("PASS", "PASS", None)
        assert "若第二人同意" in tried["text"]["zh"]
        told(client, hour.path, {**seen(sheet), "sign": True})
    worked_off(hour.found)
    assert hour.verdict()["status"] == "UNPROVEN", "one name decides nothing"
    with hour.seat(Role.REVIEWER) as client:
        sheet = client.get(hour.path).json()
        assert (sheet["turn"], sheet["answers"]) == ("count", ["clock", "unclear"])
        review = sheet["reviews"][-1]
        assert (review["subject"], review["clock"]) == ("clock", [])
        number = review["id"]
        wrong = client.post(f"{hour.path}/{number}/count", json={"frames": sheet["frames"]})
        assert wrong.status_code == 422
        assert "关于时钟" in wrong.text
        told(client, f"{hour.path}/{number}/count", seen(sheet, off_s=20))
        page = client.get(f"/classes/{hour.number}/hours/0/review").text
        assert "第一人所见" in page
        assert "墙上的钟" in page
        assert told(client, f"{hour.path}/{number}/word", {"agrees": True})["state"] == "agreed"
    worked_off(hour.found)
    entry = hour.verdict()
    assert (entry["status"], continuity(entry)["reason"]) == ("PASS", "CLOCK_REVIEWED")
    assert "墙上的钟" in continuity(entry)["text"]["zh"]
    told_of = entry["clock_review"]
    assert (told_of["moved_s"], told_of["people"], told_of["machine"]["reason"]) == (0.0, 2, "CLOCK_OFFSET")
    assert entry["review"] is None
    report = hour.report()
    assert [one.id for one in report.assumptions if one.id == "R1"] == ["R1"]
    law = law_as_judged(ClassInputs(report.training_class), report, shelf_of(hour.found.service))
    assert judged_again(report, law).verdicts == report.verdicts


def test_whose_own_reading_differs_cannot_agree_and_says_why_not(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        told(client, hour.path, {**seen(client.get(hour.path).json()), "sign": True})
    with hour.seat(Role.REVIEWER) as client:
        sheet = client.get(hour.path).json()
        number = sheet["reviews"][-1]["id"]
        told(client, f"{hour.path}/{number}/count", seen(sheet, off_s=240))
        denied = client.post(f"{hour.path}/{number}/word", json={"agrees": True})
        assert denied.status_code == 422
        assert "+240 seconds by your own reading" in denied.text
        word = {"agrees": False, "dissent": "钟显示差四分钟"}
        assert told(client, f"{hour.path}/{number}/word", word)["state"] == "contested"
    worked_off(hour.found)
    assert hour.verdict()["status"] == "UNPROVEN"


def test_readings_of_two_offsets_another_class_or_none_are_refused(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        torn = seen(sheet, frames=2)
        later = datetime.fromisoformat(torn["clock"][1]["shows"]) + timedelta(minutes=5)
        torn["clock"][1]["shows"] = later.isoformat()
        strange = seen(sheet)
        strange["clock"][0]["path"] = "录像/别的班.mp4"
        naive = seen(sheet)
        naive["clock"][0]["shows"] = "2025-04-07T08:31:00"
        for body, says in (
            (torn, "不是同一个偏差"),
            (strange, "画面不在本次复核"),
            (naive, "without a zone"),
            ({"answer": "clock", "frames": []}, "got 0 readings"),
            ({**seen(sheet), "answer": "heads"}, "none with another"),
        ):
            refused = client.post(hour.path, json={**body, "sign": True})
            assert refused.status_code == 422, refused.text
            assert says in refused.text, refused.text
        assert client.get(hour.path).json()["reviews"] == []
