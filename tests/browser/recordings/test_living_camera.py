"""The living picture in a real browser: within three seconds of the click, near to now, and never an old one as new."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from storage.database.classes.classes import add_file
from storage.database.connection import sqlite_address, writing
from tests.browser.console import DESK, LOOKS, seat
from tests.fixtures.living_room import LivingRoom, hour_under_way, kept_camera, living_room
from tests.fixtures.sample_service import blank
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
PLAYS = "[...document.querySelectorAll('video')].some((one) => one.readyState >= 2 && one.currentTime > 0)"
PICTURES = "[...document.images].every((one) => one.complete && one.naturalWidth > 0)"
FIRST = """() => new Promise((seen) => { const video = document.querySelector("video"), begun = performance.now();
  video.requestVideoFrameCallback(() => seen(performance.now() - begun)); })"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("living")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home / "home")) as found:
        yield found


@pytest.fixture(scope="module")
def room(served: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingRoom]:
    with living_room(served, tmp_path_factory.mktemp("room")) as found:
        found.wait_for_files(2)
        yield found


@pytest.fixture(scope="module")
def others(served: Running) -> None:
    """What the wall shows beside the living camera: an hour under way, a camera never heard, an upload."""
    hour_under_way(served, "301教室", roster=9)
    kept_camera(served, "205教室")
    uploaded(served)


def until(page: Page, condition: str, within_s: float = 120.0) -> None:
    """Ask again and again; the pages let nobody evaluate text, so Playwright's own waiting is refused."""
    begun = time.monotonic()
    while not page.evaluate(condition):
        assert time.monotonic() - begun < within_s, f"did not come true within {within_s} s: {condition}"
        page.wait_for_timeout(50)


def looks(page: Page) -> None:
    """Say why, where this account did not say it a moment ago."""
    if page.locator("[name=reason]").count():
        page.locator("[name=reason]").fill("核对到课人数")
        page.locator("form.form button.primary").click()


def moves(page: Page) -> bool:
    """Whether the pictures go on."""
    before = page.evaluate("document.querySelector('video').currentTime")
    until(page, f"document.querySelector('video').currentTime > {before} + 1")
    return True


@LOOKS
def test_the_living_picture_is_there_within_three_seconds_of_the_click(
    browser: Browser,
    served: Running,
    room: LivingRoom,
    size: tuple[int, int],
    lang: str,
    theme: Literal["light", "dark"],
) -> None:
    name, role = f"{size[0]}-{lang}", Role.INSPECTOR if size == DESK else Role.CLERK
    with seat(browser, served, role, size, theme=theme, lang=lang) as inspector:
        page = inspector.page
        inspector.open("/wall")
        until(page, PICTURES)
        inspector.look_over(f"wall-living-{name}")
        page.locator(f'a[href="/wall/cameras/{room.number}"]').click()
        page.wait_for_url(f"**/wall/cameras/{room.number}")
        inspector.look_over(f"living-still-{name}")
        looks(page)
        until(page, PLAYS)
        assert moves(page)
        late = page.evaluate("document.querySelector('[data-time]').textContent").rpartition(" · ")[2]
        assert "".join(filter(str.isdigit, late)), "how old the picture is"
        assert page.evaluate("document.querySelector('video').videoWidth") == 640
        inspector.look_over(f"living-{name}")
        inspector.open("/wall")
        page.locator(f'a[href="/wall/cameras/{room.number}"]').click()
        page.wait_for_load_state("domcontentloaded")
        assert page.evaluate(FIRST) > 0, "painted"


@LOOKS
@pytest.mark.usefixtures("others")
def test_the_wall_says_of_each_camera_how_it_stands(
    browser: Browser,
    served: Running,
    room: LivingRoom,
    size: tuple[int, int],
    lang: str,
    theme: Literal["light", "dark"],
) -> None:
    with seat(browser, served, Role.REVIEWER, size, theme=theme, lang=lang) as reviewer:
        page = reviewer.page
        reviewer.open("/wall")
        until(page, PICTURES)
        assert page.locator("li.camera").count() == 3
        assert page.locator(f'a[href="/wall/cameras/{room.number}"]').count() == 1
        assert page.locator("li.camera.silent, li.camera.never").count() >= 1
        counted = "[...document.querySelectorAll('li.camera b')].some((one) => /^[0-9]+$/.test(one.textContent))"
        until(page, counted, 120.0)  # the wall draws itself anew
        until(page, PICTURES)
        assert page.locator("li.camera").count() == 3
        reviewer.look_over(f"wall-{size[0]}-{lang}")


def uploaded(running: Running) -> None:
    """An upload that does not decode: words, and not said to be there now."""
    number, name = blank(running, "old-1"), "NVR_ch2_main_20250408083000_20250408093000.mp4"
    place = class_folder(running.service.settings.home, number) / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"half a recording")
    with writing(running.service.engine, "test") as connection:
        add_file(connection, number, name, "recording", 16, "0" * 64, "test", running.clock())


def test_it_goes_on_across_the_cut_to_the_next_files(browser: Browser, served: Running, room: LivingRoom) -> None:
    with seat(browser, served, Role.INSPECTOR, DESK) as inspector:
        page = inspector.page
        inspector.open(f"/wall/cameras/{room.number}")
        looks(page)
        until(page, PLAYS)
        room.wait_for_files(3)
        assert moves(page)
        assert page.evaluate("document.querySelector('video').buffered.length") == 1
        assert page.locator("[data-state]").inner_text() == ""


def test_the_last_minutes_are_played_while_it_is_still_recorded(
    browser: Browser, served: Running, room: LivingRoom
) -> None:
    with seat(browser, served, Role.INSPECTOR, DESK) as inspector:
        page = inspector.page
        inspector.open(f"/wall/cameras/{room.number}")
        looks(page)
        until(page, PLAYS)
        page.locator('[data-back="60"]').click()
        late = "Number(/(\\d+) 秒前/.exec(document.querySelector('[data-time]').textContent)?.[1] ?? 0)"
        until(page, f"{late} > 8")
        assert moves(page)
        expect(page.locator('[data-back="60"]')).to_have_attribute("aria-pressed", "true")


def test_a_camera_that_falls_silent_is_not_shown_as_living(browser: Browser, served: Running, tmp_path: Path) -> None:
    with living_room(served, tmp_path, room="302教室") as other, seat(browser, served, Role.REVIEWER, DESK) as reviewer:
        page = reviewer.page
        reviewer.open(f"/wall/cameras/{other.number}")
        looks(page)
        until(page, PLAYS)
        other.camera.tell("stall")
        expect(page.locator("[data-state]")).to_have_text("现在没有新画面进来", timeout=15_000)


def test_what_the_browser_cannot_play_is_shown_small_and_said_to_be_no_original(
    browser: Browser, served: Running, tmp_path: Path
) -> None:
    """Where a browser decodes H.265 by itself, it gets the original."""
    with (
        living_room(served, tmp_path, "h265", room="303教室") as other,
        seat(browser, served, Role.REVIEWER, DESK) as reviewer,
    ):
        page = reviewer.page
        reviewer.open(f"/wall/cameras/{other.number}")
        original = page.evaluate("MediaSource.isTypeSupported('video/mp4; codecs=\"hev1.1.6.L63.90\"')")
        looks(page)
        until(page, PLAYS, 60.0)
        assert moves(page)
        assert page.locator("[data-mark]").is_visible() is not original
