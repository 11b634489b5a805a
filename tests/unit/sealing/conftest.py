"""A sealed package, and copies of it that may be spoilt."""

from pathlib import Path

import pytest

from tests.fixtures.sealed_packages import SealingWorkspace, copied, papers


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SealingWorkspace:
    """A class of papers."""
    return papers(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def sealed(bench: SealingWorkspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with its originals."""
    return bench.seal(tmp_path_factory.mktemp("out"), identified=True).packages[0]


@pytest.fixture
def package(sealed: Path, tmp_path: Path) -> Path:
    """The same, free to be spoilt."""
    return copied(sealed, tmp_path / "package")
