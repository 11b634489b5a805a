"""The clerk's whole way in a real browser: a class opened, its folder handed in over bad lines, verified, the result seen."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from api.http.app import open_service
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder, uploads_folder
from storage.database.connection import sqlite_address
from tests.browser.console import LOOKS, PHONE, Seat, seat
from tests.fixtures.folders import honest
from tests.fixtures.hand_in import roster, timetable
from tests.fixtures.sample_service import blank
from tests.fixtures.served_process import free_port, serving
from tests.fixtures.service import MovableClock, Running, running, settings_at

pytestmark = pytest.mark.browser
LARGE = 24_000_000
SLOW = 3_000_000  # bytes a second


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("hand-in")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home, XUESHI_WORKS_ITSELF="1")) as found:
        yield found


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Running]:
    """A service that has seen no film yet: the same one in another class is a doubt."""
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path, XUESHI_WORKS_ITSELF="1")) as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return honest(tmp_path_factory.mktemp("class") / "家政班")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    place = tmp_path / "CH01_20250407083000.mp4"
    place.write_bytes(os.urandom(LARGE))
    return place


def slow(page: Page) -> None:
    """A line on which the test is in time to break things."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    session.send("Network.emulateNetworkConditions", {"offline": False, **speed})


def choose(person: Seat, *places: Path) -> None:
    person.page.set_input_files("[data-input=files]", [*map(str, places)])


def bytes_sent(page: Page) -> list[int]:
    """The sizes of the pieces that went out, as they go."""
    sizes: list[int] = []
    page.on(
        "request", lambda asked: sizes.append(len(asked.post_data_buffer or b"")) if asked.method == "PATCH" else None
    )
    return sizes


def whole(served: Running, number: int, place: Path) -> None:
    """The class has the very bytes, once, and nothing is left over."""
    home = served.service.settings.home
    kept = [one for one in class_folder(home, number).rglob("*") if one.is_file()]
    assert [hashlib.sha256(one.read_bytes()).digest() for one in kept] == [hashlib.sha256(place.read_bytes()).digest()]
    assert list(uploads_folder(home).iterdir()) == []


@LOOKS
def test_a_clerk_opens_a_class_hands_in_its_folder_and_sees_the_verdict(
    alone: Running,
    browser: Browser,
    folder: Path,
    size: tuple[int, int],
    lang: str,
    theme: Literal["light", "dark"],
) -> None:
    name = f"{size[0]}-{lang}"
    with seat(browser, alone, Role.CLERK, size, lang=lang, theme=theme) as clerk:
        page = clerk.page
        clerk.open("/classes")
        page.click("a[href='/new-class']")
        page.fill("#f-code", f"drawn-{name}")
        page.fill("#f-name", "家政服务员1班")
        page.select_option("#f-programme", "项目制培训")
        page.select_option("#f-group", "重点群体")
        clerk.look_over(f"new-class-{name}")
        page.click("form.form button.primary")
        page.wait_for_selector("[data-drop]")
        clerk.look_over(f"hand-in-empty-{name}")
        slow(page)
        page.set_input_files("[data-input=folder]", str(folder))
        expect(page.locator("[data-rate]")).to_have_text(re.compile(r"MB/(s|秒)"), timeout=60_000)
        expect(page.locator("[data-later]")).to_be_visible()
        clerk.look_over(f"hand-in-going-{name}")
        expect(page.locator("[data-total]")).to_have_text(re.compile("✓"), timeout=60_000)
        expect(page.locator("[data-standing] tbody tr")).to_have_count(4)
        assert page.locator("[data-list] li").count() == 0, "what was received stands in the table alone"
        assert "录像/CH" in page.inner_text("[data-standing] table"), "the folder of the class is no part of a name"
        clerk.look_over(f"hand-in-received-{name}")
        expect(page.locator("[data-verify] button")).to_be_enabled()
        page.click("[data-verify] button")
        page.wait_for_selector("[data-standing][data-live]")
        clerk.look_over(f"hand-in-verifying-{name}")
        page.wait_for_selector(".result .status.pass", timeout=120_000)
        clerk.look_over(f"hand-in-verified-{name}")
        page.click(".result a")
        page.wait_for_selector("table.grid td.pass")


@LOOKS
def test_a_fault_stands_beside_its_file_and_the_others_come(
    served: Running, browser: Browser, tmp_path: Path, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    number = blank(served, f"faults-{size[0]}")
    for one, data in (("空.mp4", b""), ("装机.exe", b"x"), ("说明.txt", b"x")):
        (tmp_path / one).write_bytes(data)
    people = roster(tmp_path / "花名册.xlsx")
    with seat(browser, served, Role.CLERK, size, lang=lang, theme=theme) as clerk:
        page = clerk.page
        clerk.open(f"/classes/{number}/files")
        choose(clerk, tmp_path / "空.mp4", people, tmp_path / "装机.exe", tmp_path / "说明.txt")
        expect(page.locator("[data-standing] tbody tr")).to_have_count(2)
        beside = page.locator("li[data-name='空.mp4'] .sent-said")
        expect(beside).to_contain_text("0 字节" if lang == "zh" else "0 bytes")
        expect(page.locator("li[data-name='装机.exe']")).to_have_attribute("data-state", "failed")
        choose(clerk, people)
        held = page.locator("li[data-name='花名册.xlsx']")
        expect(held).to_have_attribute("data-state", "held")
        clerk.look_over(f"hand-in-faults-{size[0]}-{lang}")
        timetable(people)  # another file under the old name
        choose(clerk, people)
        held.get_by_role("button", name=re.compile("替换|Replace")).click()
        told = page.locator("[data-standing] .marks-list")
        expect(told).to_contain_text("课表 2 学时" if lang == "zh" else "timetable of 2")


def test_the_server_is_killed_in_the_middle_and_the_rest_follows_by_itself(
    browser: Browser, large: Path, tmp_path: Path
) -> None:
    home, port = tmp_path / "home", free_port()
    settings = settings_at(sqlite_address(home / "xueshi.db"), home)
    clock = MovableClock()
    with serving(home, port) as (_, process):
        known = Running(f"http://127.0.0.1:{port}", open_service(settings, clock), clock)
        number = blank(known, "killed")
        with seat(browser, known, Role.CLERK) as clerk:
            page = clerk.page
            clerk.open(f"/classes/{number}/files")
            sizes = bytes_sent(page)
            slow(page)
            choose(clerk, large)
            _until(page, 4_000_000)
            process.kill()
            row = page.locator("[data-list] li")
            expect(row).to_have_attribute("data-state", "lost", timeout=60_000)
            expect(row).to_contain_text("不会丢")
            clerk.shoot("hand-in-server-away")
            process.wait()
            with serving(home, port):
                expect(page.locator("[data-total]")).to_have_text(re.compile("全部收到"), timeout=90_000)
            whole(known, number, large)
    known.service.engine.dispose()
    assert sum(sizes) < LARGE + 8_000_000, "what had come was not sent again"


def test_after_the_page_was_closed_the_same_file_goes_on_from_where_it_was(
    served: Running, browser: Browser, large: Path
) -> None:
    number = blank(served, "reload")
    with seat(browser, served, Role.CLERK) as clerk:
        clerk.open(f"/classes/{number}/files")
        slow(clerk.page)
        choose(clerk, large)
        _until(clerk.page, 4_000_000)
    with seat(browser, served, Role.CLERK) as clerk:
        page = clerk.page
        clerk.open(f"/classes/{number}/files")
        assert large.name in page.inner_text("[data-half]")
        clerk.look_over("hand-in-half")
        sizes = bytes_sent(page)
        choose(clerk, large)
        expect(page.locator("[data-total]")).to_have_text(re.compile("全部收到"), timeout=60_000)
    whole(served, number, large)
    assert sum(sizes) <= LARGE - 4_000_000


def test_another_file_of_the_same_name_and_size_is_begun_anew(served: Running, browser: Browser, large: Path) -> None:
    number = blank(served, "another")
    with seat(browser, served, Role.CLERK) as clerk:
        page = clerk.page
        clerk.open(f"/classes/{number}/files")
        slow(page)
        choose(clerk, large)
        _until(page, 2_000_000)
        clerk.open(f"/classes/{number}/files")
        large.write_bytes(os.urandom(LARGE))
        choose(clerk, large)
        expect(page.locator("[data-told]")).to_contain_text("内容不同")
        expect(page.locator("[data-total]")).to_have_text(re.compile("全部收到"), timeout=60_000)
    whole(served, number, large)


def test_the_keyboard_pauses_goes_on_and_cancels(served: Running, browser: Browser, large: Path) -> None:
    number = blank(served, "keys")
    with seat(browser, served, Role.CLERK) as clerk:
        page = clerk.page
        clerk.open(f"/classes/{number}/files")
        slow(page)
        with page.expect_file_chooser() as chooser:
            page.focus("[data-choose=files]")
            page.keyboard.press("Enter")
        chooser.value.set_files(str(large))
        _until(page, 1_000_000)
        row = page.locator("[data-list] li")
        row.get_by_role("button", name="暂停").focus()
        page.keyboard.press("Enter")
        expect(row).to_have_attribute("data-state", "paused")
        expect(row.get_by_role("button", name="继续")).to_be_focused()
        before = int(row.locator("progress").get_attribute("value") or 0)
        page.keyboard.press("Enter")
        expect(row).to_have_attribute("data-state", "sending")
        _until(page, before + 500_000)
        row.get_by_role("button", name="取消").focus()
        page.keyboard.press("Enter")
        expect(row).to_have_attribute("data-state", "cancelled")
        expect(page.locator("[data-half]")).to_have_count(0)
        clerk.look_over("hand-in-cancelled")
    assert list(uploads_folder(served.service.settings.home).iterdir()) == []


def test_files_are_dropped_on_the_page(served: Running, browser: Browser, tmp_path: Path) -> None:
    number = blank(served, "dropped")
    data = [*roster(tmp_path / "a.xlsx").read_bytes()]
    with seat(browser, served, Role.CLERK) as clerk:
        page = clerk.page
        clerk.open(f"/classes/{number}/files")
        carried = page.evaluate_handle(
            """(data) => {
                const carried = new DataTransfer();
                carried.items.add(new File([new Uint8Array(data)], "花名册.xlsx"));
                carried.items.add(new File(["x"], ".DS_Store"));
                return carried;
            }""",
            data,
        )
        page.dispatch_event("[data-drop]", "dragenter", {"dataTransfer": carried})
        expect(page.locator("[data-drop]")).to_have_class("drop over")
        page.dispatch_event("[data-drop]", "drop", {"dataTransfer": carried})
        expect(page.locator("[data-standing] .marks-list")).to_contain_text("花名册 5 人")
        assert page.locator("[data-standing] tbody tr").count() == 1, "what the system keeps for itself is left out"


def test_without_script_a_file_comes_by_the_plain_form(served: Running, browser: Browser, tmp_path: Path) -> None:
    number = blank(served, "noscript")
    with seat(browser, served, Role.CLERK, PHONE, scripts=False) as clerk:
        page = clerk.page
        clerk.open(f"/classes/{number}/files")
        assert page.locator("[data-drop]").is_hidden()
        page.set_input_files("#f-file", str(roster(tmp_path / "花名册.xlsx")))
        page.click("[data-plain] button")
        expect(page.locator("[data-standing] .marks-list")).to_contain_text("花名册 5 人")
        clerk.shoot("hand-in-noscript")


def _until(page: Page, sent: int) -> None:
    """Waits until so much has come; the page's own policy forbids Playwright's waiting in the page."""
    bar = page.locator("[data-list] progress")
    while int(bar.get_attribute("value") or 0) < sent:
        page.wait_for_timeout(100)
