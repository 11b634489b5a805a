"""亮码 as a teacher holds it: what the screen shows is what a camera reads, it changes, and nothing stale stays on it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from facts.time_code import SLOT_S, CodeHour, read_payload, slot_of
from pipeline.accounts.rights import Role
from storage.database.classes.classes import classes
from storage.database.connection import reading, sqlite_address
from storage.database.tables.classes import CLASSES
from tests.browser.console import DESK, PHONE, seat
from tests.fixtures.roll_call import RunningHour, open_running_hour
from tests.fixtures.service import Running, running, settings_at
from vision.time_codes import sights_in

pytestmark = pytest.mark.browser
LOOKS = pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")], ids=["zh-light", "en-dark"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("code")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        yield found


@pytest.fixture
def running_hour(served: Running, request: pytest.FixtureRequest) -> RunningHour:
    return open_running_hour(served, re.sub(r"\W", "-", request.node.name)[-60:])


def camera(page: Page) -> bytes:
    """What a camera before the screen reads; nothing where it reads nothing."""
    shot = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    found = sights_in(np.asarray(shot, np.uint8)).read
    return found[0].payload if found else b""


def shown(page: Page) -> None:
    page.wait_for_selector(".time-code:not(.stale) [data-code] svg", timeout=60_000)


@LOOKS
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_a_camera_reads_the_hour_and_the_ten_seconds_from_the_screen(
    browser: Browser,
    running_hour: RunningHour,
    lang: str,
    theme: Literal["light", "dark"],
    screen: tuple[int, int],
) -> None:
    with seat(browser, running_hour.running, Role.TEACHER, screen, lang=lang, theme=theme) as teacher:
        teacher.open(f"{running_hour.screen}/code")
        shown(teacher.page)
        teacher.look_over(f"time-code-{lang}-{screen[0]}")
        parsed = read_payload(camera(teacher.page))
        assert parsed is not None
        now = slot_of(running_hour.running.clock())
        assert parsed[0].slot in (now, now - 1)
        hour = CodeHour("正信职校", class_code(running_hour), running_hour.hour.id, running_hour.hour.room)
        assert (parsed[0].hour_tag, parsed[0].room_tag) == (hour.hour_tag, hour.room_tag)


def class_code(running_hour: RunningHour) -> str:
    """What the running hour's class is called by its verification."""
    with reading(running_hour.running.service.engine, "test") as connection:
        return classes(connection, CLASSES.c.id == running_hour.class_id)[0].code


def test_it_stands_on_the_roll_call_page_too_and_phones_code_is_not_taken_for_it(
    browser: Browser, running_hour: RunningHour
) -> None:
    with seat(browser, running_hour.running, Role.TEACHER, DESK) as teacher:
        teacher.open(running_hour.screen)
        shown(teacher.page)
        teacher.shoot("roll-screen-with-code")
        assert read_payload(camera(teacher.page)) is not None


def test_it_changes_by_itself_and_hides_when_the_network_is_gone_and_comes_back(
    browser: Browser, running_hour: RunningHour
) -> None:
    with seat(browser, running_hour.running, Role.TEACHER, DESK) as teacher:
        page = teacher.page
        teacher.open(f"{running_hour.screen}/code")
        shown(page)
        first = camera(page)
        page.wait_for_function(
            "old => !document.querySelector('.time-code.stale') && document.querySelector('[data-code]').innerHTML !== old",
            arg=page.inner_html("[data-code]"),
            timeout=60_000,
        )
        second = camera(page)
        assert read_payload(second) is not None
        assert first != second
        page.context.set_offline(True)
        page.wait_for_selector(".time-code.stale", timeout=60_000)
        assert camera(page) == b""
        assert page.locator(".time-code-lost").is_visible()
        teacher.shoot("time-code-lost")
        page.context.set_offline(False)
        shown(page)
        third = read_payload(camera(page))
        assert third is not None
        assert third[0].shown + timedelta(seconds=SLOT_S + 5) > running_hour.running.clock()
        teacher.complaints.clear()  # the browser itself writes down what it could not fetch


def test_after_the_hour_no_code_is_made(browser: Browser, running_hour: RunningHour) -> None:
    clock = running_hour.running.clock
    clock.ahead += max(running_hour.hour.span.end - clock(), timedelta()) + timedelta(seconds=1)  # and never back
    with seat(browser, running_hour.running, Role.TEACHER, DESK) as teacher:
        teacher.open(f"{running_hour.screen}/code")
        teacher.page.wait_for_selector(".time-code.over", timeout=60_000)
        assert camera(teacher.page) == b""
        teacher.look_over("time-code-over")
    assert datetime.now(UTC) < clock()
