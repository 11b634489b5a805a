"""The main path of each role, on a desk and on a phone, in Chinese and English, light and dark."""

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from pipeline.accounts.rights import Role
from storage.database.classes.classes import classes
from storage.database.connection import sqlite_address, writing
from storage.database.jobs import enqueue
from storage.database.notifications.events import raise_event
from storage.database.tables.classes import CLASSES
from tests.browser.console import LOOKS, PHONE, SIZES, seat
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import blank, keep, seeded
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
DAY = "/days/2025-04-08"
DOUBT_S = 53 * 60  # 10:40 in a recording that begins at 09:47
PAGES = {
    Role.INSPECTOR: [
        ("todo", "/"),
        ("classes", "/classes"),
        ("overview", "/statistics"),
        ("nothing-found", "/classes?q=nobody"),
        ("class", "/classes/1"),
        ("day-reason", "/classes/1/days/2025-04-09"),
        ("doubts", "/classes/1/doubts"),
        ("all-doubts", "/doubts"),
        ("attendance", "/classes/1/attendance"),
        ("inputs", "/classes/1/inputs"),
        ("class-empty", "/classes/3"),
        ("policy", "/policy"),
        ("policy-book", "/policy/yangquan-2024"),
        ("policy-diff", "/policy/diff?left=yangquan-2024&right=linxian-2023"),
        ("package", "/packages/check"),
    ],
    Role.TEACHER: [("teacher-day", f"/classes/1{DAY}")],
    Role.AUDITOR: [("audit", "/audit"), ("audit-looks", "/audit/looks"), ("audit-heads", "/audit/heads")],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("console")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        seeded(found, codec="libx264", pictured=True)
        seeded(found, code="hevc", codec="libx265")
        blank(found, "empty", "刚建立的班")
        yield found


def until(page: Page, fits: Callable[[float], bool]) -> None:
    """Waits for the video to stand where it should; the page's own policy forbids Playwright's waiting in the page."""
    page.wait_for_selector("#video")
    while not fits(float(page.evaluate("document.querySelector('#video').currentTime"))):
        page.wait_for_timeout(100)


def on_screen(page: Page, height: int) -> bool:
    box = page.locator("#video").bounding_box()
    return box is not None and 0 <= box["y"] < height - 100


def say_why(page: Page) -> None:
    """One click, with the reason that the page proposes, unless it was given before."""
    if page.locator(".reason").count():
        page.click(".reason button.primary")
    page.wait_for_selector("#video")


def shown(page: Page) -> str:
    return page.inner_text("#told")


@SIZES
def test_a_regulator_gets_from_todo_to_the_doubtful_minute_in_three_clicks(
    served: Running, browser: Browser, size: tuple[int, int]
) -> None:
    with seat(browser, served, Role.INSPECTOR, size) as inspector:
        page = inspector.page
        inspector.open("/")
        page.locator('a[href^="/classes/1/"]', has_text="同一设备").click()
        say_why(page)
        until(page, lambda at: abs(at - DOUBT_S) < 1)
        assert page.locator("#preview-mark").is_hidden()
        assert shown(page).startswith("10:40:00 · 第3学时 · 镜头内 20 · 应到 28 · CH02 文件内 53:00")
        while not on_screen(page, size[1]):  # the page glides to the video without a further click
            page.wait_for_timeout(100)
        inspector.look_over(f"day-video-{size[0]}")


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")])
def test_a_phone_s_head_is_short_and_its_menu_opens_by_the_keyboard(
    served: Running, browser: Browser, lang: str, theme: Literal["light", "dark"]
) -> None:
    with seat(browser, served, Role.INSPECTOR, PHONE, theme=theme, lang=lang) as inspector:
        page = inspector.page
        inspector.open("/classes")
        head, entry = page.locator("header.bar"), page.locator("header nav a[href='/statistics']")
        assert page.evaluate("document.querySelector('header.bar').offsetHeight") <= 2 * 44
        assert head.locator(".who-am-i").is_visible()
        assert not entry.is_visible()
        page.focus(".menu summary")
        page.keyboard.press("Enter")
        assert entry.is_visible()
        inspector.look_over(f"menu-{lang}-{theme}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('nav') !== null"), (
            "the next stop is the menu's first entry"
        )
        entry.click()
        page.wait_for_url("**/statistics")
        assert not entry.is_visible(), "the next page begins with its menu shut"


def test_a_phone_s_menu_opens_without_scripts_and_a_desk_needs_none(served: Running, browser: Browser) -> None:
    with seat(browser, served, Role.INSPECTOR, PHONE, scripts=False) as inspector:
        inspector.open("/")
        inspector.page.locator(".menu summary").click()
        inspector.page.locator("header nav a[href='/doubts']").click()
        inspector.page.wait_for_url("**/doubts")
    with seat(browser, served, Role.INSPECTOR, scripts=False) as inspector:
        inspector.open("/")
        assert not inspector.page.locator(".menu").is_visible()
        assert inspector.page.locator("header nav a[href='/doubts']").is_visible()


PLACE_OF = """([svg, at]) => {
  const { left, right, start, end } = svg.dataset, box = svg.getBoundingClientRect();
  const share = (Date.parse(at) - Date.parse(start)) / (Date.parse(end) - Date.parse(start));
  return [box.left + ((Number(left) + share * (right - left)) / svg.viewBox.baseVal.width) * box.width, box.top + 60];
}"""


def test_the_pointer_on_the_strip_shows_a_small_picture_of_its_moment_and_moves_nothing(
    served: Running, browser: Browser
) -> None:
    with seat(browser, served, Role.REVIEWER) as reviewer:
        page = reviewer.page
        reviewer.open(f"/classes/1{DAY}?at=2025-04-08T10:40:00%2B08:00")
        say_why(page)
        until(page, lambda at: abs(at - DOUBT_S) < 1)
        strip, thumb = page.locator(".strip.wide svg").first, page.locator("#thumb")
        strip.scroll_into_view_if_needed()
        assert thumb.is_hidden()

        def point(at: str) -> None:
            page.mouse.move(*page.evaluate(PLACE_OF, [strip.element_handle(), f"2025-04-08T{at}+08:00"]))

        point("10:42:00")
        page.wait_for_selector("#thumb", state="visible")
        while abs(float(page.evaluate("document.querySelector('#thumb').currentTime")) - 55 * 60) > 30:
            page.wait_for_timeout(50)
        reviewer.shoot("day-thumb")
        assert abs(float(page.evaluate("document.querySelector('#video').currentTime")) - DOUBT_S) < 1
        point("10:45:00")
        page.wait_for_selector("#thumb", state="hidden")  # the recording breaks there
        point("10:42:00")
        page.wait_for_selector("#thumb", state="visible")
        page.mouse.move(5, 5)
        page.wait_for_selector("#thumb", state="hidden")


def test_the_strip_is_worked_by_pointer_and_by_keyboard(served: Running, browser: Browser) -> None:
    with seat(browser, served, Role.REVIEWER) as reviewer:
        page = reviewer.page
        reviewer.open(f"/classes/1{DAY}?at=2025-04-08T10:00:00%2B08:00")
        say_why(page)
        page.focus("#scrub")
        page.keyboard.press("ArrowRight")
        assert "10:40:00" in shown(page)
        page.keyboard.press("ArrowLeft")
        assert "09:40:00" in shown(page)
        assert shown(page).endswith("此刻没有录像 · ◆ 疑点1"), "the other recording was not uploaded"
        assert page.inner_text("#video-state") == "此刻没有录像"
        assert page.get_attribute("#video", "src") is None
        assert page.get_attribute("#scrub", "aria-valuetext") == shown(page)
        page.keyboard.press("End")
        assert shown(page).startswith("15:5")
        page.keyboard.press("Home")
        assert shown(page).startswith("08:15:00")
        strip = page.locator(".strip.wide svg").first
        box = strip.bounding_box()
        assert box
        strip.hover(position={"x": box["width"] * 0.8, "y": 120})
        hovered = shown(page)
        strip.click(position={"x": box["width"] * 0.8, "y": 120})
        assert shown(page)[:5] == hovered[:5]
        assert "镜头内" in hovered
        assert re.search(r"CH02 文件内 \d\d:\d\d$", hovered), hovered
        until(page, lambda at: at > 60)


def test_the_player_steps_speeds_up_and_saves_what_is_seen(served: Running, browser: Browser) -> None:
    with seat(browser, served, Role.INSPECTOR) as inspector:
        page = inspector.page
        inspector.open(f"/classes/1{DAY}?at=2025-04-08T10:40:00%2B08:00")
        say_why(page)
        until(page, lambda at: abs(at - DOUBT_S) < 1)
        page.click('[data-move="10"]')
        until(page, lambda at: abs(at - DOUBT_S - 10) < 1)
        page.click('[data-move="-0.04"]')
        until(page, lambda at: 9 < at - DOUBT_S < 10)
        page.select_option("#speed", "4")
        assert page.evaluate("document.querySelector('#video').playbackRate") == 4
        page.click('[data-move="-10"]')
        until(page, lambda at: abs(at - DOUBT_S) < 1)
        assert page.evaluate("document.querySelector('#video').playbackRate") == 4
        with page.expect_download() as saved:
            page.click('#excerpt button[value="0"]')
        with zipfile.ZipFile(saved.value.path()) as packed:
            told = json.loads(packed.read("excerpt.json"))
        assert told["from_s"] == pytest.approx(DOUBT_S - 10), "the picture on the screen, of a frame every ten seconds"
        inspector.look_over("day-player")


@SIZES
def test_a_note_is_written_at_the_moment_shown_and_leads_back_to_it(
    served: Running, browser: Browser, size: tuple[int, int]
) -> None:
    with seat(browser, served, Role.INSPECTOR, size) as inspector:
        page = inspector.page
        inspector.open(f"/classes/1{DAY}?at=2025-04-08T10:40:00%2B08:00")
        say_why(page)
        until(page, lambda at: abs(at - DOUBT_S) < 1)
        page.click('[data-move="10"]')
        until(page, lambda at: abs(at - DOUBT_S - 10) < 1)
        page.fill("#f-note", f"后排左侧两人离开 {size[0]}")
        page.press("#f-note", "Home")
        assert abs(float(page.evaluate("document.querySelector('#video').currentTime")) - DOUBT_S - 10) < 1, (
            "keys of the text move no video"
        )
        assert page.inner_text("#note-at") == "10:40:10"
        page.click("#note button")
        written = page.locator(".notes li", has_text=f"后排左侧两人离开 {size[0]}")
        written.wait_for()
        assert written.locator("a").inner_text() == "▾ 10:40:10"
        page.wait_for_selector("#video")
        page.focus("#scrub")
        page.keyboard.press("Home")
        assert shown(page).startswith("08:15:00")
        written.locator("a").press("Enter")
        until(page, lambda at: abs(at - DOUBT_S - 10) < 1)
        assert shown(page).startswith("10:40:10")
        page.keyboard.press("Shift+Tab")
        page.focus("#scrub")
        page.keyboard.press("Home")
        strip = ".strip.wide" if size[0] > 760 else ".strip.narrow"
        page.locator(f"{strip} [data-at]").last.dispatch_event("click", {"bubbles": True})
        until(page, lambda at: abs(at - DOUBT_S - 10) < 1)
        inspector.look_over(f"day-notes-{size[0]}")


def test_a_note_needs_no_scripts(served: Running, browser: Browser) -> None:
    with seat(browser, served, Role.CLERK, PHONE, scripts=False, lang="en") as clerk:
        page = clerk.page
        clerk.open(f"/classes/1{DAY}?at=2025-04-08T10:55:00%2B08:00")
        say_why(page)
        page.fill("#f-note", "two leave")
        page.click("#note button")
        link = page.locator(".notes li", has_text="two leave").locator("a")
        assert link.inner_text() == "▾ 10:55:00"
        link.click()
        assert page.locator("#video source").get_attribute("src").endswith(f"#t={DOUBT_S + 900}.0")


def test_what_the_browser_cannot_play_is_shown_as_a_marked_preview(served: Running, browser: Browser) -> None:
    with seat(browser, served, Role.INSPECTOR) as inspector:
        page = inspector.page
        inspector.open(f"/classes/2{DAY}?at=2025-04-08T10:40:00%2B08:00")
        say_why(page)
        until(page, lambda at: at == 180)
        assert "/previews/" in page.evaluate("document.querySelector('#video').currentSrc")
        assert page.locator("#preview-mark").inner_text().startswith("预览·非原件")
        inspector.look_over("day-preview")


def test_a_day_works_without_scripts(served: Running, browser: Browser) -> None:
    with seat(browser, served, Role.CLERK, scripts=False) as clerk:
        page = clerk.page
        clerk.open(f"/classes/1{DAY}")
        say_why(page)
        page.click(".marks a[data-at] >> text=同一设备")
        assert page.locator("#video source").get_attribute("src").endswith(f"#t={DOUBT_S}.0")
        assert page.locator(".scrub").is_hidden()
        assert page.locator("table.hours tbody tr").count() == 5


def test_a_teacher_sees_the_strip_and_no_face(served: Running, browser: Browser) -> None:
    with seat(browser, served, Role.TEACHER) as teacher:
        teacher.open(f"/classes/1{DAY}")
        assert teacher.page.locator("video, .reason").count() == 0
        assert "不能查看录像画面" in teacher.page.inner_text("#watch")


def test_a_clerk_goes_from_the_calendar_to_the_hour_and_what_to_do(served: Running, browser: Browser) -> None:
    with seat(browser, served, Role.CLERK, PHONE) as clerk:
        page = clerk.page
        clerk.open("/classes?status=FAIL")
        page.click("text=家政服务员2班 >> nth=-1")
        assert "请从录像机补导 CH02 10:29:36–10:33:54" in page.inner_text("main")
        page.click(".grid td.fail a >> nth=0")
        assert page.url.endswith(f"{DAY}#hour-8")
        assert "少 24秒" in page.inner_text("#hour-8")


def test_verdicts_appear_by_themselves_when_they_are_made(served: Running, browser: Browser) -> None:
    number, engine = blank(served, "live", "正在核验的班", "邻校"), served.service.engine
    with writing(engine, "test") as connection:
        enqueue(connection, "verify", "test live", number, served.clock())
    with seat(browser, served, Role.CLERK, school="邻校") as clerk:
        clerk.open(f"/classes/{number}")
        assert "正在核验" in clerk.page.inner_text("[data-live]")
        clerk.page.wait_for_timeout(1500)
        keep(served, number, sample_report())
        with writing(engine, "test") as connection:
            owner = classes(connection, CLASSES.c.id == number)[0]
            raise_event(connection, "verdict.made", owner, served.clock(), "{}")
        clerk.page.wait_for_selector("table.grid", timeout=60_000)


def test_an_auditor_reads_who_looked_and_why(served: Running, browser: Browser) -> None:
    with served.as_(Role.REVIEWER) as reviewer:
        reviewer.post("/classes/1/look", data={"reason": "审核第3学时"})
    with seat(browser, served, Role.AUDITOR, PHONE) as auditor:
        page = auditor.page
        auditor.open("/")
        page.click("text=查看人脸与证号的理由")
        assert "审核第3学时" in page.inner_text("main")
        page.click("nav.tabs >> text=条目")
        page.select_option("#f-kind", "view")
        page.click("form.filters button")
        assert "face class:1" in page.inner_text("table.list")


@LOOKS
@pytest.mark.parametrize(("role", "name", "path"), [(role, *one) for role, some in PAGES.items() for one in some])
def test_every_screen_is_accessible_fits_and_loads_nothing_from_elsewhere(
    served: Running,
    browser: Browser,
    role: Role,
    name: str,
    path: str,
    size: tuple[int, int],
    lang: str,
    theme: Literal["light", "dark"],
) -> None:
    with seat(browser, served, role, size, lang=lang, theme=theme) as somebody:
        somebody.open(path)
        for details in somebody.page.locator("main details").all()[:1]:
            details.evaluate("one => { one.open = true }")
        somebody.look_over(f"{name}-{lang}")


@pytest.mark.parametrize(("role", "name", "path"), [(role, *one) for role, some in PAGES.items() for one in some])
def test_the_console_s_own_words_are_english_where_english_was_chosen(
    served: Running, role: Role, name: str, path: str
) -> None:
    """Menu, headings, labels and buttons; names (of which trails consist), quotes of the law and file names stay as they are."""
    with served.as_(role) as somebody:
        somebody.cookies.set("xueshi-lang", "en")
        page = somebody.get(path).text
    page = re.sub(
        r'<span class="zh">.*?</span>|lang="zh-CN"[^>]*>[^<]*<|<nav class="trail".*?</nav>', "", page, flags=re.DOTALL
    )
    own = re.findall(
        r"<(?:h2|label|button|thead|caption|nav)[^>]*>(.*?)</(?:h2|label|button|thead|caption|nav)>", page, re.DOTALL
    )
    words = re.sub(r"<[^>]*>", " ", " ".join(own))
    assert re.findall(r"[\u4e00-\u9fff]+", words) == [], name
