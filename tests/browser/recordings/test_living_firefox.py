"""The living picture in Firefox: the same stream, another browser's Media Source."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.firefox import Firefox, firefox, firefox_binary
from tests.fixtures.living_room import LivingRoom, living_room
from tests.fixtures.service import Running, running, settings_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(firefox_binary() is None, reason="needs Debian's firefox-esr"),
]
PLAYS = "[...document.querySelectorAll('video')].some((one) => one.readyState >= 2 && one.currentTime > 0)"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("living-firefox")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home / "home")) as found:
        yield found


@pytest.fixture(scope="module")
def room(served: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingRoom]:
    with living_room(served, tmp_path_factory.mktemp("room")) as found:
        found.wait_for_files(1)
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Firefox]:
    with firefox() as found:
        yield found


def test_the_living_picture_plays_and_goes_on(browser: Firefox, served: Running, room: LivingRoom) -> None:
    browser.sign_in(served.url, {"xueshi-session": served.token(Role.INSPECTOR, "正信职校"), "xueshi-lang": "zh"})
    browser.open(f"{served.url}/wall/cameras/{room.number}")
    assert browser.evaluate("document.querySelectorAll('[name=reason]').length") == 1, "no picture before a reason"
    browser.write("[name=reason]", "核对到课人数")
    browser.click("form.form button.primary")
    browser.until(PLAYS)
    assert browser.evaluate("document.querySelector('video').videoWidth") == 640
    before = browser.evaluate("document.querySelector('video').currentTime")
    browser.until(f"document.querySelector('video').currentTime > {before} + 2")
    late = str(browser.evaluate("document.querySelector('[data-time]').textContent")).rpartition(" · ")[2]
    assert "".join(filter(str.isdigit, late)), "how old the picture is"
