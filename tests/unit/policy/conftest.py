import os
from pathlib import Path

import pytest

from tests.fixtures.paths import ROOT


@pytest.fixture(scope="session")
def sources() -> dict[str, str]:
    """The documents' own texts by file name, where they are at hand."""
    folder = Path(os.environ.get("XUESHI_SOURCES", ROOT.parent / "shared" / "sources"))
    texts = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))} if folder.is_dir() else {}
    if not texts:
        pytest.skip("the source texts are not at hand; the quotes' digests are checked all the same")
    return texts


@pytest.fixture(scope="session")
def rules_table(sources: dict[str, str]) -> str:
    """The table of rules that the rulebooks were written from, where it is at hand."""
    assert sources
    table = Path(os.environ.get("XUESHI_SOURCES", ROOT.parent / "shared" / "sources")).parent / "RULES.md"
    if not table.is_file():
        pytest.skip("the table of rules is not at hand")
    return table.read_text("utf-8")
