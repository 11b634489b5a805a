import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import binary
from tests.browser.console import chromium


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: meets the console in a real Chromium; `make test-browser`")


@pytest.fixture(scope="session", autouse=True)
def chromium_is_there() -> None:
    """Skipped where somebody has no browser; in CI a page that nobody looked at is no page that passed."""
    if binary() is None and os.environ.get("CI"):
        pytest.fail("CI must open the pages in a browser, but Chromium is not installed")
    if binary() is None:
        pytest.skip("needs Chromium: apt-get install chromium fonts-noto-cjk")


@pytest.fixture(scope="module")
def browser(chromium_is_there: None) -> Iterator[Browser]:
    """One for the tests of a module."""
    del chromium_is_there
    with chromium() as found:
        yield found
