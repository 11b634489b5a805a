"""A person's marks decide an hour: tried, signed, counted again by a second person whom the lot chose, judged again."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from facts.codec import dumps, loads
from facts.report import ClassReport
from pipeline.accounts.rights import Role
from pipeline.verification.judgement import judged_again, picked_reviews
from pipeline.verification.report import ClassInputs
from runtime.platform.folders import class_folder, packages_folder
from runtime.policy.shelf import shelf_of
from runtime.sealing.package_check import PackageCheckRequest, check
from runtime.verification.law import law_as_judged
from storage.database.connection import reading, sqlite_address
from storage.database.notifications.events import events
from storage.database.sealing import packages
from storage.database.tables.sealing import PACKAGES
from storage.evidence_log.keyring import KeyRing
from storage.sealing.examination import BAD
from tests.fixtures.drawn_room import ToyRoom
from tests.fixtures.reviewed_hour import ReviewedHour, first, marked, second, told, view_of
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.toy_class import PEOPLE, film, toy_class, verified, worked_off


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("reviews")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        for role in (Role.INSPECTOR, Role.REVIEWER):
            found.token(role)
        yield found


_codes = iter(range(100))


@pytest.fixture
def hour(served: Running) -> ReviewedHour:
    return ReviewedHour(served, toy_class(served, code=f"toy-{next(_codes)}"))


def test_two_people_who_mark_the_bowed_heads_make_the_hour_pass(hour: ReviewedHour) -> None:
    before = view_of(hour.verdict())
    assert (hour.verdict()["status"], before["reason"]) == ("UNPROVEN", "BACK_ONLY")
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        assert (sheet["turn"], sheet["expected"], len(sheet["frames"])) == ("first", PEOPLE, 3)
        as_it_is = told(client, hour.path, {"frames": sheet["frames"]})
        assert (as_it_is["view_status"], as_it_is["review"]) == ("UNPROVEN", None)
        assert as_it_is["further"] is not None
        tried = told(client, hour.path, {"frames": marked(sheet)})
        assert tried["view_status"] == "PASS"
        assert client.get(hour.path).json()["reviews"] == []
    assert first(hour)["view_status"] == "PASS"
    worked_off(hour.found)
    assert hour.verdict()["status"] == "UNPROVEN", "one name decides nothing"
    assert [one.kind for one in hour.report().doubts] == ["FEWER_HEADS"]
    assert second(hour)["state"] == "agreed"
    worked_off(hour.found)
    entry = hour.verdict()
    assert entry["status"] == "PASS"
    assert view_of(entry)["reason"] == "WHOLE_CLASS_REVIEWED"
    assert view_of(entry)["text"]["zh"].startswith("经 2 人复核")
    assert hour.report().doubts == (), "two people saw everybody"
    assert hour.report().verdicts[0].before_review.reason == "BACK_ONLY"  # type: ignore[union-attr]


def test_the_facts_judged_again_say_the_same(hour: ReviewedHour) -> None:
    first(hour)
    second(hour)
    worked_off(hour.found)
    report = hour.report()
    law = law_as_judged(ClassInputs(report.training_class), report, shelf_of(hour.found.service))
    assert judged_again(report, law).verdicts == report.verdicts
    assert report.verdicts[0].status == "PASS"


def test_a_review_stands_when_the_class_is_verified_again_and_lapses_with_its_recording(hour: ReviewedHour) -> None:
    first(hour)
    second(hour)
    worked_off(hour.found)
    verified(hour.found, hour.number)
    assert hour.verdict()["status"] == "PASS"


def test_an_institution_s_marks_tell_where_to_look_and_decide_nothing(hour: ReviewedHour) -> None:
    assert first(hour, Role.CLERK)["view_status"] == "PASS"
    worked_off(hour.found)
    assert hour.verdict()["status"] == "UNPROVEN"
    page = f'href="/classes/{hour.number}/hours/0/review"'
    with hour.seat(Role.INSPECTOR) as client:
        assert page in client.get("/").text
        assert "机构已自标，待复核" in client.get("/").text
        sheet = client.get(hour.path).json()
        assert sheet["turn"] == "first"
        assert [one["self_marked"] for one in sheet["reviews"]] == [True]
        assert len(sheet["reviews"][0]["frames"][0]["heads"]) == PEOPLE
    assert first(hour)["view_status"] == "PASS"
    with hour.seat(Role.INSPECTOR) as client:
        assert page not in client.get("/").text, "it is the second's turn now"
    with hour.seat(Role.REVIEWER) as client:
        assert page in client.get("/").text
    assert second(hour)["state"] == "agreed"
    with hour.seat(Role.REVIEWER) as client:
        assert page not in client.get("/").text


def test_two_people_who_count_too_few_fail_it_and_somebody_else_reviews_it_again(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        body = {"frames": marked(sheet, (1,)), "answer": "short", "words": "第 5 座一直空着"}
        assert told(client, hour.path, body)["view_status"] == "FAIL"
        told(client, hour.path, {**body, "sign": True})
    second(hour)
    worked_off(hour.found)
    entry = hour.verdict()
    assert (entry["status"], view_of(entry)["reason"]) == ("FAIL", "NOT_WHOLE_CLASS_REVIEWED")
    assert "第 5 座一直空着" in view_of(entry)["text"]["zh"]
    with hour.seat(Role.INSPECTOR) as client:
        answer = client.post(hour.path, json={"frames": marked(sheet), "sign": True})
        assert answer.status_code == 403
        assert "另外的人" in answer.json()["title"]


def test_where_the_second_differs_a_third_decides(hour: ReviewedHour) -> None:
    first(hour)
    assert second(hour, agrees=False, seats=(1,))["state"] == "contested"
    worked_off(hour.found)
    assert hour.verdict()["status"] == "UNPROVEN"
    with reading(hour.found.service.engine, "test") as connection:
        kinds = [one.kind for one in events(connection) if one.class_id == hour.number and "review" in one.kind]
    assert kinds == ["review.made", "review.contested"]


def test_the_day_says_of_each_open_hour_how_its_review_stands(hour: ReviewedHour) -> None:
    day = hour.verdict()["span"]["start"][:10]

    def said(lang: str = "zh") -> str:
        with hour.seat(Role.REVIEWER) as client:
            page = client.get(f"/classes/{hour.number}/days/{day}?lang={lang}").text
        return page.partition('class="reviews"')[2].partition("</p>")[0]

    assert "尚未复核" in said()
    first(hour)
    assert "复核中" in said()
    second(hour, agrees=False, seats=(1,))
    assert "复核有分歧" in said()
    assert "contested" in said("en")


def test_answers_that_the_marks_deny_and_too_few_frames_are_refused(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        whole = marked(sheet)
        for body, says in (
            ({"frames": whole[:2]}, "至少要 3 个"),
            ({"frames": whole, "answer": "nobody"}, "没有人"),
            ({"frames": whole, "answer": "short"}, "应到 6 人"),
            ({"frames": whole, "answer": "other_class"}, "怎么看出"),
            ({"frames": [], "answer": "unclear"}, "哪里看不清"),
        ):
            answer = client.post(hour.path, json={**body, "sign": True})
            assert answer.status_code == 422, answer.text
            assert says in answer.text
        assert client.get(hour.path).json()["reviews"] == []


def test_nobody_picks_the_flattering_frames(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        whole = marked(sheet)
        others = [client.get(f"{hour.path}/near", params={"at": f"2025-04-07T00:{m}:40Z"}).json() for m in (32, 34, 37)]
        assert {one["at"] for one in others}.isdisjoint(one["at"] for one in whole)
        picked = marked({"frames": others})
        answer = client.post(hour.path, json={"frames": [*picked, *whole[1:]], "sign": True})
        assert answer.status_code == 422, answer.text
        assert "但这些必须看" in answer.text
        assert told(client, hour.path, {"frames": [*picked, *whole], "sign": True})["view_status"] == "PASS"


def test_bad_marks_are_one_clear_line_each(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        frame = sheet["frames"][0]
        for spoilt in (
            {**frame, "heads": [[0.9, 0.5, 0.3, 0.1]]},
            {**frame, "heads": [[0.1, 0.1, 0.02, 0.02]] * 10_000},
            {**frame, "heads": [[0.1, 0.1, 0, 0.02]]},
            {**frame, "path": "../other.mp4"},
            {**frame, "at": "2025-04-08T00:40:00Z"},
        ):
            answer = client.post(hour.path, json={"frames": [spoilt, *sheet["frames"][1:]]})
            assert answer.status_code == 422, (spoilt, answer.text)
        assert client.post(hour.path, json={"frames": [frame, frame, frame]}).status_code == 422


def test_nobody_looks_without_a_reason_or_from_another_area(hour: ReviewedHour) -> None:
    with hour.found.as_(Role.TEACHER) as teacher:
        assert teacher.get(hour.path).status_code == 403
    with hour.found.as_(Role.INSPECTOR, area="山西省吕梁市") as stranger:
        assert stranger.get(hour.path).status_code == 404
        assert stranger.post(hour.path, json={"frames": []}).status_code == 404
    hour.found.clock.ahead += timedelta(minutes=31)
    with hour.found.as_(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        assert client.get(f"{hour.path}/frame", params={"at": sheet["frames"][0]["at"]}).status_code == 403
        assert client.post(hour.path, json={"frames": marked(sheet)}).status_code == 403


def test_the_frame_is_a_picture_of_the_moment(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        answer = client.get(f"{hour.path}/frame", params={"at": sheet["frames"][0]["at"]})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        outside = client.get(f"{hour.path}/frame", params={"at": "2025-04-09T00:00:00Z"})
        assert outside.status_code == 422


def test_the_first_person_is_not_the_second_and_may_not_be_asked_twice(hour: ReviewedHour) -> None:
    first(hour)
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        assert sheet["turn"] == "none"
        number = sheet["reviews"][-1]["id"]
        assert client.post(f"{hour.path}/{number}/count", json={"frames": marked(sheet)}).status_code in {403, 422}
        assert client.post(hour.path, json={"frames": sheet["reviews"][-1]["frames"], "sign": True}).status_code == 409
    with hour.seat(Role.REVIEWER) as client:
        word = client.post(f"{hour.path}/{number}/word", json={"agrees": True})
        assert word.status_code == 422, "a word before a count"


def test_who_is_drawn_and_has_ties_passes_it_on(hour: ReviewedHour) -> None:
    first(hour)
    with hour.seat(Role.REVIEWER) as client:
        number = client.get(hour.path).json()["reviews"][-1]["id"]
        passed = told(client, f"{hour.path}/{number}/recuse", {})
        assert passed["waits_for"] == "", "there is nobody else in this service"
        again = client.get(hour.path).json()
        assert again["turn"] == "none"


def test_a_recording_on_another_clock_is_verified_again_first(hour: ReviewedHour) -> None:
    with hour.seat(Role.INSPECTOR) as client:
        sheet = client.get(hour.path).json()
        folder = class_folder(hour.found.service.settings.home, hour.number)
        film(folder / sheet["frames"][0]["path"], ToyRoom(PEOPLE, 400))
        answer = client.post(hour.path, json={"frames": marked(sheet)})
        assert answer.status_code == 409
        assert "verify the class again" in answer.text


def test_the_reviewed_day_is_sealed_anew_beside_the_first_and_checks_offline(tmp_path: Path) -> None:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path)) as found:
        for role in (Role.INSPECTOR, Role.REVIEWER):
            found.token(role)
        KeyRing(tmp_path / "keys").init(found.clock())
        hour = ReviewedHour(found, toy_class(found))
        worked_off(found)
        named = hour.report().trainees[0].name
        first(hour, words=f"{named}低头记笔记")
        second(hour)
        worked_off(found)
        with reading(found.service.engine, "test") as connection:
            before, after = (row.made for row in packages(connection, PACKAGES.c.class_id == hour.number))
        place = packages_folder(tmp_path) / after.path
        lines = check(PackageCheckRequest(place, recompute=True)).lines
        assert [line.en for line in lines if line.mark == BAD] == []
        ran = subprocess.run([sys.executable, str(place / "verify.py"), str(place)], capture_output=True, check=False)  # noqa: S603 - our own verifier
        assert ran.returncode == 0, ran.stdout
        assert f"Xueshi-Follows: {before.sha256}" in (place / "bag-info.txt").read_text("utf-8")
        assert check(PackageCheckRequest(packages_folder(tmp_path) / before.path, recompute=True)).sound
        facts = (place / "data/facts.json").read_text("utf-8")
        assert named not in facts, "words of a review name people"
        assert loads(ClassReport, facts).verdicts[0].status == "PASS"
        # A mark taken away afterwards is not believed.
        report = loads(ClassReport, facts)
        review = report.reviews[0]
        spoilt = replace(report, reviews=(replace(review, further=()),))
        law = law_as_judged(ClassInputs(report.training_class), report, shelf_of(found.service))
        assert judged_again(spoilt, law).verdicts[0].status == "UNPROVEN"
        assert picked_reviews(report) == ()
        elsewhere = tuple(replace(one, at=one.at + timedelta(seconds=2)) for one in review.first.frames)
        swapped = replace(review, first=replace(review.first, frames=elsewhere))
        assert picked_reviews(replace(report, reviews=(swapped,))) == (swapped,)
        whole = dumps(replace(report, reviews=(swapped,)))
        place.joinpath("data/facts.json").write_text(whole, "utf-8")
        told = [line.zh for line in check(PackageCheckRequest(place, recompute=True)).lines if line.mark == BAD]
        assert any("不是证据抽定的" in line for line in told)
