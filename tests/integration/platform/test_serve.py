"""``xueshi serve`` and ``xueshi worker`` as an operator runs them."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from cli.service import listener_at
from runtime.platform.clock import now
from runtime.platform.file_rights import close_to_others
from runtime.platform.settings import settings_from
from storage.database.accounts.accounts import add_account
from storage.database.connection import sqlite_address, writing
from storage.database.schema import open_database
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.folders import honest, xueshi
from tests.fixtures.served_process import free_port, key_for, serving
from tests.fixtures.tus import uploaded


def test_an_empty_database_gets_a_one_time_link_and_a_used_one_gets_none(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port, "--lang", "en") as (said, process):
        found = re.search(r"http://127\.0\.0\.1:\d+/set-up\?token=\S{43}", "".join(said))
        assert found, said
        assert "首次设置" in httpx.get(found.group(0)).text
        assert f"a signing key was made: {tmp_path / 'keys'}" in "".join(said)
        made = KeyRing(tmp_path / "keys").entries()
        with httpx.stream("GET", f"http://127.0.0.1:{port}/healthz"):
            process.send_signal(signal.SIGTERM)
        process.wait()
    with writing(open_database(sqlite_address(tmp_path / "xueshi.db")), "test") as connection:
        add_account(connection, "zhao", "zhao", now())
    with serving(tmp_path, port) as (said, _):
        assert "set-up" not in "".join(said)
        assert "签名密钥" not in "".join(said)
    assert (len(made), KeyRing(tmp_path / "keys").entries()) == (1, made), "one key, made once"


def test_a_key_that_was_made_before_is_left_alone(tmp_path: Path) -> None:
    made = KeyRing(tmp_path / "keys").init(now(), "sm2")
    with serving(tmp_path, free_port()) as (said, _):
        assert "set-up" in "".join(said)
    assert [one.public for one in KeyRing(tmp_path / "keys").entries()] == [made.public]


def test_what_the_service_writes_is_nobody_else_s_to_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = os.umask(0o022)
    try:
        with serving(home, free_port()):
            pass
    finally:
        os.umask(before)
    open_to_others = [path for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077]
    assert (home / "xueshi.db").is_file()
    assert open_to_others == []


def test_a_home_that_others_could_read_is_closed_and_told(tmp_path: Path) -> None:
    home, aside = tmp_path / "home", tmp_path / "elsewhere" / "x.db"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    aside.parent.mkdir()
    open_database(sqlite_address(aside)).dispose()
    aside.chmod(0o644)
    settings = settings_from({"XUESHI_HOME": str(home), "XUESHI_DB": sqlite_address(aside)})
    told = close_to_others(settings)
    assert [one.en.rpartition(" was open")[0] for one in told] == [str(home), str(aside)]
    assert "已改为 700" in told[0].zh
    assert "已改为 600" in told[1].zh
    assert (home.stat().st_mode & 0o777, aside.stat().st_mode & 0o777) == (0o700, 0o600)
    assert close_to_others(settings) == []


def test_the_service_tells_on_its_way_up_what_it_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        words = ["serve", "--home", str(tmp_path), "--port", str(taken.getsockname()[1])]
        done = subprocess.run([sys.executable, "-m", "cli.main", *words], capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert f"{tmp_path} 原可被本机其他用户访问（755），已改为 700" in done.stderr
    assert "已被别的程序占用" in done.stderr, "or it would serve for ever"
    assert done.stdout == "", "a link to set up somebody else's service"
    assert not (tmp_path / "xueshi.db").exists()


def test_a_weak_secret_in_the_open_stops_the_service_before_it_listens(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "cli.main", "serve", "--host", "0.0.0.0", "--home", str(tmp_path)]  # noqa: S104 - the point
    environ = os.environ | {"XUESHI_SECRET": "password" * 5}
    ran = subprocess.run(words, capture_output=True, text=True, env=environ, check=False)  # noqa: S603 - our own program
    assert ran.returncode == 69
    assert "XUESHI_SECRET: got a well-known word" in ran.stderr


def test_several_processes_answer_and_end_together(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port, "--workers", "2") as (_, process):
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert {client.get("/healthz").status_code for _ in range(30)} == {200}
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


async def no_delay(listener: socket.socket) -> set[int]:
    """What asyncio, which uvicorn serves with, sets on a connection that comes in by the listener."""
    found: asyncio.Queue[int] = asyncio.Queue()

    async def met(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own = writer.get_extra_info("socket")
        await found.put(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(met, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        seen = await found.get()
        writer.close()
    return {seen}


def test_no_answer_of_several_processes_waits_for_an_acknowledgement() -> None:
    """Nagle's algorithm would hold each for 40 ms; asyncio turns it off only where the socket names TCP."""
    with listener_at("127.0.0.1", 0) as listener:
        assert asyncio.run(no_delay(listener)) == {1}


def test_a_double_click_opens_the_set_up_link_and_a_second_one_the_page_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, browser, port = tmp_path / "opened", tmp_path / "browser", free_port()
    browser.write_text(f'#!/bin/sh\necho "$1" >> "{opened}"\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    with serving(tmp_path / "home", port, "--open"):
        while not opened.exists() or "\n" not in opened.read_text():
            time.sleep(0.05)
        again = [
            sys.executable,
            "-m",
            "cli.main",
            "serve",
            "--port",
            str(port),
            "--home",
            str(tmp_path / "home"),
            "--open",
        ]
        assert subprocess.run(again, check=False).returncode == 0  # noqa: S603 - our own program
    first, second = opened.read_text().splitlines()
    assert first.startswith(f"http://127.0.0.1:{port}/set-up?token=")
    assert second == f"http://127.0.0.1:{port}"


@pytest.mark.slow
def test_the_service_alone_verifies_what_was_uploaded(tmp_path: Path) -> None:
    port, home = free_port(), tmp_path / "home"
    key = key_for(os.environ | {"XUESHI_HOME": str(home)})
    with serving(home, port), httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        client.headers["authorization"] = f"Bearer {key}"
        number = uploaded(client, honest(tmp_path / "class"))
        stated = {"version": 0, "cameras": [{"id": "CH02", "room": "201教室", "lectern": "none"}]}
        assert client.put(f"/api/v1/classes/{number}/settings", json=stated).status_code == 200
        assert client.post(f"/api/v1/classes/{number}/verifications").status_code == 202
        while True:
            (job,) = (one for one in client.get("/api/v1/jobs").json()["items"] if one["kind"] == "verify")
            if job["state"] in {"done", "failed"}:
                break
            time.sleep(0.2)
        assert (job["state"], job["fault"]) == ("done", "")
        assert client.get(f"/api/v1/classes/{number}").json()["status"] == "PASS"


def test_a_port_that_is_taken_is_told_plainly(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = xueshi("serve", "--port", taken.getsockname()[1], cache=tmp_path, home=tmp_path)
    assert ran.code == 69
    assert "已被别的程序占用（也可能学时证已在运行）；请关掉它，或用 --port 换一个端口" in ran.err


def test_a_worker_with_nothing_to_do_ends_when_asked_to(tmp_path: Path) -> None:
    ran = xueshi("worker", "--once", cache=tmp_path, home=tmp_path)
    assert ran.code == 0, ran


def test_both_commands_explain_themselves(tmp_path: Path) -> None:
    for command, zh in (("serve", "启动网页服务"), ("worker", "核验任务队列")):
        shown = xueshi(command, "--help", cache=tmp_path).out
        assert zh in shown
        assert "示例：" in shown
    shown = xueshi("serve", "--help", "--lang", "en", cache=tmp_path).out
    assert "one-time set-up link" in shown
    assert "启动" not in shown


def test_the_served_service_believes_no_browser_that_says_to_be_another(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port), httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        guard = client.get("/sign-in").text.partition('name="csrf" value="')[2][:64]
        form = {"csrf": guard, "name": "nobody", "password": "wrong password", "next": "/"}
        codes = [
            client.post("/sign-in", data=form | {"name": f"n{n}"}, headers={"x-forwarded-for": f"203.0.113.{n}"})
            for n in range(31)
        ]
    assert {one.status_code for one in codes} == {401, 429}
