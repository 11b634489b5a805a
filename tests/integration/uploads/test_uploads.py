"""Uploads that break off, come twice, come wrong, or are meant to do harm."""

import base64
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder, uploads_folder
from runtime.platform.worker import Worker
from runtime.roll_call.sign_in_table import SIGN_IN_LIST
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


def test_the_list_that_the_service_writes_itself_cannot_be_handed_in(running_service: Running) -> None:
    """It is read as phones' own sign-ins; a clerk's would stand for them until the next one."""
    with running_service.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        for name in (SIGN_IN_LIST, f"打卡/{SIGN_IN_LIST}", SIGN_IN_LIST.upper()):
            answer = announce(clerk, number, name, 5, role="checkins")
            assert answer.status_code == 409, answer.text
            assert "rename the file" in answer.text


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
