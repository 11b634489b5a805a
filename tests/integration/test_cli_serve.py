"""``xueshi serve`` and ``xueshi worker`` as an operator runs them."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from runtime.clock import now
from storage.database.accounts import add_account
from storage.database.opening import open_engine, sqlite_address, writing
from tests.fixtures.folders import xueshi


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(home: Path, port: int, *more: str) -> Iterator[tuple[list[str], "subprocess.Popen[str]"]]:
    """The service, once it answers, with what it printed."""
    words = [sys.executable, "-m", "cli.main", "serve", "--port", str(port), "--home", str(home), *more]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ | {"XUESHI_WORKS_ITSELF": "1"})  # noqa: S603 - our own program
    assert process.stdout
    said = [process.stdout.readline()]
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
    reader.start()
    try:
        for _ in range(400):
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                threading.Event().wait(0.1)
        yield said, process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_an_empty_database_gets_a_one_time_link_and_a_used_one_gets_none(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port, "--lang", "en") as (said, process):
        found = re.search(r"http://127\.0\.0\.1:\d+/set-up\?token=\S{43}", "".join(said))
        assert found, said
        assert "首次设置" in httpx.get(found.group(0)).text
        with httpx.stream("GET", f"http://127.0.0.1:{port}/healthz"):
            process.send_signal(signal.SIGTERM)
        process.wait(20)
    with writing(open_engine(sqlite_address(tmp_path / "xueshi.db")), "test") as connection:
        add_account(connection, "zhao", "zhao", now())
    with serving(tmp_path, port) as (said, _):
        assert "set-up" not in "".join(said)


def test_a_weak_secret_in_the_open_stops_the_service_before_it_listens(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "cli.main", "serve", "--host", "0.0.0.0", "--home", str(tmp_path)]  # noqa: S104 - the point
    environ = os.environ | {"XUESHI_SECRET": "password" * 5}
    ran = subprocess.run(words, capture_output=True, text=True, env=environ, timeout=60, check=False)  # noqa: S603 - our own program
    assert ran.returncode == 69
    assert "XUESHI_SECRET: got a well-known word" in ran.stderr


def test_a_worker_with_nothing_to_do_ends_when_asked_to(tmp_path: Path) -> None:
    ran = xueshi("worker", "--once", cache=tmp_path, home=tmp_path)
    assert ran.code == 0, ran


def test_both_commands_explain_themselves_in_both_languages(tmp_path: Path) -> None:
    for command, zh, en in (
        ("serve", "启动网页服务", "one-time set-up link"),
        ("worker", "核验任务队列", "queued verifications"),
    ):
        ran = xueshi(command, "--help", cache=tmp_path)
        assert zh in ran.out
        assert en in ran.out
        assert "示例 examples" in ran.out
