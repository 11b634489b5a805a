"""One holder of a file at a time, in whatever process."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.file_lock import lock

ASKING = "import sys\nfrom storage.file_lock import lock\nlock(open(sys.argv[1], 'rb'), wait=False)"


def asked(file: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", ASKING, str(file)]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own


def test_whoever_does_not_wait_is_told_that_somebody_holds_it(tmp_path: Path) -> None:
    file = tmp_path / "held"
    file.touch()
    with file.open("rb") as held:
        lock(held)
        told = asked(file)
        assert (told.returncode, "BlockingIOError" in told.stderr) == (1, True), told.stderr
        with file.open("rb") as again, pytest.raises(BlockingIOError):
            lock(again, wait=False)
    assert asked(file).returncode == 0, "closed is free"
