"""Every command opens, helps in both languages, and costs nothing that it does not use."""

import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from cli.commands import ROOMS
from cli.main import app


@pytest.mark.parametrize("name", ROOMS)
def test_a_command_says_in_both_languages_what_it_does(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    assert re.search(r"[\u4e00-\u9fff]", shown.output)
    assert re.search(r"\| [a-z]", shown.output)
    assert not ROOMS[name].calls or "示例 examples:" in shown.output


def test_the_top_lists_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    assert [name for name in ROOMS if f" {name} " not in shown] == []


def test_explaining_a_rule_loads_neither_video_nor_pictures_nor_a_database() -> None:
    line = "import sys; from cli.main import run\ntry: run(['explain', 'YQ-V1'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own words
    loaded = set(done.stdout.split())
    assert loaded & {"av", "cv2", "sqlalchemy", "minio", "fastapi", "openpyxl"} == set()
