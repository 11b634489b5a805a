"""``xueshi review FOLDER``: an institution marks its own class on this machine; its marks change no verdict."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fixtures.folders import honest
from tests.fixtures.served_process import free_port

PATIENCE_S = 300  # the first answer waits until the service has loaded
pytestmark = pytest.mark.timeout(900)


def begun(folder: Path, port: int, *more: str) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "cli.main", "review", str(folder), "--port", str(port), "--no-open", *more]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XUESHI_HOME")}
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ)  # noqa: S603 - our own program


def link_of(process: "subprocess.Popen[str]") -> str:
    """The link, once it is told; a service says next to nothing after it."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+/sign-in/link\S+", line):
            return found.group(0)
    raise AssertionError(said)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, str]]:
    folder, port = honest(tmp_path_factory.mktemp("own") / "班"), free_port()
    process = begun(folder, port)
    try:
        yield folder, port, link_of(process)
    finally:
        process.kill()
        process.communicate()


def test_the_link_signs_in_once_and_leads_to_the_page(desk: tuple[Path, int, str]) -> None:
    folder, port, link = desk
    before = {path: path.read_bytes() for path in folder.rglob("*.toml")}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=PATIENCE_S) as client:
        assert client.get("/api/v1/classes/1").status_code == 401, "nobody is let in without the link"
        page = client.get(link)
        assert page.status_code == 200
        assert page.url.path.startswith("/classes/1")
        assert "机构自标" in client.get("/").text, "the one person is the institution's own"
        sheet = client.get("/api/v1/classes/1/hours/0/review")
        assert sheet.status_code == 200, sheet.text
        assert sheet.json()["turn"] in {"first", "none"}
        assert client.get(link).status_code == 200, "who is in already just goes on"
    with httpx.Client(follow_redirects=True, timeout=PATIENCE_S) as stranger:
        again = stranger.get(link)
        assert again.status_code == 401
        assert "xueshi review" in again.text
    assert {path: path.read_bytes() for path in folder.rglob("*.toml")} == before
    assert (folder.with_name("班-自查") / "xueshi.db").is_file()


def test_a_port_in_use_and_a_missing_folder_are_told_in_one_line(desk: tuple[Path, int, str], tmp_path: Path) -> None:
    folder, port, _ = desk
    taken = begun(folder, port, "--home", str(tmp_path / "other"))
    said = taken.communicate()[0]
    assert taken.returncode == 69, said
    assert f"127.0.0.1:{port} 已被别的程序占用" in said
    nowhere = begun(tmp_path / "没有", free_port())
    said = nowhere.communicate()[0]
    assert nowhere.returncode == 2, said
    assert "没有这个文件夹，应为一个班期的文件夹" in said


def test_it_listens_on_this_machine_alone(desk: tuple[Path, int, str]) -> None:
    _, port, _ = desk
    with socket.socket() as other:
        other.settimeout(2)
        with pytest.raises(OSError, match=r".*"):
            other.connect((socket.gethostbyname(socket.gethostname()), port) if _elsewhere() else ("127.0.0.2", port))


def _elsewhere() -> bool:
    return not socket.gethostbyname(socket.gethostname()).startswith("127.")
