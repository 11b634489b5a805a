"""Roll call as a class meets it: the projector, the phone of a trainee, a bad network, and the teacher's word."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.console import DESK, PHONE, Seat, seat, watched
from tests.fixtures.roll_call import PEOPLE, RunningHour, open_running_hour
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
LOOKS = pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")], ids=["zh-light", "en-dark"])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("roll")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        yield found


@pytest.fixture
def running_hour(served: Running, request: pytest.FixtureRequest) -> RunningHour:
    return open_running_hour(served, re.sub(r"\W", "-", request.node.name)[-60:])


@contextmanager
def phone(
    browser: Browser,
    running_hour: RunningHour,
    lang: str = "zh",
    **more: Any,  # noqa: ANN401 - what Playwright takes
) -> Iterator[tuple[BrowserContext, Seat]]:
    """A phone that nobody has signed in with."""
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, is_mobile=True, has_touch=True, **more
    )
    context.add_cookies([{"name": "xueshi-lang", "value": lang, "url": running_hour.running.url}])
    yield context, watched(context.new_page(), running_hour.running.url)
    context.close()


def scan(holder: Seat, running_hour: RunningHour) -> Page:
    """What the camera of a phone does with the code."""
    holder.open(f"{running_hour.path}?c={running_hour.code()}")
    return holder.page


def say_who(page: Page, who: int = 0) -> None:
    page.fill("#f-name", PEOPLE[who].name)
    page.fill("#f-tail", PEOPLE[who].id_number.tail)


@LOOKS
def test_one_press_and_a_big_tick_and_the_projector_counts_it(
    browser: Browser, running_hour: RunningHour, lang: str, theme: Literal["light", "dark"]
) -> None:
    with seat(browser, running_hour.running, Role.TEACHER, lang=lang, theme=theme) as teacher:
        teacher.open("/roll")
        teacher.look_over(f"roll-today-{lang}")
        teacher.open(running_hour.screen)
        assert teacher.page.inner_text("[data-present]") == "0"
        with phone(browser, running_hour, lang, color_scheme=theme) as (_, holder):
            page = scan(holder, running_hour)
            holder.look_over(f"phone-{lang}")
            say_who(page)
            page.tap(".phone-button")
            page.wait_for_selector("[data-done]:not([hidden])")
            told = page.inner_text("[data-done]")
            assert "✓" in told
            assert "201教室 · 第1学时 · 家政1班" in told
            assert PEOPLE[0].name not in told
            tick = page.locator(".phone-tick").bounding_box()
            assert tick
            assert tick["height"] >= 60, "a big tick"
            assert tick["y"] < PHONE[1] / 2, "seen without scrolling"
            holder.look_over(f"phone-done-{lang}")
        teacher.page.wait_for_selector("[data-present]:has-text('1')", timeout=60_000)
        teacher.look_over(f"roll-screen-{lang}")


def test_the_button_is_large_enough_for_an_old_finger(browser: Browser, running_hour: RunningHour) -> None:
    with phone(browser, running_hour) as (_, holder):
        page = scan(holder, running_hour)
        button = page.locator(".phone-button").bounding_box()
        assert button
        assert (button["width"] >= 300, button["height"] >= 56) == (True, True), button
        assert page.locator("button").count() == 1
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.phone-button')).fontSize)")
        assert size >= 20


def test_the_second_class_hour_is_one_press(browser: Browser, running_hour: RunningHour) -> None:
    with phone(browser, running_hour) as (_, holder):
        page = scan(holder, running_hour)
        say_who(page)
        page.tap(".phone-button")
        page.wait_for_selector("[data-done]:not([hidden])")
        page = scan(holder, running_hour)
        assert page.locator("#f-name").count() == 0
        assert page.inner_text(".phone-owner").endswith(PEOPLE[0].id_number.tail)
        holder.look_over("phone-known")


def test_without_network_it_is_kept_on_the_phone_and_sent_later_and_marked(
    browser: Browser, running_hour: RunningHour
) -> None:
    with phone(browser, running_hour) as (context, holder):
        page = scan(holder, running_hour)
        say_who(page)
        context.set_offline(True)
        page.tap(".phone-button")
        page.wait_for_selector("[data-waiting]:not([hidden])")
        assert "已存在手机里" in page.inner_text("[data-waiting]")
        assert running_hour.sign_ins() == ()
        holder.shoot("phone-waiting")
        running_hour.running.clock.ahead += timedelta(minutes=3)  # and never back: a log refuses a clock that runs back
        context.set_offline(False)
        page.wait_for_selector("[data-done]:not([hidden])", timeout=60_000)
    [kept] = running_hour.sign_ins()
    assert kept.way == "late"
    assert kept.at < kept.arrived_at - timedelta(minutes=2), "counted from when the code was seen"


def test_a_phone_without_scripts_camera_or_position_signs_in_by_the_digits(
    browser: Browser, running_hour: RunningHour
) -> None:
    with phone(browser, running_hour, java_script_enabled=False) as (_, holder):
        holder.open(running_hour.path)
        page = holder.page
        page.fill("#f-code", running_hour.digits())
        say_who(page, 1)
        page.tap(".phone-button")
        page.wait_for_selector(".phone-tick")
    assert [one.way for one in running_hour.sign_ins()] == ["digits"]


@LOOKS
def test_a_phone_without_a_camera_opens_the_short_address_and_types_the_digits(
    browser: Browser, running_hour: RunningHour, lang: str, theme: Literal["light", "dark"]
) -> None:
    with seat(browser, running_hour.running, Role.TEACHER) as teacher:
        teacher.open(running_hour.screen)
        assert "/in 输入" in teacher.page.inner_text(".screen-digits")
    with phone(browser, running_hour, lang, color_scheme=theme) as (_, holder):
        holder.open("/in")
        page = holder.page
        holder.look_over(f"phone-find-{lang}")
        page.fill("#f-code", running_hour.digits())
        say_who(page, 3)
        page.tap(".phone-button")
        page.wait_for_selector(".phone-tick")
        assert "201教室" in page.inner_text("main")
    [kept] = running_hour.sign_ins()
    assert (kept.trainee, kept.way) == (running_hour.key(3), "digits")


@LOOKS
def test_what_is_not_right_is_said_on_the_phone(
    browser: Browser, running_hour: RunningHour, lang: str, theme: Literal["light", "dark"]
) -> None:
    with phone(browser, running_hour, lang, color_scheme=theme) as (_, holder):
        page = scan(holder, running_hour)
        page.fill("#f-name", "没有这个人")
        page.fill("#f-tail", "0000")
        page.tap(".phone-button")
        page.wait_for_selector("[role=alert]")
        assert ("花名册上没有" if lang == "zh" else "nobody on the roll") in page.inner_text("[role=alert]")
        holder.complaints.clear()  # the browser itself writes down the 409
        holder.look_over(f"phone-refused-{lang}")
    assert running_hour.sign_ins() == ()


@LOOKS
def test_a_teacher_signs_in_by_his_word_whoever_has_no_phone(
    browser: Browser, running_hour: RunningHour, lang: str, theme: Literal["light", "dark"]
) -> None:
    reason = "老年学员没有智能手机"
    with seat(browser, running_hour.running, Role.TEACHER, PHONE, lang=lang, theme=theme) as teacher:
        page = teacher.page
        teacher.open(running_hour.screen)
        teacher.look_over(f"roll-screen-phone-{lang}")
        page.click(f"a[href='{running_hour.screen}/witness']")
        page.select_option("#f-trainee", running_hour.key(2))
        page.click("button.primary")
        assert running_hour.sign_ins() == (), "a reason is demanded"
        page.fill("#f-reason", reason)
        page.click("button.primary")
        page.wait_for_selector(f"td:has-text('{reason}')")
        teacher.look_over(f"roll-witness-{lang}")
    [kept] = running_hour.sign_ins()
    assert (kept.trainee, kept.way, kept.note) == (running_hour.key(2), "witness", reason)


def test_a_projector_that_lost_the_service_says_so_instead_of_showing_an_old_code(
    browser: Browser, running_hour: RunningHour
) -> None:
    with seat(browser, running_hour.running, Role.TEACHER, DESK) as teacher:
        teacher.open(running_hour.screen)
        teacher.page.context.set_offline(True)
        teacher.page.wait_for_selector(".screen.stale", timeout=60_000)
        assert teacher.page.locator("[data-lost]").is_visible()
        teacher.shoot("roll-screen-lost")
        teacher.page.context.set_offline(False)
        teacher.page.wait_for_selector(".screen:not(.stale)", timeout=60_000)
