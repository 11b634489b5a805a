"""What the offline installer places for a double click: a script and a menu entry, under WSL a batch file for Windows too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.paths import ROOT

CODE = "import sys; sys.path.insert(0, sys.argv[1]); import install; from pathlib import Path; install.starter(Path(sys.argv[2]))"


def placed(root: Path, home: Path, **more: str) -> Path:
    home.mkdir(parents=True)
    environ = {name: value for name, value in os.environ.items() if name != "WSL_DISTRO_NAME"}
    environ |= {"XDG_DATA_HOME": str(root / "share"), **more}
    line = [sys.executable, "-c", CODE, str(ROOT / "deploy/offline"), str(home)]
    subprocess.run(line, check=True, env=environ)  # noqa: S603 - our own words
    return home


def test_a_double_click_opens_the_console(tmp_path: Path) -> None:
    home = placed(tmp_path, tmp_path / "学时证")
    script = home / "学时证.sh"
    assert f'"{home}/xueshi" serve --home "{home}/data" --open' in script.read_text("utf-8")
    assert os.access(script, os.X_OK)
    for entry in (home / "学时证.desktop", tmp_path / "share/applications/xueshi.desktop"):
        assert f'Exec="{script}"' in entry.read_text("utf-8").splitlines()
    assert not (home / "学时证.bat").exists()


def test_under_wsl_there_is_a_batch_file_that_any_code_page_reads(tmp_path: Path) -> None:
    home = placed(tmp_path, tmp_path / "100% xueshi", WSL_DISTRO_NAME="Debian")
    told = (home / "学时证.bat").read_bytes()
    assert told.isascii()
    assert told.count(b"\n") == told.count(b"\r\n") == 5
    assert b'wsl.exe -d "Debian" -- "' + str(home).replace("%", "%%").encode() + b'/xueshi" serve' in told


@pytest.mark.parametrize("name", ["学时证"])
def test_a_folder_that_a_code_page_might_misread_has_no_batch_file(tmp_path: Path, name: str) -> None:
    assert not (placed(tmp_path, tmp_path / name, WSL_DISTRO_NAME="Debian") / "学时证.bat").exists()
