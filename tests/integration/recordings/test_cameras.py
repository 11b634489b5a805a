"""摄像机: put down by a clerk or a program, recorded on the timetable, tried at once; passwords come out nowhere."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from facts.course import ClassHour
from facts.span import Span, local_day
from pipeline.accounts.rights import Role
from storage.database.accounts.accounts import add_account
from storage.database.accounts.tokens import add_key
from storage.database.classes.classes import add_class
from storage.database.connection import reading, writing
from storage.database.recordings.cameras import camera, camera_secrets
from storage.database.roll_call.rolls import RollLists, make_roll
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.databases import sqlite_database
from tests.fixtures.log_keeper import events
from tests.fixtures.recorder_service import RecordedService
from tests.fixtures.rtsp_camera import rtsp_camera
from tests.fixtures.service import Running, running, settings_at

SECRET = "Ge2heim!nis"  # noqa: S105 - of a test's camera
FIELDS = {"room": "301", "address": "rtsp://192.0.2.7/101", "user": "viewer", "password": SECRET, "plan": "always"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    own = {"XUESHI_CAMERA_NETWORKS": "127.0.0.0/8,192.0.2.0/24"}
    with running(settings_at(sqlite_database(tmp_path / "home" / "xueshi.db"), tmp_path / "home", **own)) as found:
        yield found


def recorder(found: Running) -> RecordedService:
    return RecordedService(found.service.settings.home, found.service.engine)


def form(**other: str) -> dict[str, str]:
    return FIELDS | {"enabled": "yes"} | other


def class_now(found: Running, room: str) -> None:
    """A class of the institution that is taught in the room from now on."""
    at = found.clock()
    texts = dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
    place = "山西省阳泉市平定县"
    institution = found.institution("正信职校")
    with writing(found.service.engine, "test") as connection:
        owner = add_class(connection, institution, at, code="YQ-01", name="一班", locality=place, **texts)
        hour = ClassHour(f"{local_day(at)}#1", Span(at, at + timedelta(minutes=45)), room=room)
        make_roll(connection, owner.id, RollLists([hour]), at)


def test_a_clerks_camera_is_recorded_in_the_hours_of_its_room(served: Running, tmp_path: Path) -> None:
    service = recorder(served)
    with served.as_(Role.CLERK) as clerk, rtsp_camera(tmp_path) as camera, service.recorder():
        given = form(address=camera.address, user="", password="", plan="timetable")
        made = clerk.post("/new-camera", data=given)
        assert made.status_code == 303, made.text
        number = int(made.headers["location"].rpartition("/")[2])
        service.wait_for_state(number, "waiting")
        assert "等下一节课" in clerk.get("/cameras").text
        class_now(served, "301")
        service.wait_for_state(number, "recording")
        page = clerk.get(f"/cameras/{number}").text
        assert "正在录" in page
        assert "今天缺" in page
        service.wait(lambda: service.segments(number), "a file with its leaf")
    assert service.status(number).account.unexplained_s == 0.0
    assert [one.leaf.subject for one in events(served.service.log) if one.leaf.kind is LeafKind.SETTINGS] == [
        f"account:1 camera:{number} made"
    ]


def test_a_trial_tells_of_the_pictures_within_ten_seconds_and_shows_one_blurred(
    served: Running, tmp_path: Path
) -> None:
    service = recorder(served)
    with served.as_(Role.CLERK) as clerk, rtsp_camera(tmp_path) as camera, service.recorder():
        told = {**FIELDS, "address": camera.address, "user": "", "password": "", "enabled": False}
        number = clerk.post("/api/v1/cameras", json=told).json()["id"]
        found = tried(service, clerk, number)
        assert (found["codec"], found["reason"]) == ("avc1", None)
        assert found["fps"] / found["clock_rate"] == pytest.approx(25, rel=0.02)  # as stamped: load delays arrivals
        assert found["keyframe_s"] == pytest.approx(1.0, abs=0.2)
        picture = clerk.get(f"/cameras/{number}/trial.jpg")
        assert picture.content.startswith(b"\xff\xd8")
        assert "有画面" in clerk.get(f"/cameras/{number}").text
    with rtsp_camera(tmp_path, user="viewer", password="other") as locked, service.recorder():  # noqa: S106 - a test's
        change = {"address": locked.address, "user": "viewer", "password": SECRET}
        with served.as_(Role.CLERK) as clerk:
            assert clerk.patch(f"/api/v1/cameras/{number}", json=change).status_code == 200
            found = tried(service, clerk, number)
            page = clerk.get(f"/cameras/{number}").text
        assert (found["reason"], found["text"]) == ("password", "用户名或密码不对")
        assert SECRET not in str(found) + page


def tried(service: RecordedService, clerk: httpx.Client, number: int) -> dict[str, object]:
    assert clerk.post(f"/api/v1/cameras/{number}/try").status_code == 202
    service.wait(lambda: clerk.get(f"/api/v1/cameras/{number}/trial").json()["done_at"], "the trial is over")
    found: dict[str, object] = clerk.get(f"/api/v1/cameras/{number}/trial").json()
    return found


def test_a_trial_that_no_recorder_takes_says_so(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        number = clerk.post("/api/v1/cameras", json=FIELDS).json()["id"]
        assert clerk.post(f"/cameras/{number}/try").status_code == 303
        assert "正在试" in clerk.get(f"/cameras/{number}").text
        served.clock.ahead = timedelta(seconds=40)
        page = clerk.get(f"/cameras/{number}").text
        assert "没有录像程序来试" in page
        assert "没有录像程序在录" in page
        assert "摄像机 301：没有录像程序在录" in clerk.get("/").text


def test_a_password_comes_out_nowhere_and_goes_to_no_other_host(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk, served.as_(Role.INSPECTOR) as inspector:
        number = clerk.post("/api/v1/cameras", json=FIELDS).json()["id"]
        pages = [
            f"/cameras/{number}",
            f"/cameras/{number}/about",
            "/cameras",
            f"/api/v1/cameras/{number}",
            "/api/v1/events",
        ]
        assert [path for path in pages if SECRET in clerk.get(path).text] == []
        assert inspector.get(f"/api/v1/cameras/{number}").json()["address"] is None
        assert "192.0.2.7" not in inspector.get(f"/cameras/{number}").text
        kept = clerk.patch(f"/api/v1/cameras/{number}", json={"name": "后门"})
        assert (kept.status_code, kept.json()["version"]) == (200, 2)
        moved = clerk.patch(f"/api/v1/cameras/{number}", json={"address": "rtsp://192.0.2.66/101"})
        assert moved.status_code == 422
        assert "the password for this host and user" in moved.text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("rtsp://10.0.0.1/$(id)", "地址里有空格、引号或命令符号"),
        ("file:///etc/passwd", "开头的网址"),
        ("rtsp://10.20.30.40/1", "XUESHI_CAMERA_NETWORKS"),
        ("rtsp://[::1]/1", "XUESHI_CAMERA_NETWORKS"),
        ("/dev/video0", "只能用 xueshi record"),
    ],
)
def test_an_address_that_will_not_do_is_told_beside_its_field(served: Running, address: str, words: str) -> None:
    with served.as_(Role.CLERK) as clerk:
        answer = clerk.post("/new-camera", data=form(address=address, room="", plan="timetable"))
        assert answer.status_code == 422
        assert words in answer.text
        assert "按课表录需要写教室" in answer.text
        assert SECRET not in answer.text
        assert clerk.get("/api/v1/cameras").json()["items"] == []


def test_a_passphrase_in_an_address_is_hidden_and_survives_the_form(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        told = {**FIELDS, "address": f"srt://192.0.2.7:9000?passphrase={SECRET}", "user": "", "password": ""}
        number = clerk.post("/api/v1/cameras", json=told).json()["id"]
        page = clerk.get(f"/cameras/{number}/about").text
        shown = re.search(r'name="address"[^>]*value="([^"]*)"', page)
        assert shown
        assert SECRET not in page
        given = form(address=shown[1], user="", password="")
        assert clerk.post(f"/cameras/{number}/about", data=given).status_code == 303
    with reading(served.service.engine, "test") as connection:
        assert SECRET in camera_secrets(connection, camera(connection, number)).address


def of_area(found: Running, area: str) -> httpx.Client:
    """A system that speaks for every institution of the area."""
    with writing(found.service.engine, "test") as connection:
        maker = add_account(connection, "maker", "maker", found.clock())
        add_key(connection, "authority", "k" * 40, (None, area), maker.id, found.clock())
    return found.client(headers={"authorization": f"Bearer {'k' * 40}"})


def test_a_camera_that_moves_leaves_its_recordings_with_the_first_institution(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        number = clerk.post("/api/v1/cameras", json=FIELDS).json()["id"]
        other = served.institution("邻校")
        assert clerk.post(f"/api/v1/cameras/{number}/move", json={"institution_id": other}).status_code == 404
        with of_area(served, "山西省") as authority:
            moved = authority.post(f"/api/v1/cameras/{number}/move", json={"institution_id": other})
        assert moved.status_code == 200, moved.text
        assert moved.json()["institution_id"] == other
        assert moved.json()["id"] != number
        assert clerk.get(f"/api/v1/cameras/{moved.json()['id']}").status_code == 404
        with reading(served.service.engine, "test") as connection:
            assert camera_secrets(connection, camera(connection, moved.json()["id"])).password == SECRET
        assert clerk.delete(f"/api/v1/cameras/{number}").status_code == 404
        assert clerk.get(f"/api/v1/cameras/{number}").status_code == 404
        again = clerk.post("/api/v1/cameras", json=FIELDS)
        assert again.status_code == 201, "an ended camera's address is free"
        assert clerk.post("/api/v1/cameras", json=FIELDS).status_code == 409
