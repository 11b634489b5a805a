"""班期设置 through the service: read and changed by whom, told at each field, and what verification makes of it."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from demo.papers import write_timetable
from ingest.manifest import read_manifest
from ingest.tables.search import read_tables
from pipeline.accounts.rights import Role
from runtime.platform.worker import Worker
from tests.fixtures.folders import honest
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.service import Running
from tests.fixtures.tus import uploaded

PLACE = {"latitude": 37.857012, "longitude": 113.580034, "datum": "gcj02", "radius_m": 150, "coarse_m": 200}
WHOLE = {
    "cameras": [{"id": "CH02", "room": "201教室", "clock_offset_s": -12.5, "lectern": "0.1 0.5 0.2 0.4"}],
    "place": PLACE,
    "device": {"people_per_phone": 2, "second_phone": True},
}
FORM = {
    "version": "0",
    "act": "save",
    "camera_id": ["CH02", "CH09", ""],
    "camera_room": ["201教室", "302教室", ""],
    "camera_offset": ["−12.5", "", ""],
    "place_latitude": "37.857012",
    "place_longitude": "113.580034",
    "place_datum": "gcj02",
    "place_radius_m": "150",
    "place_coarse_m": "200",
    "people_per_phone": "2",
}
PLACED = {"id": "CH02", "room": "201教室", "lectern": "none"}


def path(number: int) -> str:
    return f"/api/v1/classes/{number}/settings"


def told(answer: httpx.Response) -> set[str]:
    return {one["where"].removeprefix("body.") for one in answer.json()["faults"]}


def test_the_clerk_sets_them_and_whoever_oversees_the_class_reads_every_version(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        assert clerk.get(path(number)).json() == {
            "class_id": number,
            "version": 0,
            "cameras": [],
            "place": None,
            "device": {"people_per_phone": 1, "second_phone": False},
            "recordings": [],
            "aside": [],
            "made_by": "",
            "made_at": None,
        }
        made = clerk.put(path(number), json={"version": 0, **WHOLE})
        assert made.status_code == 200, made.text
        assert clerk.put(path(number), json={"version": 1}).json()["version"] == 2
    for role in (Role.INSPECTOR, Role.REVIEWER, Role.TEACHER, Role.SYSTEM):
        with running_service.as_(role) as reader:
            first = reader.get(f"{path(number)}/history", params={"limit": 1}).json()
            second = reader.get(f"{path(number)}/history", params={"limit": 1, "cursor": first["next"]}).json()
            assert {name: first["items"][0][name] for name in WHOLE} == WHOLE
            assert (second["items"][0]["version"], second["next"]) == (2, None)
            assert first["items"][0]["made_by"].startswith("account:")
    with running_service.as_(Role.AUDITOR) as auditor:
        leaves = auditor.get("/api/v1/log/leaves", params={"limit": 200}).json()["items"]
    assert [one["subject"] for one in leaves if one["kind"] == "settings"] == [
        f"class:{number} settings:1",
        f"class:{number} settings:2",
    ]


def test_another_institution_finds_nothing_to_read_or_to_change(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    with (
        running_service.as_(Role.CLERK, "邻校") as other,
        running_service.as_(Role.INSPECTOR, area="山西省吕梁市") as far,
    ):
        for client in (other, far):
            assert client.get(path(number)).status_code == 404
            assert client.get(f"{path(number)}/history").status_code == 404
            assert client.get(f"/classes/{number}/settings").status_code == 404
        assert other.put(path(number), json={"version": 0, **WHOLE}).status_code == 404
        assert other.post(f"/classes/{number}/settings", data=FORM).status_code == 404


def test_a_change_of_what_somebody_else_has_changed_is_a_conflict_that_says_what_to_do(
    running_service: Running,
) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        clerk.put(path(number), json={"version": 0, **WHOLE})
        late = clerk.put(path(number), json={"version": 0, "cameras": []})
        assert late.status_code == 409
        assert late.headers["content-type"] == "application/problem+json"
        assert (late.json()["code"], late.json()["got"], late.json()["expected"]) == (
            "CONFLICT",
            "version 0",
            "version 1",
        )
        assert "read the settings again" in late.json()["remedy"]
        assert clerk.get(path(number)).json()["version"] == 1


def test_sent_again_under_one_key_it_is_one_change(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.SYSTEM) as system:
        key = {"idempotency-key": "set-1"}
        first, again = (system.put(path(number), json={"version": 0, **WHOLE}, headers=key) for _ in range(2))
        assert first.json() == again.json()
        assert again.headers["idempotency-replayed"] == "true"
        assert len(system.get(f"{path(number)}/history").json()["items"]) == 1


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"cameras": [{"id": ""}]}, "cameras.0.id"),
        ({"cameras": [{"id": "A"}, {"id": "A"}]}, "cameras.1.id"),
        ({"cameras": [{"id": " A"}]}, "cameras.0.id"),
        ({"cameras": [{"id": "A", "clock_offset_s": 1e9}]}, "cameras.0.clock_offset_s"),
        ({"cameras": [{"id": "A", "rom": "201"}]}, "cameras.0.rom"),
        ({"place": {**PLACE, "latitude": 113.5}}, "place.latitude"),
        ({"place": {**PLACE, "datum": "unknown"}}, "place.datum"),
        ({"place": {**PLACE, "datum": "mars"}}, "place.datum"),
        ({"place": {"latitude": 37.8, "longitude": 113.5}}, "place.datum"),
        ({"device": {"people_per_phone": 11}}, "device.people_per_phone"),
        ({"devices": {}}, "devices"),
        ({"recordings": [{"file": "a.mp4", "start": "2025-04-07T08:30:00"}]}, "recordings.0.start"),
        ({"recordings": [{"file": "a.mp4", "start": "1999-12-31T08:30:00+08:00"}]}, "recordings.0.start"),
        ({"recordings": [{"file": "a.mp4", "start": "0001-01-01T00:00:00+08:00"}]}, "recordings.0.start"),
        ({"recordings": [{"file": "a.mp4", "start": "2099-01-01T00:00:00+08:00"}]}, "recordings.0.start"),
        ({"recordings": [{"file": "../a.mp4", "start": "2025-04-07T08:30:00+08:00"}]}, "recordings.0.file"),
        ({"aside": [{"file": "花名册.xlsx", "reason": "旧"}]}, "aside.0.reason"),
        ({"aside": [{"file": "花名册.xlsx", "reason": "录" * 201}]}, "aside.0.reason"),
        ({"aside": [{"file": "a.xlsx", "reason": "旧版"}, {"file": "a.xlsx", "reason": "旧版"}]}, "aside.1.file"),
        ({"aside": [{"file": "学时证手机签到.csv", "reason": "不想要"}]}, "aside.0.file"),
    ],
)
def test_what_cannot_be_set_is_told_at_its_field(running_service: Running, sent: dict[str, object], where: str) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        answer = clerk.put(path(number), json={"version": 0, **sent})
        assert answer.status_code == 422, answer.text
        assert told(answer) == {where}
        assert all(one["expected"] for one in answer.json()["faults"])
        assert clerk.get(path(number)).json()["version"] == 0


def test_the_page_without_scripts_saves_adds_rows_and_shows_who_changed_what(running_service: Running) -> None:
    number = seeded(running_service)
    page = f"/classes/{number}/settings"
    with running_service.as_(Role.CLERK) as clerk:
        before = clerk.get(page).text
        assert 'value="CH02"' in before  # the recordings name it, and nobody said where it hangs
        assert "还没有写明教室：CH02" in before
        more = clerk.post(page, data=FORM | {"act": "more"})
        assert more.text.count('name="camera_id"') > before.count('name="camera_id"')
        assert 'value="302教室"' in more.text
        assert clerk.get(path(number)).json()["version"] == 0
        assert clerk.post(page, data=FORM).headers["location"] == f"{page}?saved=1"
        now = clerk.get(path(number)).json()
        assert now["cameras"] == [
            {"id": "CH02", "room": "201教室", "clock_offset_s": -12.5, "lectern": ""},
            {"id": "CH09", "room": "302教室", "clock_offset_s": 0.0, "lectern": ""},
        ]
        assert (now["place"], now["device"]["people_per_phone"]) == (PLACE, 2)
        shown = clerk.get(page).text
    assert "摄像机 CH02：未设 → 201教室，时钟 -12.5 秒" in shown
    assert "clerk@正信职校" in shown
    with running_service.as_(Role.INSPECTOR) as inspector:
        read = inspector.get(page).text
        assert "37.857012" in read
        assert "<input name=" not in read
        assert inspector.get(page, params={"lang": "en"}).text.count("Who changed what") == 1
        assert inspector.post(page, data=FORM).status_code == 403


def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    wrong = FORM | {"camera_offset": ["快一分", "", ""], "place_latitude": "113.58", "people_per_phone": "99"}
    with running_service.as_(Role.CLERK) as clerk:
        answer = clerk.post(f"/classes/{number}/settings", data=wrong)
        assert answer.status_code == 422
        for where, words in (
            ("cameras-0-clock_offset_s", "请填数字"),
            ("place-latitude", "113.58：应为北纬 3 至 54 度"),
            ("device-people_per_phone", "99：应为1 至 10 人"),
        ):
            assert re.search(rf'aria-describedby="w-{where}"', answer.text), where
            assert re.search(rf'id="w-{where}">✗ {words}', answer.text), where
        assert 'value="快一分"' in answer.text
        assert 'value="302教室"' in answer.text
        assert clerk.get(path(number)).json()["version"] == 0


def test_a_page_that_is_older_than_the_settings_is_told_and_keeps_what_was_typed(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        clerk.put(path(number), json={"version": 0, **WHOLE})
        answer = clerk.post(f"/classes/{number}/settings", data=FORM)
        assert answer.status_code == 409
        assert "已改为第 1 版" in answer.text
        assert 'name="version" value="1"' in answer.text
        assert 'value="302教室"' in answer.text
        assert clerk.post(f"/classes/{number}/settings", data=FORM | {"version": "1"}).status_code == 303
        other = FORM | {"people_per_phone": "3"}
        assert clerk.post(f"/classes/{number}/settings", data=other | {"version": "x"}).status_code == 409
        assert clerk.post(f"/classes/{number}/settings", data=FORM).status_code == 303  # pressed twice
        assert clerk.get(path(number)).json()["version"] == 2


def test_mending_a_fault_overwrites_nobody_s_change_that_came_meanwhile(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    page = f"/classes/{number}/settings"
    with running_service.as_(Role.CLERK) as clerk:
        clerk.put(path(number), json={"version": 0, **WHOLE})
        for typed, status in ((FORM | {"people_per_phone": "99"}, 422), (FORM | {"act": "more"}, 200)):
            answer = clerk.post(page, data=typed)
            assert answer.status_code == status
            assert 'name="version" value="0"' in answer.text
        assert clerk.post(page, data=FORM).status_code == 409
        assert clerk.get(path(number)).json()["version"] == 1


def two_rooms(folder: Path) -> Path:
    """The honest class, on a day on which its school used another room too."""
    honest(folder)
    (hour,) = read_tables(folder, read_manifest(folder)).hours
    write_timetable(folder / "课表.xlsx", [hour, replace(hour, id="other", room="302教室", label="另一教室")])
    return folder


def verified(running: Running, client: httpx.Client, number: int) -> dict[str, dict[str, object]]:
    """The class's hours by their rooms, after every job that waits was done."""
    worker = Worker(running.service.engine, running.service.settings, running.clock)
    while worker.step():
        pass
    report = client.get(f"/api/v1/classes/{number}").json()["report_id"]
    document = client.get(f"/api/v1/reports/{report}/document").json()
    return {"document": document} | {hour["room"]: hour for hour in document["hours"]}


@pytest.mark.slow
def test_a_camera_that_nobody_placed_proves_nothing_until_the_settings_name_its_room_and_clock(
    running_service: Running, tmp_path: Path
) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, two_rooms(tmp_path / "class"))
        clerk.post(f"/api/v1/classes/{number}/verifications")
        before = verified(running_service, clerk, number)
        assert before["201教室"]["status"] == "UNPROVEN"
        (reason,) = (one for one in before["201教室"]["findings"] if one["reason"] == "ROOM_UNKNOWN")  # type: ignore[union-attr, index]
        assert "班期设置" in reason["remedy"]["zh"]
        made = clerk.put(path(number), json={"version": 0, "cameras": [PLACED]})
        assert made.status_code == 200, made.text
        after = verified(running_service, clerk, number)
        assert after["201教室"]["status"] == "PASS"
        assert after["302教室"]["status"] == "UNPROVEN"
        moved = {"version": 1, "cameras": [PLACED | {"clock_offset_s": -60}], "place": PLACE}
        assert clerk.put(path(number), json=moved).status_code == 200
        shifted = verified(running_service, clerk, number)
        (old,), (new,) = (
            {one["span"]["start"] for one in said["document"]["inputs"] if one["camera"] == "CH02"}  # type: ignore[index]
            for said in (after, shifted)
        )
        assert (old[-14:-6], new[-14:-6]) == ("08:30:00", "08:29:00")
        told = {one["id"]: one["value"] for one in shifted["document"]["assumptions"]}  # type: ignore[index]
        assert told["S1"] == "CH02 -60 s"
        assert "GCJ-02" in told["S2"]
        files = {one["path"]: one["sha256"] for one in shifted["document"]["inputs"]}  # type: ignore[index]
        jobs = clerk.get("/api/v1/jobs", params={"class_id": number}).json()["items"]
    assert {one["state"] for one in jobs if one["kind"] == "verify"} == {"done"}
    text = (running_service.service.settings.home / "classes" / str(number) / "class.toml").read_bytes()
    assert 'room = "201教室"\nclock_offset_s = -60.0\nlectern = "none"' in text.decode()
    assert files["class.toml"] == hashlib.sha256(text).hexdigest()
