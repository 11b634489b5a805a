"""A person settles an hour in a real browser: three frames, two clicks, a signature; a second one counts and agrees."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.console import PHONE, Seat, seat
from tests.fixtures.drawn_room import FACE_H, FACE_W, ToyRoom
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.toy_class import BOWED, PEOPLE, toy_class, worked_off

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, int]]:
    home = tmp_path_factory.mktemp("review-page")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        for role in (Role.INSPECTOR, Role.REVIEWER, Role.CLERK):
            found.token(role)
        yield found, toy_class(found)


def begun(console: Seat, number: int) -> Page:
    """The review page with its first frame in sight."""
    console.open(f"/classes/{number}/hours/0/review")
    if console.page.locator("form.reason").count():
        console.page.locator("form.reason button").click()
    console.page.wait_for_selector("#stage[data-shown]")
    return console.page


def click_on_head(page: Page, seat_number: int) -> None:
    x, y = ToyRoom(PEOPLE).place(seat_number)
    box = page.locator("#picture").bounding_box()
    assert box
    page.mouse.click(
        box["x"] + box["width"] * (x + FACE_W / 2) / 480, box["y"] + box["height"] * (y + FACE_H / 2) / 270
    )


def mark_all(page: Page) -> int:
    """Both bowed heads on the first frame; the others are pre-marked and confirmed. The clicks that it took."""
    for one in BOWED:
        click_on_head(page, one)
    for _ in range(3):
        page.locator("#confirm").click()
        page.wait_for_selector("#stage[data-shown]")
    return len(BOWED) + 3


def test_an_inspector_and_a_second_person_settle_an_hour(browser: Browser, served: tuple[Running, int]) -> None:
    found, number = served
    with seat(browser, found, Role.INSPECTOR) as inspector:
        inspector.open(f"/classes/{number}/days/2025-04-07")
        assert inspector.page.locator(".reviews a").count() == 1
        page = begun(inspector, number)
        assert page.locator("#counted").inner_text() == str(PEOPLE - len(BOWED))
        assert page.locator("#sign").is_disabled()
        inspector.look_over("review-first")
        clicks = mark_all(page)
        assert page.locator("#counted").inner_text() == str(PEOPLE)
        page.locator("#try").click()
        page.wait_for_selector("#said.pass")
        inspector.look_over("review-judged")
        page.locator("#sign").click()
        page.wait_for_selector("text=复核中")
        assert clicks + 2 <= 12
    with seat(browser, found, Role.REVIEWER) as reviewer:
        reviewer.open("/")
        task = reviewer.page.locator("ul.tasks li a", has_text="第二人复核")
        assert task.count() == 1
        task.click()
        page = begun(reviewer, number)
        assert page.locator("#counted").inner_text() == str(PEOPLE - len(BOWED)), "she does not see the first's marks"
        mark_all(page)
        page.locator("#count").click()
        page.wait_for_selector("#agree")
        reviewer.look_over("review-word")
        page.locator("#agree").click()
        page.wait_for_selector("text=已复核")
        worked_off(found)
        reviewer.open(f"/classes/{number}/hours/0/review")
        assert "经 2 人复核" in reviewer.page.locator("main").inner_text()
        assert "机器原先的结论" in reviewer.page.locator("main").inner_text()
        reviewer.look_over("review-settled")
        reviewer.open("/")
        assert reviewer.page.locator("ul.tasks li a", has_text="第二人复核").count() == 0


def test_keys_alone_mark_strike_and_undo(browser: Browser, served: tuple[Running, int]) -> None:
    found, number = served
    with seat(browser, found, Role.INSPECTOR) as inspector:
        page = begun(inspector, number)
        stage, counted = page.locator("#stage"), page.locator("#counted")
        before = int(counted.inner_text())
        stage.focus()
        page.keyboard.press("Enter")
        assert int(counted.inner_text()) == before + 1
        page.keyboard.press("Enter")
        assert int(counted.inner_text()) == before
        page.keyboard.press("z")
        assert int(counted.inner_text()) == before + 1
        page.keyboard.press("z")
        assert int(counted.inner_text()) == before
        page.keyboard.press("c")
        page.wait_for_selector('#stage[data-shown="2"]')
        assert page.locator("#frames li").first.inner_text().startswith("✓")


def test_the_moment_after_is_another_frame_and_counts_with_the_others(
    browser: Browser, served: tuple[Running, int]
) -> None:
    found, number = served
    with seat(browser, found, Role.INSPECTOR) as inspector:
        page = begun(inspector, number)
        first = page.locator("#frames li").first.inner_text()
        page.locator("#later").click()
        page.wait_for_selector("#frames li:nth-child(4)")
        assert page.locator("#frames [aria-current]").inner_text() != first
        page.locator("#earlier").click()
        page.wait_for_selector('#stage[data-shown="1"]')
        assert page.locator("#frames li").count() == 4


def test_a_box_is_struck_by_a_click_and_moved_by_dragging(browser: Browser, served: tuple[Running, int]) -> None:
    found, number = served
    with seat(browser, found, Role.INSPECTOR) as inspector:
        page = begun(inspector, number)
        before = int(page.locator("#counted").inner_text())
        box = page.locator("rect.head").first.bounding_box()
        assert box
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + 60, middle[1] + 30, steps=5)
        page.mouse.up()
        moved = page.locator("rect.head").first.bounding_box()
        assert moved
        assert moved["x"] - box["x"] == pytest.approx(60, abs=3)
        page.mouse.click(moved["x"] + moved["width"] / 2, moved["y"] + moved["height"] / 2)
        assert int(page.locator("#counted").inner_text()) == before - 1
        assert page.locator("rect.struck").count() == 1


def test_a_refusal_is_told_on_the_page_in_its_language(browser: Browser, served: tuple[Running, int]) -> None:
    found, number = served
    for lang, says in (("zh", "没有人"), ("en", "the answer is nobody")):
        with seat(browser, found, Role.INSPECTOR, lang=lang) as inspector:
            page = begun(inspector, number)
            for _ in range(3):
                page.locator("#confirm").click()
                page.wait_for_selector("#stage[data-shown]")
            page.locator("input[value=nobody]").check()
            page.locator("#sign").click()
            page.wait_for_selector("#said.fail")
            assert says in page.locator("#said").inner_text()


def test_a_clerk_s_marks_say_that_they_decide_nothing_and_fit_a_phone(
    browser: Browser, served: tuple[Running, int]
) -> None:
    found, number = served
    with seat(browser, found, Role.CLERK, PHONE) as clerk:
        page = begun(clerk, number)
        assert "机构自标" in page.locator("main").inner_text()
        clerk.look_over("review-clerk-phone")
