"""A person settles an hour in a real browser: three frames, two clicks, a signature; a second one counts and agrees."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from demo.claim import ClaimStory, honest, write_claim
from demo.dossier import SampleManifest
from demo.identity import identities
from pipeline.accounts.rights import Role
from storage.database.classes.classes import classes
from storage.database.connection import reading, sqlite_address
from storage.database.tables.classes import CLASSES
from storage.evidence_log.keyring import KeyRing
from tests.browser.console import DESK, PHONE, Seat, seat, watched
from tests.fixtures.drawn_room import FACE_H, FACE_W, ToyRoom
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.toy_class import BOWED, PEOPLE, toy_class, worked_off

pytestmark = pytest.mark.browser
WIDER = "山西省"  # the second pair's area, so that they are other people than the first
FAST = "录像/CH01_20250407083500_20250407084700.mp4"  # five minutes fast, as its institution states


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, int]]:
    home = tmp_path_factory.mktemp("review-page")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        KeyRing(home / "keys").init(found.clock())
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


def confirmed(page: Page) -> None:
    """The machine's boxes confirmed on all three frames."""
    for _ in range(3):
        page.locator("#confirm").click()
        page.wait_for_selector("#stage[data-shown]")


def second_agrees(person: Seat, number: int, *, marks: bool = False) -> None:
    """The second person counts on her own and then agrees."""
    page = begun(person, number)
    if marks:
        mark_all(page)
    else:
        confirmed(page)
    page.locator("#count").click()
    page.wait_for_selector("#agree")
    page.locator("#agree").click()
    page.wait_for_selector("text=已复核")


@contextmanager
def from_the_province(browser: Browser, found: Running, role: Role) -> Iterator[Seat]:
    """Somebody of the second pair before a screen."""
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]})
    own = {"xueshi-session": found.token(role, area=WIDER), "xueshi-lang": "zh"}
    context.add_cookies([{"name": name, "value": value, "url": found.url} for name, value in own.items()])
    yield watched(context.new_page(), found.url)
    context.close()


def in_turn(browser: Browser, found: Running) -> Iterator[Role]:
    """Whom the lot drew to review again, then the other of the second pair."""
    drawn = []
    for role in (Role.INSPECTOR, Role.REVIEWER):
        with from_the_province(browser, found, role) as person:
            person.open("/")
            drawn += [role] if person.page.locator("ul.tasks li a", has_text="机构已答复").count() else []
    yield drawn[0]
    yield from {Role.INSPECTOR, Role.REVIEWER} - {drawn[0]}


def all_faces(_seat: int, _second: int) -> str:
    return "face"


def claimed(browser: Browser, found: Running, number: int, book: Path) -> str:
    """The claim for the class's one day, handed in by the clerk on the page, and the sums that the page says."""
    with reading(found.service.engine, "test") as connection:
        own = classes(connection, CLASSES.c.id == number)[0]
    form = SampleManifest(own.code, own.name, "正信职校", own.locality)
    write_claim(book, identities(PEOPLE, 1), honest(ClaimStory(form)))
    with seat(browser, found, Role.CLERK) as clerk:
        clerk.open("/claims")
        clerk.page.locator("#f-file").set_input_files(book)
        clerk.page.locator("form[action='/claims'] button.primary").click()
        clerk.page.wait_for_url("**/claims/*")
        clerk.look_over(f"review-claim-{book.stem}")
        return " ".join(clerk.page.locator("main").inner_text().split())


def test_an_inspector_and_a_second_person_settle_an_hour(
    browser: Browser, served: tuple[Running, int], tmp_path: Path
) -> None:
    found, number = served
    before = claimed(browser, found, number, tmp_path / "before.xlsx")
    assert "900 申领 0 ✓ 核定可支持金额 900 ? 存疑待核" in before, "six people, one day of 150 yuan each"
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
        page.click(f"nav.trail a[href='/classes/{number}']")
        assert "正在按人的决定重新判定" in page.inner_text("[data-live]")
        worked_off(found)
        page.wait_for_selector("table.grid td.pass")
        assert page.locator("[data-live]").count() == 0
        reviewer.open(f"/classes/{number}/hours/0/review")
        assert "经 2 人复核" in reviewer.page.locator("main").inner_text()
        assert "机器原先的结论" in reviewer.page.locator("main").inner_text()
        reviewer.look_over("review-settled")
        reviewer.open("/")
        assert reviewer.page.locator("ul.tasks li a", has_text="第二人复核").count() == 0
        reviewer.open(f"/classes/{number}/days/2025-04-07")
        assert "复核" in reviewer.page.locator("main").inner_text()
        assert reviewer.page.locator(".curve-reviewed").count() >= 1
        reviewer.look_over("review-strip")
    after = claimed(browser, found, number, tmp_path / "after.xlsx")
    assert "900 申领 900 ✓ 核定可支持金额 0 ? 存疑待核" in after
    assert "核定可支持金额中，复核认定 1 学时 / 900 元" in after


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


def test_a_failure_by_two_people_is_answered_and_decided_again_by_others(
    browser: Browser, served: tuple[Running, int]
) -> None:
    found, number = served
    with seat(browser, found, Role.INSPECTOR) as inspector:
        page = begun(inspector, number)
        confirmed(page)
        page.locator("input[value=short]").check()
        page.locator("#words").fill("两个座位一直没有人")
        page.locator("#sign").click()
        page.wait_for_selector("text=复核中")
    with seat(browser, found, Role.REVIEWER) as reviewer:
        second_agrees(reviewer, number)
    worked_off(found)
    with seat(browser, found, Role.CLERK) as clerk:
        clerk.open("/")
        task = clerk.page.locator("ul.tasks li a", has_text="前可以答复")
        assert task.count() == 1
        task.click()
        clerk.page.locator("#r-words").fill("两名学员低头记笔记，见座位表")
        clerk.page.locator("#r-files").set_input_files(
            [{"name": "座位表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 seats"}]
        )
        clerk.look_over("review-reply-form")
        for role in (Role.INSPECTOR, Role.REVIEWER):
            found.token(role, area=WIDER)
        clerk.page.locator("#reply button.primary").click()
        clerk.page.wait_for_selector("text=等另外的人重新复核")
        clerk.look_over("review-reply-given")
        clerk.open("/")
        assert clerk.page.locator("ul.tasks li a", has_text="前可以答复").count() == 0
    first, then = (role for role in in_turn(browser, found))
    with from_the_province(browser, found, first) as another:
        another.open("/")
        another.page.locator("ul.tasks li a", has_text="机构已答复").click()
        assert "低头记笔记" in another.page.locator("#reply").inner_text()
        page = begun(another, number)
        mark_all(page)
        page.locator("#sign").click()
        page.wait_for_selector("text=复核中")
    with from_the_province(browser, found, then) as other:
        second_agrees(other, number, marks=True)
    worked_off(found)
    with seat(browser, found, Role.CLERK) as clerk:
        clerk.open(f"/classes/{number}/days/2025-04-07")
        assert "经 2 人复核" in clerk.page.locator("main").inner_text()
        assert clerk.page.locator("main .status.pass").count() > 0
        clerk.open(f"/classes/{number}/hours/0/review")
        assert clerk.page.locator("#reply").count() == 0, "nothing is left to answer"


def test_a_clock_is_settled_by_what_the_frame_shows(browser: Browser, served: tuple[Running, int]) -> None:
    found, _ = served
    number = toy_class(found, all_faces, code="fast", recording=FAST, offset_s=-300)
    for role, button in ((Role.INSPECTOR, "#sign"), (Role.REVIEWER, "#count")):
        with seat(browser, found, role) as person:
            page = begun(person, number)
            page.locator("input[value=clock]").check()
            assert page.locator(button).is_disabled(), "nothing shows the time yet"
            at = page.locator("#frames [aria-current]").inner_text().split(" · ")[0].removeprefix("✓ ")
            page.locator("#shows").fill(at)
            page.locator("#shown-by").fill("教室后墙的钟")
            page.locator("#add-clock").click()
            assert "教室后墙的钟" in page.locator("#clocks").inner_text()
            person.look_over(f"review-clock-{button[1:]}")
            page.locator(button).click()
            page.wait_for_selector("text=复核中" if role is Role.INSPECTOR else "#agree")
            if role is Role.REVIEWER:
                assert "第一人所见" in page.locator("main").inner_text()
                page.locator("#agree").click()
                page.wait_for_selector("text=已复核")
    worked_off(found)
    with seat(browser, found, Role.CLERK) as clerk:
        clerk.open(f"/classes/{number}/days/2025-04-07")
        assert "时间应移动 +0 秒" in clerk.page.locator("main").inner_text()
