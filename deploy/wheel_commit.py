# ruff: noqa: INP001 - a script, as its neighbours
"""Notes in the wheel which commit it was built from, so that an installed ``xueshi --version`` can say it."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitNote(BuildHookInterface[Any]):
    """Beside ``runtime/platform/version.py``; a source folder without Git has none, and then nothing is noted."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is packed; an editable install reads the checkout itself."""
        asked = ["git", "-C", self.root, "rev-parse", "HEAD"]
        try:
            told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        except OSError:
            return
        if version == "editable" or told.returncode:
            return
        note = Path(tempfile.mkdtemp()) / "COMMIT"
        note.write_text(told.stdout.strip(), "ascii")
        build_data["force_include"][str(note)] = "runtime/platform/COMMIT"
