"""Uploads that break off, come twice, come wrong, or are meant to do harm."""

import base64
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.platform.folders import CLAIM_FOLDER, REPORT_FOLDER, class_folder, strays_folder, uploads_folder
from runtime.platform.worker import Worker
from runtime.roll_call.sign_in_table import SIGN_IN_LIST
from runtime.uploads.arrival import partial_of
from runtime.uploads.strays import forget_old_strays, recorded_folder, strays_of
from storage.uploads.partial_file import PartialFile
from tests.fixtures.hand_in import planned, roster, sent
from tests.fixtures.served_process import key_for
from tests.fixtures.service import Running
from tests.fixtures.tus import PIECE, TUS, announce, encoded, new_class, send


def test_a_file_comes_in_pieces_and_is_the_class_s_when_the_last_has_come(running_service: Running) -> None:
    data = os.urandom(3_000_000)
    with running_service.as_(Role.CLERK) as client:
        number = new_class(client)
        made = announce(client, number, "CH01/2025-04-07/一.mp4", len(data), sha256=hashlib.sha256(data).hexdigest())
        place = made.headers["location"]
        first = send(client, place, 0, data[:1_000_000])
        assert (first.status_code, first.headers["upload-offset"]) == (204, "1000000")
        asked = client.head(place, headers=TUS)
        assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("1000000", "3000000")
        assert send(client, place, 0, data).json()["expected"] == "1000000"
        assert send(client, place, 1_000_000, data[1_000_000:]).status_code == 204
        files = client.get(f"/api/v1/classes/{number}/files").json()["items"]
        again = announce(client, number, "ch01/2025-04-07/一.MP4", 5)
    assert [one["sha256"] for one in files] == [hashlib.sha256(data).hexdigest()]
    folder = class_folder(running_service.service.settings.home, number)
    assert (folder / "CH01/2025-04-07/一.mp4").read_bytes() == data
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("../../etc/cron.d/x.mp4", "recording"),
        ("/etc/x.mp4", "recording"),
        ("a/../x.mp4", "recording"),
        ("..\\x.mp4", "recording"),
        ("C:x.mp4", "recording"),
        ("a\r\nset-cookie: x=y.mp4", "recording"),
        ("x.mp4\x00.exe", "recording"),
        ("\u202e4pm.exe.mp4", "recording"),
        ("run.exe", "recording"),
        ("macro.xlsm", "roster"),
        (".htaccess.mp4", "recording"),
        ("con.mp4", "recording"),
        ("class.toml", "paper"),
        ("x" * 300 + ".mp4", "recording"),
        ("x.mp4", "program"),
    ],
)
def test_a_name_that_leads_elsewhere_or_could_run_is_refused(running_service: Running, name: str, role: str) -> None:
    with running_service.as_(Role.CLERK) as client:
        answer = announce(client, new_class(client), name, 10, role=role)
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"]


@pytest.mark.parametrize(
    "name",
    [
        SIGN_IN_LIST,
        f"打卡/{SIGN_IN_LIST}",
        SIGN_IN_LIST.upper(),
        "学时证手机签到\ufe0f.csv",
        f"{REPORT_FOLDER}/CH01.mp4",
        f"录像/{REPORT_FOLDER}/CH01.mp4",
        f"{REPORT_FOLDER}\ufe00/CH01.mp4",
        f"{CLAIM_FOLDER}/证书.pdf",
        "Ｃｌａｓｓ.ＴＯＭＬ/CH01.mp4",
    ],
)
def test_a_name_that_the_service_writes_itself_cannot_be_handed_in(running_service: Running, name: str) -> None:
    """It is read as the service's own word, or passed over as its own work; in whatever spelling, before and after."""
    with running_service.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        answer = announce(clerk, number, name, 5, role="")
        assert answer.status_code == 409, answer.text
        assert answer.json()["code"] == "OWN_NAME"
        assert "本系统自己使用的名称；请改名后再选" in answer.json()["title"]
        (plan,) = planned(clerk, number, (name, 5))
    assert plan["outlook"] == "refused"
    assert "rename the file or folder" in plan["said"]["en"]  # type: ignore[index]


@pytest.mark.parametrize(
    "name",
    [
        f"{SIGN_IN_LIST}.",
        f"{SIGN_IN_LIST} ",
        f"{REPORT_FOLDER} /a.mp4",
        "class.toml.",
        "学时证手机签到．ｃｓｖ",
        "学时证手机签到.ｃＳv",
    ],
)
def test_a_name_whose_end_some_systems_drop_or_nobody_reads_is_refused(running_service: Running, name: str) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        answer = announce(clerk, new_class(clerk), name, 5, role="")
    assert answer.status_code == 422


def test_names_that_only_look_alike_are_taken(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        for name in (f"{SIGN_IN_LIST}.txt", "学时证手机签到2.csv", f"{REPORT_FOLDER}.pdf", f"旧{REPORT_FOLDER}/a.pdf"):
            assert announce(clerk, number, name, 5, role="").status_code == 201, name


def test_two_spellings_of_one_name_are_one_name(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        sent(clerk, number, "Café.pdf", b"1")
        for name in ("CAFÉ.pdf", unicodedata.normalize("NFD", "Café.pdf"), "Ｃafé.pdf"):
            assert announce(clerk, number, name, 5, role="").status_code == 409, name


def crashed(running: Running, clerk: httpx.Client, number: int, name: str, data: bytes) -> str:
    """An upload whose server died after it had named the file and before it had recorded it; where it goes on."""
    place = announce(clerk, number, name, len(data), role="").headers["location"]
    home = running.service.settings.home
    partial = PartialFile(uploads_folder(home), place.rpartition("/")[2])
    with partial.writing() as writer:
        writer.write(data)
    partial.place(class_folder(home, number) / name)
    return str(place)


def test_a_file_whose_server_died_before_it_was_recorded_is_not_read_until_it_is(
    running_service: Running, tmp_path: Path
) -> None:
    service, data = running_service.service, roster(tmp_path / "花名册.xlsx").read_bytes()
    with running_service.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        place = crashed(running_service, clerk, number, "花名册.xlsx", data)
        sent(clerk, number, "说明.pdf", b"1")
        lying = class_folder(service.settings.home, number) / "花名册.xlsx"
        assert lying.is_file()
        assert "还没有花名册" in clerk.get(f"/classes/{number}/files").text
        assert not lying.exists()
        assert recorded_folder(service.engine, service.settings.home, number) == lying.parent
        assert strays_of(service.engine, service.settings.home, number) == (), "its sender can still go on"
        assert send(clerk, place, len(data), b"").status_code == 204
        assert "花名册 5 人" in clerk.get(f"/classes/{number}/files").text
    assert lying.read_bytes() == data


def test_a_file_on_no_record_is_set_aside_and_told_and_forgotten_after_a_month(
    running_service: Running, tmp_path: Path
) -> None:
    service, data = running_service.service, roster(tmp_path / "花名册.xlsx").read_bytes()
    home = service.settings.home
    with running_service.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        place = crashed(running_service, clerk, number, "名单/花名册.xlsx", data)
        sent(clerk, number, "说明.pdf", b"1")
        assert clerk.delete(place, headers=TUS).status_code == 204  # the sender gave up
        page = clerk.get(f"/classes/{number}/files").text
        assert "1 个没有登记的文件已移出本班，不作依据：名单/花名册.xlsx" in page
        assert "还没有花名册" in page
        assert [one.name for one in class_folder(home, number).rglob("*") if one.is_file()] == ["说明.pdf"]
        (aside,) = strays_folder(home, number).glob("*/名单/花名册.xlsx")
        assert aside.read_bytes() == data
        forget_old_strays(home, running_service.clock() + timedelta(days=29))
        assert aside.exists()
        forget_old_strays(home, running_service.clock() + timedelta(days=31))
        assert not aside.exists()
        assert "没有登记" not in clerk.get(f"/classes/{number}/files").text


def test_more_bytes_than_announced_are_refused_and_not_kept(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as client:
        place = announce(client, new_class(client), "a.mp4", 10).headers["location"]
        bomb = send(client, place, 0, b"x" * 5_000_000)
        assert bomb.status_code == 413
        assert client.head(place, headers=TUS).headers["upload-offset"] == "0"
        endless = client.patch(place, content=iter([b"x" * 100_000] * 20), headers=PIECE | {"upload-offset": "0"})
        assert endless.status_code == 413
        assert int(client.head(place, headers=TUS).headers["upload-offset"]) <= 10


def test_a_piece_with_another_checksum_is_not_kept(running_service: Running) -> None:
    good = "sha256 " + base64.b64encode(hashlib.sha256(b"hello").digest()).decode()
    with running_service.as_(Role.CLERK) as client:
        place = announce(client, new_class(client), "a.mp4", 10).headers["location"]
        assert send(client, place, 0, b"hallo", upload_checksum=good).status_code == 460
        assert client.head(place, headers=TUS).headers["upload-offset"] == "0"
        assert send(client, place, 0, b"hello", upload_checksum=good).headers["upload-offset"] == "5"
        assert send(client, place, 5, b"hello", upload_checksum="md5 abc").status_code == 422


def test_other_bytes_than_announced_never_become_the_class_s(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as client:
        number = new_class(client)
        place = announce(client, number, "a.mp4", 5, sha256="0" * 64).headers["location"]
        assert send(client, place, 0, b"hello").json()["code"] == "WRONG_DIGEST"
        assert client.get(f"/api/v1/classes/{number}/files").json()["items"] == []
        assert client.head(place, headers=TUS).status_code == 404


@pytest.mark.parametrize("length", ["0", "-1", "1e3", "99999999999999", "9" * 30])
def test_an_impossible_length_is_refused_at_once(running_service: Running, length: str) -> None:
    with running_service.as_(Role.CLERK) as client:
        number = new_class(client)
        metadata = f"class {encoded(str(number))},name {encoded('a.mp4')},role {encoded('recording')}"
        headers = TUS | {"upload-length": length, "upload-metadata": metadata}
        assert client.post("/api/v1/uploads", headers=headers).status_code in {413, 422}


def test_an_upload_is_its_sender_s_alone_and_ends_when_given_up(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as client, running_service.as_(Role.CLERK, "邻校") as other:
        number = new_class(client)
        assert announce(other, number, "b.mp4", 5).status_code == 404
        place = announce(client, number, "a.mp4", 5).headers["location"]
        assert other.head(place, headers=TUS).status_code == 404
        assert send(other, place, 0, b"hello").status_code == 404
        assert other.delete(place, headers=TUS).status_code == 404
        assert client.delete(place, headers=TUS).status_code == 204
        assert client.head(place, headers=TUS).status_code == 404


def test_an_upload_that_nobody_goes_on_with_lapses_and_leaves_nothing(running_service: Running) -> None:
    service = running_service.service
    with running_service.as_(Role.CLERK) as client:
        place = announce(client, new_class(client), "a.mp4", 50).headers["location"]
        send(client, place, 0, b"hello")
        running_service.clock.ahead += timedelta(days=2)
        kept = send_again(running_service, place, b"hello")
        assert kept == 204, "whoever goes on keeps it alive"
        running_service.clock.ahead += timedelta(days=3, seconds=1)
        Worker(service.engine, service.settings, running_service.clock).step()
    assert list(uploads_folder(service.settings.home).iterdir()) == []
    assert send_again(running_service, place, b"hello") == 404


def send_again(running: Running, place: str, data: bytes) -> int:
    """By the same clerk, who has had to sign in again."""
    with running.again(Role.CLERK) as client:
        return send(client, place, 5, data).status_code


def test_another_version_or_type_is_refused(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as client:
        place = announce(client, new_class(client), "a.mp4", 5).headers["location"]
        assert client.head(place, headers={"tus-resumable": "0.2.2"}).status_code == 412
        wrong = client.patch(place, content=b"x", headers=TUS | {"upload-offset": "0", "content-type": "text/plain"})
        assert wrong.status_code == 415


def test_a_server_killed_in_the_middle_goes_on_from_where_it_was(tmp_path: Path) -> None:
    """Kill -9 while bytes arrive: what was acknowledged is there, and the rest can follow."""
    data = os.urandom(8_000_000)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {"XUESHI_HOME": str(tmp_path), "XUESHI_PORT": str(port), "XUESHI_WORKS_ITSELF": "0"}
    key = key_for(environ)
    server = _start(environ, port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {key}"}) as client:
        number = new_class(client)
        place = announce(client, number, "a.mp4", len(data), sha256=hashlib.sha256(data).hexdigest()).headers[
            "location"
        ]
        assert send(client, place, 0, data[:3_000_000]).status_code == 204

        def slowly() -> object:
            for start in range(3_000_000, len(data), 500_000):
                yield data[start : start + 500_000]
                if start > 5_000_000:
                    server.send_signal(signal.SIGKILL)
                    server.wait()

        with pytest.raises(httpx.TransportError):
            client.patch(place, content=slowly(), headers=PIECE | {"upload-offset": "3000000"})  # type: ignore[arg-type]
        server.wait()
    server = _start(environ, port)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {key}"}) as client:
            here = int(client.head(place, headers=TUS).headers["upload-offset"])
            assert 3_000_000 <= here < len(data)
            assert send(client, place, here, data[here:]).status_code == 204
            assert len(client.get(f"/api/v1/classes/{number}/files").json()["items"]) == 1
    finally:
        server.terminate()
        server.wait()


def _start(environ: dict[str, str], port: int) -> "subprocess.Popen[bytes]":
    arguments = [sys.executable, "-m", "cli.main", "serve", "--port", str(port)]
    server = subprocess.Popen(arguments, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program
    while server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                return server
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the server ended before it answered")


def test_a_file_whose_server_died_after_its_last_byte_is_the_class_s_once_its_sender_asks(
    running_service: Running,
) -> None:
    """Senders take an offset that equals the length for the end, and come no more."""
    service, data = running_service.service, os.urandom(50_000)
    with running_service.as_(Role.CLERK) as client:
        number = new_class(client)
        place = announce(client, number, "说明.pdf", len(data), role="paper").headers["location"]
        with partial_of(service, place.rpartition("/")[2]).writing() as writer:
            writer.write(data)  # as far as the server came
        with ThreadPoolExecutor(4) as pool:
            asked = list(pool.map(lambda _: client.head(place, headers=TUS), range(4)))
        assert {(one.status_code, one.headers["upload-offset"]) for one in asked} == {(200, str(len(data)))}
        (file,) = client.get(f"/api/v1/classes/{number}/files").json()["items"]
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert client.head(place, headers=TUS).headers["upload-offset"] == str(len(data))
