import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: meets the console in a real Chromium; `make test-browser`")
