"""One local store in an empty folder."""

from pathlib import Path

import pytest

from tests.fixtures.evidence_stores import ClockedStore, local


@pytest.fixture
def kept(tmp_path: Path) -> ClockedStore:
    """A store in an empty folder."""
    return local(tmp_path)
