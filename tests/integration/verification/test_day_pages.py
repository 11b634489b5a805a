"""班日时间条: no face before a reason, the reason in the log, bytes and previews only to whoever gave one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from facts.report import ClassReport
from facts.sighting import Box, SampledFrame, Sighting, View
from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.fixtures.sample_report import hours, sample_report
from tests.fixtures.sample_service import FILMED, seeded
from tests.fixtures.service import Running, running, settings_at

DAY = "/classes/1/days/2025-04-08"


def looked_at() -> ClassReport:
    """The sample with three sampled frames of its failing hour."""
    hour = next(one for one in hours() if one.id == "2025-04-08/3")
    frames = tuple(_frame(hour.span.start + timedelta(minutes=minute)) for minute in (1, 5, 8))
    return replace(sample_report(), views=(View("CH02", hour.span, frames=frames),))


def _frame(at: object) -> SampledFrame:
    start = next(one for one in sample_report().segments if one.path == FILMED).span
    assert start
    second = (at - start.start).total_seconds()  # type: ignore[operator]
    return SampledFrame("CH02", at, FILMED, second, (Sighting("CH02", at, Box(0.4, 0.4, 0.1, 0.2), 0.9),))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("days")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        seeded(found, looked_at(), codec="libx265")
        yield found


@pytest.fixture
def fresh(served: Running) -> Iterator[httpx.Client]:
    """An inspector whose reasons, if any, have run out."""
    served.clock.ahead += timedelta(minutes=31)
    with served.as_(Role.INSPECTOR) as client:
        yield client


def say_why(client: httpx.Client, back: str = "") -> httpx.Response:
    return client.post("/classes/1/look", data={"reason": "核对疑点3：同一设备", "back": back})


def test_the_page_holds_no_video_until_a_reason_is_given(fresh: httpx.Client) -> None:
    before = fresh.get(DAY).text
    assert "<video" not in before
    assert "查看录像前请说明理由" in before
    there = say_why(fresh, f"{DAY}?at=2025-04-08T10:40:00%2B08:00#watch")
    assert (there.status_code, there.headers["location"]) == (303, f"{DAY}?at=2025-04-08T10:40:00%2B08:00#watch")
    after = fresh.get(DAY).text
    assert "<video" in after
    assert "预览·非原件" in after


def test_a_way_back_to_another_host_is_not_taken(fresh: httpx.Client) -> None:
    assert say_why(fresh, "//evil.example/").headers["location"] == "/"


def test_a_reason_of_no_words_is_refused(fresh: httpx.Client) -> None:
    answer = fresh.post("/classes/1/look", data={"reason": "  "}, headers={"accept": "text/html"})
    assert answer.status_code == 422
    assert "<video" not in fresh.get(DAY).text


def test_previews_and_faces_ask_for_the_reason_too_and_it_runs_out(served: Running, fresh: httpx.Client) -> None:
    addresses = ("/classes/1/previews/1/10", "/classes/1/sheets/7")
    assert [fresh.get(path).json()["code"] for path in addresses] == ["REASON_NEEDED"] * 2
    say_why(fresh)
    assert [fresh.get(path).status_code for path in addresses] == [200, 200]
    served.clock.ahead += timedelta(minutes=31)
    assert [fresh.get(path).json()["code"] for path in addresses] == ["REASON_NEEDED"] * 2


def test_the_auditor_finds_the_look_and_its_reason(served: Running, fresh: httpx.Client) -> None:
    say_why(fresh)
    with served.as_(Role.AUDITOR) as auditor:
        looks = auditor.get("/audit/looks").text
        assert "核对疑点3：同一设备" in looks
        assert re.search(r">(inspector|reviewer)@\S+ <span", looks), (
            "people go by their names, with the log's own beside"
        )
        entries = auditor.get("/audit", params={"kind": "view", "about": "class:1"}).text
    assert "face class:1" in entries
    assert "核对疑点3" not in entries, "the log holds digests and numbers, no words of people"


def test_a_preview_is_one_window_of_h264_and_beyond_the_end_there_is_none(fresh: httpx.Client) -> None:
    say_why(fresh)
    part = fresh.get("/classes/1/previews/1/10", headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert fresh.get("/classes/1/previews/1/500").status_code == 422
    assert fresh.get("/classes/1/previews/99/0").status_code == 404


def test_an_unmasked_sheet_is_drawn_from_the_recording_itself(fresh: httpx.Client) -> None:
    say_why(fresh)
    sheet = cv2.imdecode(np.frombuffer(fresh.get("/classes/1/sheets/7").content, np.uint8), cv2.IMREAD_COLOR)
    assert sheet.shape[1] == 1116
    assert fresh.get("/classes/1/sheets/0").status_code == 422, "no frame was sampled in that hour"
    assert fresh.get("/classes/1/sheets/99").status_code == 404


def test_a_teacher_may_see_neither_video_nor_faces(served: Running) -> None:
    with served.as_(Role.TEACHER) as teacher:
        assert teacher.get(DAY).status_code == 200
        assert say_why(teacher).status_code == 403
        assert teacher.get("/classes/1/previews/1/0").status_code == 403


def test_every_doubt_of_the_day_is_a_link_to_its_moment(fresh: httpx.Client) -> None:
    page = fresh.get(DAY).text
    assert f"{DAY}?at=2025-04-08T10%3A40%3A00%2B08%3A00#watch" in page
    assert "镜头内" in page
    assert "data-start=" in page


def test_a_day_that_the_class_did_not_meet_is_not_there(fresh: httpx.Client) -> None:
    assert fresh.get("/classes/1/days/2025-04-12").status_code == 404
    assert fresh.get("/classes/1/days/..%2f..").status_code == 404


def test_a_moment_of_another_age_is_passed_over(fresh: httpx.Client) -> None:
    for odd in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2025-04-08T10:40:00", "noon"):
        assert fresh.get(DAY, params={"at": odd}).status_code == 200
