"""Signing in by phone, as phones and projectors do it, on both databases."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest

from facts.check_in import Datum, Place
from facts.class_settings import ClassSettings, DeviceRule, PlaceRule
from pipeline.accounts.rights import Role
from storage.database.classes.settings import SettingsChange, keep_settings
from storage.database.connection import writing
from storage.database.roll_call.check_ins import CheckInRegister, CheckInRow
from tests.fixtures.roll_call import PEOPLE, RunningHour, open_running_hour
from tests.fixtures.service import Running


@contextmanager
def phone(running_hour: RunningHour) -> Iterator[httpx.Client]:
    """A phone that has opened the page, and so holds what our own page gave it."""
    with running_hour.running.client() as client:
        page = client.get(running_hour.path, params={"c": running_hour.code()})
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
        assert found, page.text
        client.headers.update({"x-csrf-token": found.group(1), "accept": "application/json"})
        yield client


def press(running_hour: RunningHour, client: httpx.Client, who: int | None = 0, **fields: str) -> httpx.Response:
    form = {"code": running_hour.code(), "nonce": f"{who or 0:032x}", **fields}
    if who is not None:
        form = {"name": PEOPLE[who].name, "tail": PEOPLE[who].id_number.tail, **form}
    return client.post(running_hour.path, data=form)


@pytest.fixture
def running_hour(running_service: Running) -> RunningHour:
    return open_running_hour(running_service)


def test_one_press_and_a_big_tick_with_time_room_and_class(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        answer = press(running_hour, client, latitude="37.857012", longitude="113.580034", accuracy="12.5")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["room"], told["hour"], told["class"]) == ("201教室", "第1学时", "家政1班")
    assert "已打卡" in told["text"]
    assert PEOPLE[0].name not in answer.text
    [kept] = running_hour.sign_ins()
    assert (kept.trainee, kept.way, kept.place.latitude) == (running_hour.key(0), "code", "37.857012")
    assert running_hour.running.service.log.leaf(kept.leaf).sha256 == kept.hashed


def test_the_second_hour_is_one_press_without_a_name(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        press(running_hour, client)
        again = press(running_hour, client, who=None, nonce="f" * 32)
        page = client.get(running_hour.path, params={"c": running_hour.code()})
    assert again.status_code == 200, again.text
    assert {one.trainee for one in running_hour.sign_ins()} == {running_hour.key(0)}
    assert "不是我？换人打卡" in page.text
    assert 'name="name"' not in page.text


def test_another_phone_does_not_know_whose_it_is(running_hour: RunningHour) -> None:
    with phone(running_hour) as one, phone(running_hour) as other:
        press(running_hour, one)
        other.cookies.set("xueshi-owner", one.cookies["xueshi-owner"])
        assert press(running_hour, other, who=None).status_code == 409


def test_pressed_twice_or_sent_again_it_is_one_sign_in(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        answers = [press(running_hour, client).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(running_hour.sign_ins()) == 1


def test_a_code_kept_without_network_is_taken_later_and_marked(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        code = running_hour.code()
        running_hour.running.clock.ahead = timedelta(minutes=50)
        answer = press(running_hour, client, code=code)
    assert answer.json()["late"] == "1"
    [kept] = running_hour.sign_ins()
    assert kept.way == "late"
    assert kept.at < kept.arrived_at - timedelta(minutes=45)


def test_six_digits_serve_a_phone_that_cannot_scan(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        assert press(running_hour, client, code=running_hour.digits()).status_code == 200
    assert running_hour.sign_ins()[0].way == "digits"


@pytest.mark.parametrize("code", ["", "000000x", "7f-0123456789abcdef"])
def test_a_made_up_code_is_refused_with_what_to_do(running_hour: RunningHour, code: str) -> None:
    with phone(running_hour) as client:
        answer = press(running_hour, client, code=code)
    assert (answer.status_code, answer.json()["code"]) == (409, "BAD_CODE")
    assert "请对准屏幕重新扫码" in answer.json()["title"]
    assert running_hour.sign_ins() == ()


def test_the_code_of_another_hour_opens_nothing(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        assert press(running_hour, client, code=running_hour.code("another hour")).status_code == 409


def test_the_code_of_another_class_opens_nothing_though_hour_and_room_have_the_same_name(
    running_hour: RunningHour,
) -> None:
    """A friend who sits in another school's 201 cannot lend his screen."""
    other = open_running_hour(running_hour.running, "jz2")
    assert (other.hour.id, other.hour.room) == (running_hour.hour.id, running_hour.hour.room)
    with phone(running_hour) as client:
        assert press(running_hour, client, code=other.code()).status_code == 409
        assert press(running_hour, client, code=other.digits()).status_code == 409
        assert press(running_hour, client).status_code == 200


def test_ten_junk_digits_keep_nobody_from_signing_in(running_hour: RunningHour) -> None:
    for number in range(10):
        with phone(running_hour) as stranger:
            assert press(running_hour, stranger, code=f"{number:06d}").status_code == 409
    with phone(running_hour) as client:
        assert press(running_hour, client, code=running_hour.digits()).status_code == 200


def test_digits_cannot_be_guessed_for_somebody_from_however_many_phones(running_hour: RunningHour) -> None:
    answers = []
    for number in range(32):
        with phone(running_hour) as client:
            answers.append(press(running_hour, client, code=f"{number:06d}").status_code)
    assert answers == [409] * 30 + [429] * 2
    with phone(running_hour) as client:
        assert press(running_hour, client, code=running_hour.digits()).status_code == 429, (
            "the right one at last is a guess like others"
        )
        assert press(running_hour, client).status_code == 200, "whoever scans is not hindered"
        assert press(running_hour, client, who=1, code=running_hour.digits()).status_code == 200, "nor is anybody else"


def test_the_own_phone_is_hindered_by_nobody_else_s_guesses_and_is_no_licence_to_guess(
    running_hour: RunningHour,
) -> None:
    with phone(running_hour) as own, phone(running_hour) as stranger:
        assert press(running_hour, own).status_code == 200
        stranger.cookies.set("xueshi-owner", own.cookies["xueshi-owner"], domain="127.0.0.1")  # without its device's
        junk = [press(running_hour, stranger, code=f"{number:06d}").status_code for number in range(31)]
        assert junk == [409] * 30 + [429]
        assert press(running_hour, own, code=running_hour.digits()).status_code == 200
        answers = [press(running_hour, own, code=f"{number:06d}").status_code for number in range(10)]
    assert answers == [409] * 9 + [429]


def test_after_the_hour_nobody_signs_in(running_hour: RunningHour) -> None:
    running_hour.running.clock.ahead = timedelta(hours=1)
    with phone(running_hour) as client:
        answer = press(running_hour, client)
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_OPEN")


def test_a_stranger_is_sent_to_the_teacher(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        answer = press(running_hour, client, tail="0000")
    assert answer.json()["code"] == "NOT_ON_ROLL"
    assert "教师见证" in answer.json()["title"]


def test_a_page_that_we_did_not_draw_cannot_press(running_hour: RunningHour) -> None:
    with running_hour.running.client(headers={"accept": "application/json"}) as client:
        assert press(running_hour, client).json()["code"] == "FORGED"


def test_the_form_works_without_a_script(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        del client.headers["accept"]
        answer = press(running_hour, client)
    assert answer.status_code == 200
    assert "✓" in answer.text
    assert PEOPLE[0].name not in answer.text


def test_the_projector_shows_code_digits_and_count_and_the_code_opens_the_page(running_hour: RunningHour) -> None:
    path = f"/roll/{running_hour.class_id}/{quote(running_hour.hour.id, safe='')}"
    with running_hour.running.as_(Role.TEACHER) as teacher, phone(running_hour) as client:
        assert "第1学时" in teacher.get("/roll").text
        assert "视频通话转发无法排除" in teacher.get(path).text
        press(running_hour, client)
        now = teacher.get(f"{path}/now").json()
    assert (now["present"], now["roster"]) == (1, 4)
    assert re.fullmatch(r"\d{6}", now["digits"])
    assert now["picture"].startswith("<svg")


def test_other_institutions_see_no_projector_of_ours(running_hour: RunningHour) -> None:
    path = f"/roll/{running_hour.class_id}/{quote(running_hour.hour.id, safe='')}"
    with running_hour.running.as_(Role.TEACHER, "邻校") as stranger:
        assert [stranger.get(f"{path}{end}").status_code for end in ("", "/now", "/witness")] == [404, 404, 404]
        assert "第1学时" not in stranger.get("/roll").text


def test_a_teacher_witnesses_with_a_reason_and_the_reason_is_kept(running_hour: RunningHour) -> None:
    path = f"/roll/{running_hour.class_id}/{quote(running_hour.hour.id, safe='')}/witness"
    with running_hour.running.as_(Role.TEACHER) as teacher:
        refused = teacher.post(path, data={"trainee": running_hour.key(1), "reason": ""})
        assert (refused.status_code, "请写明见证原因" in refused.text) == (422, True)
        assert (
            teacher.post(path, data={"trainee": running_hour.key(1), "reason": "老年学员没有智能手机"}).status_code
            == 303
        )
        assert "老年学员没有智能手机" in teacher.get(path).text
    [kept] = running_hour.sign_ins()
    assert (kept.trainee, kept.way, kept.note) == (running_hour.key(1), "witness", "老年学员没有智能手机")
    assert kept.witness.startswith("account:")


def test_nobody_is_witnessed_after_the_hour(running_hour: RunningHour) -> None:
    path = f"/roll/{running_hour.class_id}/{quote(running_hour.hour.id, safe='')}/witness"
    running_hour.running.clock.ahead = timedelta(hours=2)
    with running_hour.running.as_(Role.TEACHER) as teacher:
        assert teacher.post(path, data={"trainee": running_hour.key(1), "reason": "没有手机"}).status_code == 409
    assert running_hour.sign_ins() == ()


def set_to(running_hour: RunningHour, settings: ClassSettings) -> None:
    service, at = running_hour.running.service, running_hour.running.clock()
    with writing(service.engine, "test") as connection:
        keep_settings(connection, service.log, SettingsChange(running_hour.class_id, 0, settings, "account:1"), at)


def test_the_class_s_settings_mark_for_the_teacher_and_refuse_nobody(running_hour: RunningHour) -> None:
    """One is surely elsewhere, one borrows a phone, one has no position at all: all three are signed in."""
    place = PlaceRule(37.857012, 113.580034, Datum.WGS84)
    set_to(running_hour, ClassSettings(place=place, device=DeviceRule()))
    with phone(running_hour) as client:
        far = press(running_hour, client, 0, latitude="37.860712", longitude="113.580034", accuracy="30")
        lent = press(running_hour, client, 1)
    with phone(running_hour) as client:
        nowhere = press(running_hour, client, 2)
    assert [answer.status_code for answer in (far, lent, nowhere)] == [200, 200, 200]
    assert len(running_hour.sign_ins()) == 3
    assert not any("◆" in answer.text for answer in (far, lent, nowhere))
    with running_hour.running.as_(Role.TEACHER) as teacher:
        page = teacher.get(f"/roll/{running_hour.class_id}/{quote(running_hour.hour.id, safe='')}/witness").text
        screen = teacher.get(f"/roll/{running_hour.class_id}/{quote(running_hour.hour.id, safe='')}").text
    lines = {name: line for line in page.split("<tr>") for name in (PEOPLE[n].name for n in range(3)) if name in line}
    assert "◆ 距打卡地点 411 米（允许 150 米，定位精度 30 米）" in lines[PEOPLE[0].name]
    assert "◆ 本学时用同一部手机打卡的第 2 人（允许 1 人）" in lines[PEOPLE[1].name]
    assert "◆" not in lines[PEOPLE[2].name]
    assert "◆" not in screen


def at_desk(running_hour: RunningHour, who: int, place: Place) -> CheckInRow:
    """A sign-in of somebody by their own phone."""
    at = running_hour.running.clock()
    own = CheckInRow(
        f"{who:032x}{place.latitude}"[-32:],
        running_hour.class_id,
        running_hour.hour.id,
        "201教室",
        f"t{who}",
        "学员",
        "",
        "code",
        at,
        at,
    )
    return replace(own, device=f"phone{who}", place=place)


def test_where_enough_phones_were_is_a_suggestion_that_nobody_has_saved(running_hour: RunningHour) -> None:
    """Of fewer than five people the middle could be somebody's own place, however often they signed in."""
    service = running_hour.running.service
    kept = CheckInRegister(service.engine, service.log)
    places = [Place("", f"37.85701{number}", "113.580034", Datum.WGS84, 20.0) for number in (9, 1, 2, 3, 4, 5)]
    page = f"/classes/{running_hour.class_id}/settings"
    with running_hour.running.as_(Role.CLERK) as clerk:
        for who, place in zip((0, 0, 1, 2, 3), places, strict=False):
            kept.record([at_desk(running_hour, who, place)])
        kept.record([at_desk(running_hour, 3, Place())])  # without a position, which takes none away
        assert "最近所报位置" not in clerk.get(page).text
        kept.record([at_desk(running_hour, 4, places[5])])
        assert "5 名学员的手机最近所报位置的中间点" in clerk.get(page).text
        filled = clerk.get(page, params={"use": "phones"}).text
        assert 'name="place_latitude" value="37.857013"' in filled  # the last of each: 1, 2, 3, 4, 5
        assert "尚未保存" in filled
        assert clerk.get(f"/api/v1{page}").json()["place"] is None


def typed(client: httpx.Client, code: str, who: int = 0, **fields: str) -> httpx.Response:
    form = {"code": code, "name": PEOPLE[who].name, "tail": PEOPLE[who].id_number.tail, **fields}
    return client.post("/in", data=form)


def test_the_digits_alone_find_the_class_hour_on_whose_roll_one_is(running_hour: RunningHour) -> None:
    other = open_running_hour(running_hour.running, "jz2", people=())
    with phone(running_hour) as client:
        answer = typed(client, running_hour.digits())
        assert answer.status_code == 200, answer.text
        assert typed(client, other.digits(), who=1).status_code == 409, "nobody is on that roll"
        assert typed(client, "000000", who=2).status_code == 409
        assert typed(client, running_hour.digits(), who=2, tail="0000").status_code == 409
    assert [(one.trainee, one.way) for one in running_hour.sign_ins()] == [(running_hour.key(0), "digits")]
    assert other.sign_ins() == ()


def test_digits_typed_at_the_short_address_cannot_be_guessed_without_end(running_hour: RunningHour) -> None:
    with phone(running_hour) as client:
        answers = [typed(client, f"{number:06d}").status_code for number in range(31)]
        assert answers == [409] * 30 + [429]
        assert typed(client, running_hour.digits()).status_code == 429
        assert typed(client, running_hour.digits(), who=1).status_code == 200


def test_the_short_address_finds_no_hour_that_is_over(running_hour: RunningHour) -> None:
    running_hour.running.clock.ahead = timedelta(hours=1)
    with phone(running_hour) as client:
        assert typed(client, running_hour.digits()).status_code == 409


def test_numbers_that_no_class_can_have_are_refused_and_not_looked_up(running_service: Running) -> None:
    with running_service.as_(Role.TEACHER) as teacher:
        for place in ("roll", "in"):
            for number in ("0", "-1", "9" * 30):
                for rest in ("", "/now", "/witness") if place == "roll" else ("",):
                    answer = teacher.get(f"/{place}/{number}/2026-02-30{rest}", headers={"accept": "text/html"})
                    assert answer.status_code in {404, 422}, (place, number, rest, answer.status_code)
