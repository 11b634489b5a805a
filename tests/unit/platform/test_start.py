"""What a start loads: heavy libraries come with the command, the job or the picture that needs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.paths import ROOT

MEDIA = {"av", "cv2", "numpy", "openpyxl", "python_calamine"}
OTHER = {"sqlalchemy", "alembic", "minio", "fastapi", "pydantic"}


def loaded(code: str, home: Path) -> set[str]:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "XUESHI_HOME": str(home)}
    line = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True, env=environ)  # noqa: S603 - our own words
    return set(done.stdout.splitlines()[-1].split())


def command(*words: str) -> str:
    return f"from cli.main import run\ntry: run({list(words)!r})\nexcept SystemExit: pass"


@pytest.mark.parametrize("words", [("--help",), ("--version",)], ids=str)
def test_help_loads_no_media_and_no_database(words: tuple[str, ...], tmp_path: Path) -> None:
    found = loaded(command(*words), tmp_path)
    assert "cli.commands" in found
    assert found & (MEDIA | OTHER) == set()


@pytest.mark.parametrize("words", [("explain", "YQ-V1"), ("policy", "list")], ids=str)
def test_reading_the_law_loads_no_media_and_no_database(words: tuple[str, ...], tmp_path: Path) -> None:
    found = loaded(command(*words), tmp_path)
    assert "policy.shelf" in found
    assert found & (MEDIA | OTHER) - {"pydantic"} == set()  # Typer itself checks values with pydantic


def test_the_service_is_there_before_media_libraries_are(tmp_path: Path) -> None:
    found = loaded("from api.http.app import create; create()", tmp_path)
    assert {"api.http.app", "fastapi", "sqlalchemy"} <= found
    assert found & (MEDIA | {"minio"}) == set()


def test_the_service_that_works_itself_waits_for_jobs_without_media_libraries(tmp_path: Path) -> None:
    code = (
        "from runtime.platform.clock import now\n"
        "from runtime.platform.settings import settings_from\n"
        "from runtime.platform.worker import Worker\n"
        "from storage.database.schema import open_database\n"
        f"chosen = settings_from({{'XUESHI_HOME': {str(tmp_path)!r}}})\n"
        "assert not Worker(open_database(chosen.database), chosen, now).step()"
    )
    assert loaded(code, tmp_path) & MEDIA == set()
