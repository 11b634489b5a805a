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
def phone(room: RunningHour) -> Iterator[httpx.Client]:
    """A phone that has opened the page, and so holds what our own page gave it."""
    with room.running.client() as client:
        page = client.get(room.path, params={"c": room.code()})
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
        assert found, page.text
        client.headers.update({"x-csrf-token": found.group(1), "accept": "application/json"})
        yield client


def press(room: RunningHour, client: httpx.Client, who: int | None = 0, **fields: str) -> httpx.Response:
    form = {"code": room.code(), "nonce": f"{who or 0:032x}", **fields}
    if who is not None:
        form = {"name": PEOPLE[who].name, "tail": PEOPLE[who].id_number.tail, **form}
    return client.post(room.path, data=form)


@pytest.fixture
def room(running_service: Running) -> RunningHour:
    return open_running_hour(running_service)


def test_one_press_and_a_big_tick_with_time_room_and_class(room: RunningHour) -> None:
    with phone(room) as client:
        answer = press(room, client, latitude="37.857012", longitude="113.580034", accuracy="12.5")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["room"], told["hour"], told["class"]) == ("201教室", "第1学时", "家政1班")
    assert "已签到" in told["text"]
    assert PEOPLE[0].name not in answer.text
    [kept] = room.sign_ins()
    assert (kept.trainee, kept.way, kept.place.latitude) == (room.key(0), "code", "37.857012")
    assert room.running.service.log.leaf(kept.leaf).sha256 == kept.hashed


def test_the_second_hour_is_one_press_without_a_name(room: RunningHour) -> None:
    with phone(room) as client:
        press(room, client)
        again = press(room, client, who=None, nonce="f" * 32)
        page = client.get(room.path, params={"c": room.code()})
    assert again.status_code == 200, again.text
    assert {one.trainee for one in room.sign_ins()} == {room.key(0)}
    assert "不是我？换人签到" in page.text
    assert 'name="name"' not in page.text


def test_another_phone_does_not_know_whose_it_is(room: RunningHour) -> None:
    with phone(room) as one, phone(room) as other:
        press(room, one)
        other.cookies.set("xueshi-owner", one.cookies["xueshi-owner"])
        assert press(room, other, who=None).status_code == 409


def test_pressed_twice_or_sent_again_it_is_one_sign_in(room: RunningHour) -> None:
    with phone(room) as client:
        answers = [press(room, client).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(room.sign_ins()) == 1


def test_a_code_kept_without_network_is_taken_later_and_marked(room: RunningHour) -> None:
    with phone(room) as client:
        code = room.code()
        room.running.clock.ahead = timedelta(minutes=50)
        answer = press(room, client, code=code)
    assert answer.json()["late"] == "1"
    [kept] = room.sign_ins()
    assert kept.way == "late"
    assert kept.at < kept.arrived_at - timedelta(minutes=45)


def test_six_digits_serve_a_phone_that_cannot_scan(room: RunningHour) -> None:
    with phone(room) as client:
        assert press(room, client, code=room.digits()).status_code == 200
    assert room.sign_ins()[0].way == "digits"


@pytest.mark.parametrize("code", ["", "000000x", "7f-0123456789abcdef"])
def test_a_made_up_code_is_refused_with_what_to_do(room: RunningHour, code: str) -> None:
    with phone(room) as client:
        answer = press(room, client, code=code)
    assert (answer.status_code, answer.json()["code"]) == (409, "BAD_CODE")
    assert "请对准屏幕重新扫码" in answer.json()["title"]
    assert room.sign_ins() == ()


def test_the_code_of_another_hour_opens_nothing(room: RunningHour) -> None:
    with phone(room) as client:
        assert press(room, client, code=room.code("another hour")).status_code == 409


def test_the_code_of_another_class_opens_nothing_though_hour_and_room_have_the_same_name(room: RunningHour) -> None:
    """A friend who sits in another school's 201 cannot lend his screen."""
    other = open_running_hour(room.running, "jz2")
    assert (other.hour.id, other.hour.room) == (room.hour.id, room.hour.room)
    with phone(room) as client:
        assert press(room, client, code=other.code()).status_code == 409
        assert press(room, client, code=other.digits()).status_code == 409
        assert press(room, client).status_code == 200


def test_digits_cannot_be_guessed_for_somebody_from_however_many_phones(room: RunningHour) -> None:
    answers = []
    for number in range(12):
        with phone(room) as client:
            answers.append(press(room, client, code=f"{number:06d}").status_code)
    assert answers == [409] * 10 + [429] * 2
    with phone(room) as client:
        assert press(room, client, code=room.digits()).status_code == 429, (
            "the right one at last is a guess like others"
        )
        assert press(room, client).status_code == 200, "whoever scans is not hindered"
        assert press(room, client, who=1, code=room.digits()).status_code == 200, "nor is anybody else"


def test_after_the_hour_nobody_signs_in(room: RunningHour) -> None:
    room.running.clock.ahead = timedelta(hours=1)
    with phone(room) as client:
        answer = press(room, client)
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_OPEN")


def test_a_stranger_is_sent_to_the_teacher(room: RunningHour) -> None:
    with phone(room) as client:
        answer = press(room, client, tail="0000")
    assert answer.json()["code"] == "NOT_ON_ROLL"
    assert "教师见证" in answer.json()["title"]


def test_a_page_that_we_did_not_draw_cannot_press(room: RunningHour) -> None:
    with room.running.client(headers={"accept": "application/json"}) as client:
        assert press(room, client).json()["code"] == "FORGED"


def test_the_form_works_without_a_script(room: RunningHour) -> None:
    with phone(room) as client:
        del client.headers["accept"]
        answer = press(room, client)
    assert answer.status_code == 200
    assert "✓" in answer.text
    assert PEOPLE[0].name not in answer.text


def test_the_projector_shows_code_digits_and_count_and_the_code_opens_the_page(room: RunningHour) -> None:
    path = f"/roll/{room.class_id}/{quote(room.hour.id, safe='')}"
    with room.running.as_(Role.TEACHER) as teacher, phone(room) as client:
        assert "第1学时" in teacher.get("/roll").text
        assert "视频通话转发无法排除" in teacher.get(path).text
        press(room, client)
        now = teacher.get(f"{path}/now").json()
    assert (now["present"], now["roster"]) == (1, 4)
    assert re.fullmatch(r"\d{6}", now["digits"])
    assert now["picture"].startswith("<svg")


def test_other_institutions_see_no_projector_of_ours(room: RunningHour) -> None:
    path = f"/roll/{room.class_id}/{quote(room.hour.id, safe='')}"
    with room.running.as_(Role.TEACHER, "邻校") as stranger:
        assert [stranger.get(f"{path}{end}").status_code for end in ("", "/now", "/witness")] == [404, 404, 404]
        assert "第1学时" not in stranger.get("/roll").text


def test_a_teacher_witnesses_with_a_reason_and_the_reason_is_kept(room: RunningHour) -> None:
    path = f"/roll/{room.class_id}/{quote(room.hour.id, safe='')}/witness"
    with room.running.as_(Role.TEACHER) as teacher:
        refused = teacher.post(path, data={"trainee": room.key(1), "reason": ""})
        assert (refused.status_code, "请写明见证原因" in refused.text) == (422, True)
        assert teacher.post(path, data={"trainee": room.key(1), "reason": "老年学员没有智能手机"}).status_code == 303
        assert "老年学员没有智能手机" in teacher.get(path).text
    [kept] = room.sign_ins()
    assert (kept.trainee, kept.way, kept.note) == (room.key(1), "witness", "老年学员没有智能手机")
    assert kept.witness.startswith("account:")


def test_nobody_is_witnessed_after_the_hour(room: RunningHour) -> None:
    path = f"/roll/{room.class_id}/{quote(room.hour.id, safe='')}/witness"
    room.running.clock.ahead = timedelta(hours=2)
    with room.running.as_(Role.TEACHER) as teacher:
        assert teacher.post(path, data={"trainee": room.key(1), "reason": "没有手机"}).status_code == 409
    assert room.sign_ins() == ()


def set_to(room: RunningHour, settings: ClassSettings) -> None:
    service, at = room.running.service, room.running.clock()
    with writing(service.engine, "test") as connection:
        keep_settings(connection, service.log, SettingsChange(room.class_id, 0, settings, "account:1"), at)


def test_the_class_s_settings_mark_for_the_teacher_and_refuse_nobody(room: RunningHour) -> None:
    """One is surely elsewhere, one borrows a phone, one has no position at all: all three are signed in."""
    place = PlaceRule(37.857012, 113.580034, Datum.WGS84)
    set_to(room, ClassSettings(place=place, device=DeviceRule()))
    with phone(room) as client:
        far = press(room, client, 0, latitude="37.860712", longitude="113.580034", accuracy="30")
        lent = press(room, client, 1)
    with phone(room) as client:
        nowhere = press(room, client, 2)
    assert [answer.status_code for answer in (far, lent, nowhere)] == [200, 200, 200]
    assert len(room.sign_ins()) == 3
    assert not any("◆" in answer.text for answer in (far, lent, nowhere))
    with room.running.as_(Role.TEACHER) as teacher:
        page = teacher.get(f"/roll/{room.class_id}/{quote(room.hour.id, safe='')}/witness").text
        screen = teacher.get(f"/roll/{room.class_id}/{quote(room.hour.id, safe='')}").text
    lines = {name: line for line in page.split("<tr>") for name in (PEOPLE[n].name for n in range(3)) if name in line}
    assert "◆ 距签到地点 411 米（允许 150 米，定位精度 30 米）" in lines[PEOPLE[0].name]
    assert "◆ 本学时用同一部手机签到的第 2 人（允许 1 人）" in lines[PEOPLE[1].name]
    assert "◆" not in lines[PEOPLE[2].name]
    assert "◆" not in screen


def at_desk(room: RunningHour, who: int, place: Place) -> CheckInRow:
    """A sign-in of somebody by their own phone."""
    at = room.running.clock()
    own = CheckInRow(
        f"{who:032x}{place.latitude}"[-32:],
        room.class_id,
        room.hour.id,
        "201教室",
        f"t{who}",
        "学员",
        "",
        "code",
        at,
        at,
    )
    return replace(own, device=f"phone{who}", place=place)


def test_where_enough_phones_were_is_a_suggestion_that_nobody_has_saved(room: RunningHour) -> None:
    """Of fewer than five people the middle could be somebody's own place, however often they signed in."""
    service = room.running.service
    kept = CheckInRegister(service.engine, service.log)
    places = [Place("", f"37.85701{number}", "113.580034", Datum.WGS84, 20.0) for number in (9, 1, 2, 3, 4, 5)]
    page = f"/classes/{room.class_id}/settings"
    with room.running.as_(Role.CLERK) as clerk:
        for who, place in zip((0, 0, 1, 2, 3), places, strict=False):
            kept.record([at_desk(room, who, place)])
        kept.record([at_desk(room, 3, Place())])  # without a position, which takes none away
        assert "最近所报位置" not in clerk.get(page).text
        kept.record([at_desk(room, 4, places[5])])
        assert "5 名学员的手机最近所报位置的中间点" in clerk.get(page).text
        filled = clerk.get(page, params={"use": "phones"}).text
        assert 'name="place_latitude" value="37.857013"' in filled  # the last of each: 1, 2, 3, 4, 5
        assert "尚未保存" in filled
        assert clerk.get(f"/api/v1{page}").json()["place"] is None


def typed(client: httpx.Client, code: str, who: int = 0, **fields: str) -> httpx.Response:
    form = {"code": code, "name": PEOPLE[who].name, "tail": PEOPLE[who].id_number.tail, **fields}
    return client.post("/in", data=form)


def test_the_digits_alone_find_the_class_hour_on_whose_roll_one_is(room: RunningHour) -> None:
    other = open_running_hour(room.running, "jz2", people=())
    with phone(room) as client:
        answer = typed(client, room.digits())
        assert answer.status_code == 200, answer.text
        assert typed(client, other.digits(), who=1).status_code == 409, "nobody is on that roll"
        assert typed(client, "000000", who=2).status_code == 409
        assert typed(client, room.digits(), who=2, tail="0000").status_code == 409
    assert [(one.trainee, one.way) for one in room.sign_ins()] == [(room.key(0), "digits")]
    assert other.sign_ins() == ()


def test_digits_typed_at_the_short_address_cannot_be_guessed_without_end(room: RunningHour) -> None:
    with phone(room) as client:
        answers = [typed(client, f"{number:06d}").status_code for number in range(11)]
        assert answers == [409] * 10 + [429]
        assert typed(client, room.digits()).status_code == 429
        assert typed(client, room.digits(), who=1).status_code == 200


def test_the_short_address_finds_no_hour_that_is_over(room: RunningHour) -> None:
    room.running.clock.ahead = timedelta(hours=1)
    with phone(room) as client:
        assert typed(client, room.digits()).status_code == 409
