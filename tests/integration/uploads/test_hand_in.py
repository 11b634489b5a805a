"""Files before, while and after they are handed in: what becomes of them is said, and a wrong one can be put right."""

import hashlib
import socket
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from facts.digest import Digest
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder, uploads_folder
from runtime.roll_call.rolls import refresh_rolls
from runtime.spot_checks.holds import SpotCheckHolds
from storage.database import jobs
from storage.database.classes.classes import add_file
from storage.database.connection import reading, writing
from storage.database.roll_call import rolls
from storage.evidence_log.leaf import Leaf, LeafKind
from tests.fixtures.hand_in import planned, roster, sent, timetable
from tests.fixtures.log_keeper import events
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import blank, keep
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.tus import PIECE, TUS, announce


def test_each_file_is_told_what_becomes_of_it_before_a_byte_is_sent(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        sent(clerk, number, "花名册.csv", b"a,b\n")
        found = planned(
            clerk,
            number,
            ("录像/CH01_20250407083000.mp4", 5),
            ("课表.xlsx", 5),
            ("打卡记录.csv", 5),
            ("说明.pdf", 5),
            ("空.mp4", 0),
            ("太大.mp4", running_service.service.settings.upload_bytes + 1),
            ("装机.exe", 5),
            ("a:b.mp4", 5),
            ("课表.XLSX", 9),
            ("花名册.csv", 4),
            ("花名册.CSV", 5),
        )
    assert [(one["outlook"], one["role"]) for one in found] == [
        ("new", "recording"),
        ("new", "timetable"),
        ("new", "checkins"),
        ("new", "paper"),
        ("refused", "recording"),
        ("refused", "recording"),
        ("refused", ""),
        ("refused", "recording"),
        ("refused", "timetable"),
        ("held", "paper"),
        ("refused", "roster"),
    ]
    for one, words in zip(found[4:9], ("0 字节", "64.0 GB", "不收这种文件", "不允许的字符", "同名"), strict=True):
        assert words in one["said"]["zh"]  # type: ignore[index]
        assert one["said"]["en"].isascii() or "…" in one["said"]["en"]  # type: ignore[index]


def test_a_file_of_the_same_name_and_another_size_can_be_replaced_until_something_rests_on_it(
    running_service: Running,
) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        old = sent(clerk, number, "a.mp4", b"old")
        (plan,) = planned(clerk, number, ("A.mp4", 7))
        assert (plan["outlook"], plan["replaceable"], plan["file_id"]) == ("taken", True, old["id"])
        assert clerk.delete(f"/api/v1/files/{old['id']}").status_code == 204
        assert sent(clerk, number, "A.mp4", b"the new")["size_bytes"] == 7
        clerk.post(f"/api/v1/classes/{number}/verifications")
        (plan,) = planned(clerk, number, ("a.mp4", 3))
    assert (plan["outlook"], plan["replaceable"]) == ("taken", False)
    assert "正在核验" in plan["said"]["zh"]  # type: ignore[index]


def test_an_upload_is_found_again_with_a_digest_of_its_last_bytes_by_its_sender_alone(running_service: Running) -> None:
    data = bytes(range(256)) * 2000
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.CLERK, "邻校") as other:
        place = announce(clerk, number, "a.mp4", len(data), role="").headers["location"]
        clerk.patch(place, content=data[:300_000], headers=PIECE | {"upload-offset": "0"})
        (plan, longer) = planned(clerk, number, ("a.mp4", len(data)), ("b.mp4", len(data)))
        listed = clerk.get(f"/api/v1/classes/{number}/uploads").json()
        assert other.get(f"/api/v1/classes/{number}/uploads").status_code == 404
        assert planned(clerk, number, ("a.mp4", len(data) + 1))[0]["outlook"] == "new", "another file of that name"
    tail = data[300_000 - (1 << 18) : 300_000]
    assert (plan["outlook"], longer["outlook"]) == ("under_way", "new")
    assert plan["upload"] == listed["items"][0]
    assert plan["upload"]["location"] == place  # type: ignore[index]
    assert plan["upload"]["tail_sha256"] == hashlib.sha256(tail).hexdigest()  # type: ignore[index]


def test_files_that_no_longer_fit_say_so_and_the_others_come(database_url: str, tmp_path: Path) -> None:
    with running(settings_at(database_url, tmp_path / "home", XUESHI_QUOTA_BYTES="2000000")) as small:
        number = blank(small, "jz1")
        with small.as_(Role.CLERK) as clerk:
            found = planned(clerk, number, ("a.mp4", 1_500_000), ("b.mp4", 600_000), ("c.mp4", 400_000))
            assert announce(clerk, number, "b.mp4", 2_500_000, role="").json()["code"] == "NO_ROOM"
    assert [one["outlook"] for one in found] == ["new", "refused", "new"]
    assert "还剩 500.0 KB" in found[1]["said"]["zh"]  # type: ignore[index]


def test_without_a_role_the_headers_say_what_a_list_is_whatever_its_name(
    running_service: Running, tmp_path: Path
) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        misnamed = sent(clerk, number, "课表.xlsx", roster(tmp_path / "a.xlsx").read_bytes())
        plain = sent(clerk, number, "新建表格.xlsx", timetable(tmp_path / "b.xlsx").read_bytes())
        unknown = sent(clerk, number, "花名册.csv", b"1,2\n3,4\n")
        named = sent(clerk, number, "c.xlsx", roster(tmp_path / "a.xlsx").read_bytes(), "paper")
    assert [one["role"] for one in (misnamed, plain, unknown, named)] == ["roster", "timetable", "paper", "paper"]
    kinds = [leaf.kind for leaf in _leaves(running_service)]
    assert kinds[:3] == [LeafKind.ROSTER, LeafKind.TIMETABLE, LeafKind.PAPER]


def test_the_last_piece_may_be_sent_again_when_its_answer_was_lost(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        place = announce(clerk, number, "a.mp4", 5, role="").headers["location"]
        clerk.patch(place, content=b"hello", headers=PIECE | {"upload-offset": "0"})
        again = clerk.patch(place, content=b"", headers=PIECE | {"upload-offset": "5"})
        assert (again.status_code, again.headers["upload-offset"]) == (204, "5")
        assert clerk.head(place, headers=TUS).headers["upload-offset"] == "5"
        assert len(clerk.get(f"/api/v1/classes/{number}/files").json()["items"]) == 1


@pytest.mark.slow
def test_a_sender_who_vanished_without_a_word_does_not_bar_the_next(running_service: Running) -> None:
    """A cable pulled out leaves a connection that says nothing; its bytes stay, and its lock must not."""
    number = blank(running_service, "jz1")
    token, host = running_service.token(Role.CLERK), urlsplit(running_service.url)
    with running_service.as_(Role.CLERK) as clerk:
        place = announce(clerk, number, "a.mp4", 1000, role="").headers["location"]
        lines = [f"PATCH {place} HTTP/1.1", f"host: {host.netloc}", "content-length: 1000"]
        lines += [f"{name}: {value}" for name, value in (PIECE | {"upload-offset": "0"}).items()]
        lines += [f"cookie: xueshi-session={token}", f"x-csrf-token: {clerk.headers['x-csrf-token']}"]
        with socket.create_connection((host.hostname or "", host.port or 0)) as silent:
            silent.sendall("\r\n".join([*lines, "", ""]).encode() + b"x" * 400)
            time.sleep(0.5)  # sooner, the answer below is 409 for another reason: none of the bytes is there yet
            busy = clerk.patch(place, content=b"y" * 600, headers=PIECE | {"upload-offset": "400"})
            assert busy.status_code == 409
            assert b" 408 " in silent.recv(1000)
        offset = clerk.head(place, headers=TUS).headers["upload-offset"]
        rest = clerk.patch(place, content=b"y" * (1000 - int(offset)), headers=PIECE | {"upload-offset": offset})
        assert rest.status_code == 204


def test_a_wrong_file_is_taken_back_and_the_log_remembers(running_service: Running, tmp_path: Path) -> None:
    service, number = running_service.service, blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.CLERK, "邻校") as other:
        people = sent(clerk, number, "名单/花名册.xlsx", roster(tmp_path / "a.xlsx").read_bytes())
        sent(clerk, number, "课表.xlsx", timetable(tmp_path / "b.xlsx").read_bytes())
        refresh_rolls(service.engine, service.settings.home, running_service.clock)
        assert other.delete(f"/api/v1/files/{people['id']}").status_code == 404
        assert clerk.delete(f"/api/v1/files/{people['id']}").status_code == 204
        assert clerk.delete(f"/api/v1/files/{people['id']}").status_code == 404
        assert [one["name"] for one in clerk.get(f"/api/v1/classes/{number}/files").json()["items"]] == ["课表.xlsx"]
    assert not (class_folder(service.settings.home, number) / "名单/花名册.xlsx").exists()
    assert list(uploads_folder(service.settings.home).iterdir()) == []
    leaf = _leaves(running_service)[-1]
    assert (leaf.kind, leaf.sha256) == (LeafKind.WITHDRAWAL, Digest(str(people["sha256"])))
    refresh_rolls(service.engine, service.settings.home, running_service.clock)
    with reading(service.engine, "test") as connection:
        assert rolls.people(connection, number) == (), "whoever stood on the wrong roster can no longer sign in"


def test_what_was_verified_is_being_verified_held_or_recorded_by_a_machine_stays(running_service: Running) -> None:
    service, number = running_service.service, blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        own = sent(clerk, number, "a.mp4", b"first")
        with writing(service.engine, "test") as connection:
            filmed = add_file(connection, number, "nvr.mp4", "recording", 3, "0" * 64, "key:7", running_service.clock())
        assert _stays(clerk, filmed) == "nvr.mp4：由接入系统直接传来的原始材料，不能由经办员删除"
        holds = SpotCheckHolds(service.engine, service.settings.home, running_service.clock)
        holds.place("jz1", "case", "抽查", running_service.clock())
        assert "已被冻结" in _stays(clerk, own["id"])
        holds.lift("jz1", "case", "account:9", running_service.clock())
        clerk.post(f"/api/v1/classes/{number}/verifications")
        assert "正在核验" in _stays(clerk, own["id"])
        assert clerk.patch(f"/api/v1/files/{own['id']}", json={"role": "recording"}).json()["code"] == "FILE_STAYS"
        keep(running_service, number, sample_report())
        assert "已用于核验" in _stays(clerk, own["id"])
        running_service.clock.ahead += timedelta(seconds=2)
        late = sent(clerk, number, "b.mp4", b"second")
        assert clerk.delete(f"/api/v1/files/{late['id']}").status_code == 204, "nothing rests on what came afterwards"
    assert (class_folder(service.settings.home, number) / "a.mp4").read_bytes() == b"first"


def test_after_a_verification_that_failed_a_wrong_file_can_still_be_taken_back(running_service: Running) -> None:
    service, number = running_service.service, blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        own = sent(clerk, number, "a.mp4", b"no video")
        clerk.post(f"/api/v1/classes/{number}/verifications")
        at = running_service.clock() + timedelta(seconds=1)
        with writing(service.engine, "test") as connection:
            job = jobs.lease(connection, "test", at)
            assert job
            jobs.fail(connection, job, "表头有误", at, for_good=True)
        assert clerk.delete(f"/api/v1/files/{own['id']}").status_code == 204


def test_a_file_is_called_what_it_is_once_and_only_what_its_ending_allows(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk:
        own = sent(clerk, number, "表.csv", b"1,2\n")
        path, key = f"/api/v1/files/{own['id']}", {"idempotency-key": "k1"}
        changed = clerk.patch(path, json={"role": "leave"}, headers=key)
        again = clerk.patch(path, json={"role": "leave"}, headers=key)
        assert (changed.status_code, changed.json()["role"]) == (200, "leave")
        assert again.headers["idempotency-replayed"] == "true"
        assert clerk.patch(path, json={"role": "recording"}).status_code == 422
        assert clerk.patch(path, json={"role": ""}).status_code == 422
        assert clerk.patch(path, json={"role": "program"}).status_code == 422


def _stays(client: httpx.Client, number: object) -> str:
    answer = client.delete(f"/api/v1/files/{number}")
    assert (answer.status_code, answer.json()["code"]) == (409, "FILE_STAYS"), answer.text
    return str(answer.json()["title"])


def _leaves(found: Running) -> list[Leaf]:
    log = found.service.log
    return [entry.leaf for entry in events(log)]
