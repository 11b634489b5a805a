from collections.abc import Iterator

import pytest

from tests.fixtures.openid import OddProvider, odd


@pytest.fixture
def odd_one() -> Iterator[OddProvider]:
    """A provider that says what a test wants."""
    with odd() as found:
        yield found
